"""Documents say what is there: numbers are given once, links lead somewhere."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [p for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if ".venv" not in p.parts]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_decisions_have_numbers_of_their_own_and_stand_in_the_index() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")

    assert files
    assert max(Counter(path.name[:4] for path in files).values()) == 1
    assert not [path.name for path in files if path.name not in index]


def test_the_readme_names_both_commands_in_both_languages() -> None:
    for name in ("README.md", "README.ar.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make run" in text
        assert "make test" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
