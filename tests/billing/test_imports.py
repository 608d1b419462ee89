"""Files of readings: each line judged, nothing half imported, any line may be the wrong one."""

import csv
import io
import zipfile
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import Workbook

from wasl.accounts.actors import Actor
from wasl.billing import services
from wasl.billing.files import tables
from wasl.billing.files.tables import UnableToReadFile
from wasl.billing.models import Reading, ReadingImport, ReadingImportLine
from wasl.core import scope
from wasl.directorates import seeding

from . import town
from .conftest import NOW

TODAY = date(2026, 11, 2)
OFFICER = Actor(kind="STAFF", user_id=uuid4(), role="CASHIER_CONTROLLER", directorate_id=1)
HEAD = "account,serial,date,reading"


def audit(text: str, name: str = "readings.csv", content: bytes | None = None) -> ReadingImport:
    return services.audit_file(
        directorate_id=1,
        name=name,
        content=content or text.encode(),
        actor=OFFICER,
        now=NOW,
        today=TODAY,
    )


def apply(made: ReadingImport) -> ReadingImport:
    return services.apply_file(
        directorate_id=1, import_id=made.id, actor=OFFICER, now=NOW, today=TODAY
    )


def verdicts(made: ReadingImport) -> dict[int, str]:
    found = ReadingImportLine.objects.filter(import_id=made.id)
    return {line.line: line.problem or f"{line.status} {line.code}" for line in found}


@pytest.fixture
def numbers(tariffs) -> list[str]:
    return town.build(4)


def test_a_trial_takes_nothing_over_and_the_second_step_all(numbers: list[str]) -> None:
    lines = [f"{number},,2026-02-01,{500 + n}" for n, number in enumerate(numbers)]
    made = audit("\n".join([HEAD, *lines]))
    assert (made.lines, made.accepted, made.refused) == (4, 4, 0)
    assert not Reading.objects.filter(source="IMPORT").exists()
    apply(made)
    taken = Reading.objects.filter(source="IMPORT").order_by("account_no")
    assert [reading.consumption_kwh for reading in taken] == [500, 501, 502, 503]
    with pytest.raises(services.UnableToImport):
        apply(made)
    with pytest.raises(services.UnableToImport):
        audit("\n".join([HEAD, *lines]))


def test_every_way_of_being_wrong(numbers: list[str]) -> None:
    a, b, c, d = numbers
    other = town.build(1, directorate_id=2)[0]
    made = audit("\n".join([
        HEAD,
        f"{a},,2026-02-01,٥٠٠",
        f"{a},,2026-02-01,500",
        f"{b},WRONG,2026-02-01,5",
        f"{b},,2026-12-31,5",
        f"{b},,2026-02-30,5",
        f"{b},,gestern,5",
        f"{b},,,5",
        f"{b},,2026-02-01,-5",
        f"{b},,2026-02-01,5.5",
        f"{b},,2026-02-01,",
        f"{other},,2026-02-01,5",
        "9999999999,,2026-02-01,5",
        f",T{c},1/2/2026,99",
        f"{d},,46054,77",
        "",
        f"{d},,2026-03-01,9999",
    ]))  # fmt: skip
    assert verdicts(made) == {
        2: "ACCEPTED 0", 3: "REJECTED 11", 4: "REJECTED 16", 5: "REJECTED 13", 6: "NO_DATE",
        7: "NO_DATE", 8: "REJECTED 12", 9: "NO_NUMBER", 10: "NO_NUMBER", 11: "HELD 1",
        12: "NO_ACCOUNT", 13: "NO_ACCOUNT", 14: "ACCEPTED 0", 15: "ACCEPTED 0", 17: "HELD 6",
    }  # fmt: skip
    apply(made)
    assert Reading.objects.filter(source="IMPORT", status="ACCEPTED").count() == 3
    assert Reading.objects.get(account_no=d, read_on=date(2026, 2, 1)).register_kwh == 77


def test_a_year_of_one_account_in_one_file(numbers: list[str]) -> None:
    lines = [f"{numbers[0]},,2026-{month:02d}-01,{month * 300}" for month in range(10, 1, -1)]
    apply(audit("\n".join([HEAD, *lines])))
    taken = Reading.objects.filter(source="IMPORT").order_by("read_on")
    assert [reading.consumption_kwh for reading in taken] == [600] + [300] * 8


def test_a_sheet_with_arabic_heading_and_real_dates(numbers: list[str]) -> None:
    book = Workbook()
    book.active.append(["رقم الحساب", "التاريخ", "القراءة"])
    book.active.append([numbers[0], date(2026, 2, 1), 640])
    book.active.append([int(numbers[1]), "2026-02-01", "٦٥٠"])
    file = io.BytesIO()
    book.save(file)
    made = audit("", "r.xlsx", file.getvalue())
    # A sheet that took the number for a number lost its first nought: that is no account.
    assert verdicts(made) == {2: "ACCEPTED 0", 3: "NO_ACCOUNT"}


def test_windows_arabic_and_semicolons(numbers: list[str]) -> None:
    text = f"رقم الحساب;التاريخ;القراءة\r\n{numbers[0]};2026-02-01;10\r\n"
    assert verdicts(audit("", content=text.encode("cp1256"))) == {2: "ACCEPTED 0"}


@pytest.mark.parametrize(
    "content", [b"", b"a,b,c\n1,2,3", b"\x00\x01\x02", b"PK\x03\x04broken", b"%PDF-1.7\n"]
)
def test_what_is_no_table(numbers: list[str], content: bytes) -> None:
    with pytest.raises(UnableToReadFile):
        audit("", content=content or b"\n")
    assert not ReadingImport.objects.exists()


def test_a_bomb_is_not_unpacked(monkeypatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_UNPACKED", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000)
    with pytest.raises(UnableToReadFile, match="1 GB"):
        list(tables.lines("x.xlsx", file.getvalue()))


WRONG = ["", "x", "9999999999", "2026-13-01", "١٢", "-1", "1e9", "' OR 1=1", "=1+1", "\\N", "\\."]


class TestAnyLineCanBeTheWrongOne(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        seeding.run(now=NOW)
        with scope.within_system():
            cls.numbers = town.build(12)

    @settings(max_examples=25)
    @given(data=st.data())
    def test_the_good_ones_are_not_touched_by_it(self, data) -> None:
        rows = [[number, "", "2026-02-01", "100"] for number in self.numbers]
        place = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.sampled_from([0, 2, 3]))
        rows[place][column] = data.draw(st.one_of(st.sampled_from(WRONG), st.text(max_size=20)))
        text = io.StringIO()
        csv.writer(text).writerows([HEAD.split(","), *rows])
        with scope.within_system():
            made = audit(text.getvalue())
            found = list(ReadingImportLine.objects.filter(import_id=made.id).order_by("line"))
            assert sum(line.status == "ACCEPTED" for line in found) >= len(rows) - 1
            assert made.lines == made.accepted + made.held + made.refused
            apply(made)
            assert (
                Reading.objects.filter(source="IMPORT", status="ACCEPTED").count() == made.accepted
            )
