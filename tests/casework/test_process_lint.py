"""The linter refuses what would hurt, in words, and lets good files through."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from wasl.casework import process_lint, process_model, process_svg, seeds

GOOD = next(path for path in seeds.shipped_processes() if path.stem == "new-connection")


def codes(xml: str) -> set[str]:
    return {finding.code for finding in process_lint.lint_installed(xml.encode())}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('wasl:role="INSPECTOR"', 'wasl:role="KING"', "UNKNOWN_ROLE"),
        ('wasl:form="connections.confirm"', 'wasl:form="x"', "UNKNOWN_FORM"),
        ('wasl:operation="casework.close"', 'wasl:operation="os.system"', "UNKNOWN_OPERATION"),
        ('wasl:stage="inspection"', 'wasl:stage="nowhere"', "NO_STAGE"),
        ('wasl:limit="3wd"', 'wasl:limit="soon"', "WRONG_LIMIT"),
        ("review_outcome == 'RETURN'", "undeclared == 'RETURN'", "UNDECLARED_VARIABLE"),
        ("review_outcome == 'RETURN'", "__import__('os') == 1", "UNREADABLE_CONDITION"),
        ('wasl:label-ar="الكشف الموقعي"', "", "NO_LABEL"),
        ('<serviceTask id="check"', '<scriptTask id="check"', "UNREADABLE"),
        (' default="f4"', "", "NO_DEFAULT"),
        (',REFUSE:refusal.inspection"', '"', "NO_REASONS"),
        ("REFUSE:refusal.inspection", "REFUSE:whatever", "UNKNOWN_REASONS"),
        ('stops-clock="WAITING_PAYMENT"', 'stops-clock="TEA_BREAK"', "UNKNOWN_CAUSE"),
        (
            'name="estimate_total" type="integer"',
            'name="estimate_total" type="boolean"',
            "UNDECLARED_OUTPUT",
        ),
        ('<wasl:variable name="fee_request" type="string" />', "", "UNDECLARED_OUTPUT"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE x [<!ENTITY a 'b'>]>", "UNREADABLE"),
    ],
)
def test_faults_are_found(old: str, new: str, code: str) -> None:
    text = GOOD.read_text(encoding="utf-8")
    assert old in text

    assert code in codes(text.replace(old, new))


def test_a_script_is_foreign() -> None:
    text = GOOD.read_text(encoding="utf-8").replace(
        "</process>", '<scriptTask id="s"><script>import os</script></scriptTask></process>'
    )
    assert "FOREIGN_ELEMENT" in codes(text)


def test_an_entity_bomb_is_never_opened() -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>'

    assert codes(bomb) == {"UNREADABLE"}


def test_a_huge_file_is_refused() -> None:
    assert codes("<definitions>" + " " * process_model.MAX_BYTES + "</definitions>") == {
        "UNREADABLE"
    }


def test_the_words_are_arabic() -> None:
    broken = GOOD.read_text(encoding="utf-8").replace('wasl:role="INSPECTOR"', 'wasl:role="KING"')
    with translation.override("ar"):
        words = [str(finding) for finding in process_lint.lint_installed(broken.encode())]

    assert words == ["الدور «KING» غير معروف."]


def test_the_command_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    call_command("process_lint", str(GOOD))
    bad = tmp_path / "bad.bpmn"
    bad.write_text("<x/>", encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("process_lint", str(bad), language="en")
    assert "UNREADABLE" in capsys.readouterr().out


@pytest.mark.parametrize("path", seeds.shipped_processes(), ids=lambda p: p.stem)
def test_the_drawing_escapes_and_shows_every_step(path: Path) -> None:
    model = process_model.parse(path.read_bytes())
    title = "<script>alert(1)</script>"

    for language in ("ar", "en"):
        svg = process_svg.render(model, states={}, language=language, title=title)
        assert "<script>" not in svg
        assert svg.count('class="process__task ') == sum(
            node.kind in {"STAFF", "CITIZEN", "AUTOMATIC"} for node in model.nodes.values()
        )
        assert " style=" not in svg
