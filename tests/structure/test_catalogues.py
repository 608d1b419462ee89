"""Every string that people see is there in Arabic and Kurdish, with its placeholders."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "wasl").glob("*/locale/*/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.relative_to(ROOT)))
def test_catalogue_is_complete(path: Path) -> None:
    catalogue = polib.pofile(str(path))

    assert not [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()]
    assert not [entry.msgid for entry in catalogue.fuzzy_entries()]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.relative_to(ROOT)))
def test_placeholders_survive_translation(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        if entry.obsolete or entry.msgid_plural:
            continue
        assert set(PLACEHOLDER.findall(entry.msgid)) == set(PLACEHOLDER.findall(entry.msgstr)), (
            entry.msgid
        )


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.relative_to(ROOT)))
def test_compiled_catalogue_holds_the_same(path: Path) -> None:
    written = {e.msgid: e.msgstr for e in polib.pofile(str(path)) if e.msgstr and not e.obsolete}
    compiled = {e.msgid: e.msgstr for e in polib.mofile(str(path.with_suffix(".mo"))) if e.msgstr}
    assert written == compiled


def test_every_app_with_words_has_both_languages() -> None:
    apps = {path.parts[path.parts.index("locale") - 1] for path in CATALOGUES}
    for app in apps:
        for language in ("ar", "ckb"):
            assert (
                ROOT / "wasl" / app / "locale" / language / "LC_MESSAGES" / "django.mo"
            ).exists()
