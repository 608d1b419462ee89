"""Styles mirror by themselves; templates carry no style, and no script without the nonce."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "wasl"
STYLES = sorted(ROOT.rglob("static/**/*.css"))
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
PHYSICAL = re.compile(
    r"(?<![-\w])((margin|padding|border)-(left|right|top|bottom)|left|right|float|text-align:\s*(left|right))\s*[:;]"
)


@pytest.mark.parametrize("path", STYLES, ids=lambda p: str(p.relative_to(ROOT)))
def test_styles_are_logical(path: Path) -> None:
    assert not PHYSICAL.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_carry_no_style_and_no_naked_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"<[a-z][^>]*\sstyle=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "nonce" in tag
    assert not re.search(r"{%\s*blocktranslate(?![^%]*trimmed)[^%]*%}[^{]*\n", text)
