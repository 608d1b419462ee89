"""The officer's commands: they need neither database nor network, and are the page's equal."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, load_command_class

from wasl import cli
from wasl.disclosures import bundles, keyfiles, sealing
from wasl.disclosures.contents import FILE, WORDS, Content

PASSPHRASE = "river palm stone lamp"
NAMES = ("disclosures_key_new", "disclosures_read", "disclosures_reply")


@pytest.fixture
def typed(monkeypatch):
    """What the officer types at the prompts, one after the other."""
    answers: list[str] = []
    for name in NAMES[:2]:
        module = f"wasl.disclosures.management.commands.{name}.getpass"
        monkeypatch.setattr(module, lambda _prompt: answers.pop(0))
    return answers


@pytest.fixture
def kept(tmp_path: Path, monkeypatch) -> tuple[Path, Path, bytes]:
    """A key file, and a report that is sealed to it and to its reporter: (key, report, reporter)."""
    monkeypatch.setattr(keyfiles, "ITERATIONS", keyfiles.FEWEST_ITERATIONS)
    text, public = keyfiles.make(PASSPHRASE, iterations=keyfiles.FEWEST_ITERATIONS)
    reporter = sealing.new_private()
    where = sealing.context(sealing.public_of(reporter), sealing.REPORTER)
    contents = [
        Content(type=WORDS, words="طلب مالاً", answers={"matter": "BRIBERY", "office": "KARKH"}),
        Content(type=FILE, content_type="image/jpeg", data=b"a photograph"),
    ]
    readers = [public, sealing.public_of(reporter)]
    report = bundles.SealedReport(
        report_id="1", code="ABCD2345", reporter=sealing.public_of(reporter), readers=(public,),
        boxes=tuple(
            bundles.SealedBox(
                author="REPORTER", step=1, on="2026-11-20", stage="RECEIVED",
                sealed=sealing.seal(each.to_bytes(), readers=readers, context=where),
            )
            for each in contents
        ),
    )  # fmt: skip
    (tmp_path / "key.json").write_text(text)
    (tmp_path / "report.json").write_text(report.to_text())
    return tmp_path / "key.json", tmp_path / "report.json", reporter


def run(name: str, *args: object) -> str:
    out = StringIO()
    call_command(name, *map(str, args), stdout=out)
    return out.getvalue()


def test_they_are_words_of_wasl_and_ask_for_no_database() -> None:
    for name in NAMES:
        assert load_command_class("wasl.disclosures", name).needs_database is False
        assert cli.join([*name.split("_"), "x"], NAMES) == [name, "x"]


def test_a_key_is_made_once(tmp_path: Path, typed: list[str]) -> None:
    typed += [PASSPHRASE, PASSPHRASE]
    told = run("disclosures_key_new", tmp_path / "new.json")
    private = keyfiles.unlock((tmp_path / "new.json").read_text(), PASSPHRASE)
    assert keyfiles.public_text(sealing.public_of(private)) in told
    assert sealing.fingerprint(sealing.public_of(private)) in told
    for words in ([PASSPHRASE, PASSPHRASE], [PASSPHRASE, "another"], ["short", "short"]):
        typed[:] = words
        with pytest.raises(CommandError):
            run("disclosures_key_new", tmp_path / "new.json")


def test_reading_and_answering(kept, tmp_path: Path, typed: list[str]) -> None:
    key, report, reporter = kept
    typed += [PASSPHRASE]
    told = run("disclosures_read", report, "--key", key, "--into", tmp_path / "files")
    assert "طلب مالاً" in told
    assert "BRIBERY" in told
    assert (tmp_path / "files" / "ABCD2345-2.jpg").read_bytes() == b"a photograph"

    (tmp_path / "words.txt").write_text("متى؟\n")
    run("disclosures_reply", report, "--words", tmp_path / "words.txt", "--to", tmp_path / "a.json")
    box = bundles.box_of_answer((tmp_path / "a.json").read_text(), "1")
    where = sealing.context(sealing.public_of(reporter), sealing.OFFICER)
    opened = sealing.open_box(box, private=reporter, context=where)
    assert Content.parse(opened).words == "متى؟"
    with pytest.raises(CommandError):  # never over another file
        run("disclosures_reply", report, "--words", tmp_path / "words.txt", "--to", key)


def test_what_is_wrong_is_said(kept, tmp_path: Path, typed: list[str]) -> None:
    key, report, _reporter = kept
    typed += ["a wrong passphrase"]
    with pytest.raises(CommandError, match="passphrase"):
        run("disclosures_read", report, "--key", key)
    for wrong in ("{}", "[]", "no", json.dumps({"format": bundles.REPORT_FORMAT})):
        (tmp_path / "wrong.json").write_text(wrong)
        typed[:] = [PASSPHRASE]
        with pytest.raises(CommandError, match="not a sealed report"):
            run("disclosures_read", tmp_path / "wrong.json", "--key", key)
    other, _public = keyfiles.make(PASSPHRASE, iterations=keyfiles.FEWEST_ITERATIONS)
    (tmp_path / "other.json").write_text(other)
    typed[:] = [PASSPHRASE]
    told = run("disclosures_read", report, "--key", tmp_path / "other.json")
    assert told.count("not sealed to this key") == 2
