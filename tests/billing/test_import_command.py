"""`wasl readings import`: the same import as at the desk, from a terminal."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import people
from wasl import cli
from wasl.billing.models import Reading, ReadingImport
from wasl.directorates import seeding

from . import town

GOOD = "account,date,reading\n{0},2026-02-01,500\n{1},2026-02-01,600\n"
BAD = GOOD + "{2},2026-02-01,-5\n{2},never,5\n{3},2026-02-01,6200\n"


@pytest.fixture
def numbers(db) -> list[str]:
    seeding.run(now=timezone.now())
    people.staff("SUPERVISOR", username="boss", now=timezone.now())
    people.staff("AUDITOR", username="looks", now=timezone.now())
    return town.build(4)


def run(file: Path, *more: str, who: str = "boss", capsys=None) -> tuple[int, str]:
    status = 0
    try:
        call_command("readings_import", str(file), "--directorate", "KARKH", "--as", who, *more)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, capsys.readouterr().out


@pytest.fixture
def file(tmp_path: Path, numbers) -> Path:
    made = tmp_path / "readings.csv"
    made.write_text(GOOD.format(*numbers), encoding="utf-8")
    return made


def taken() -> int:
    return Reading.objects.filter(source="IMPORT").count()


def test_a_trial_by_default_then_the_real_thing(file, capsys) -> None:
    status, said = run(file, capsys=capsys)
    assert (status, taken()) == (0, 0)
    assert "2 lines: 2 accepted" in said
    assert "trial only" in said
    status, said = run(file, "--apply", capsys=capsys)
    assert (status, taken()) == (0, 2)
    assert "taken over" in said
    with pytest.raises(CommandError, match="taken over before"):
        run(file, "--apply", capsys=capsys)
    assert list(ReadingImport.objects.order_by("uploaded_at").values_list("status", flat=True)) == [
        "DROPPED", "APPLIED",
    ]  # fmt: skip


def test_bad_lines_are_named_and_the_status_tells(file, numbers, capsys) -> None:
    file.write_text(BAD.format(*numbers), encoding="utf-8")
    status, said = run(file, "--apply", capsys=capsys)
    assert (status, taken()) == (3, 3)
    rows = [line.split("\t") for line in said.splitlines()]
    assert [row[0] for row in rows[:3]] == ["4", "5", "6"]
    assert rows[0][1] == "the reading is no whole number"
    assert rows[0][-1] == "-5"
    assert "5 lines: 2 accepted, 1 held for a person, 2 refused" in said


def test_a_hostile_line_cannot_write_to_the_terminal(file, numbers, capsys) -> None:
    file.write_text(f"account,date,reading\n{numbers[0]},\x1b[2J,5\n", encoding="utf-8")
    assert "\x1b" not in run(file, capsys=capsys)[1]


def test_who_and_where_must_be_right(file, capsys) -> None:
    for who in ("looks", "nobody"):
        with pytest.raises(CommandError, match="neither"):
            run(file, who=who, capsys=capsys)
    with pytest.raises(CommandError, match="no directorate"):
        call_command("readings_import", str(file), "--directorate", "MARS", "--as", "boss")
    with pytest.raises(CommandError, match="No such file"):
        run(file.with_name("none.csv"), capsys=capsys)
    file.write_bytes(b"<a/>")
    with pytest.raises(CommandError, match="Green Button"):
        run(file, capsys=capsys)
    assert taken() == 0


def test_its_name_has_two_words() -> None:
    assert cli.join(["readings", "import", "a.csv"], ["readings_import"]) == [
        "readings_import",
        "a.csv",
    ]
