"""What the desk of readings shows: what waits, and the year behind it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from wasl.billing.models import (
    Reading,
    ReadingCode,
    ReadingCorrection,
    ReadingImport,
    ReadingImportLine,
)

SHOWN = 200


def waiting(directorate_id: int) -> list[Reading]:
    """The readings that wait for a person, the oldest first."""
    found = Reading.objects.filter(directorate_id=directorate_id, status=Reading.Status.HELD)
    return list(found.order_by("recorded_at", "account_no", "read_on")[:SHOWN])


def held(directorate_id: int, account_no: str, on: date, revision: int) -> Reading | None:
    """A reading that waits."""
    return Reading.objects.filter(
        directorate_id=directorate_id, account_no=account_no, read_on=on, revision=revision,
        status=Reading.Status.HELD,
    ).first()  # fmt: skip


def with_photograph(directorate_id: int, account_no: str, on: date, revision: int) -> str:
    """The name of a reading's photograph; empty when it has none."""
    found = Reading.objects.filter(
        directorate_id=directorate_id, account_no=account_no, read_on=on, revision=revision
    ).first()
    return str(found.details.get("photo") or "") if found is not None else ""


def _accepted(directorate_id: int, account_no: str) -> QuerySet[Reading]:
    found = Reading.objects.filter(
        directorate_id=directorate_id, account_no=account_no, status=Reading.Status.ACCEPTED
    )
    return found.exclude(source=Reading.Source.ESTIMATE)


def correctable(directorate_id: int, account_no: str) -> list[Reading]:
    """The last accepted real readings of an account, the newest first."""
    return list(_accepted(directorate_id, account_no).order_by("-read_on", "-revision")[:14])


def accepted(directorate_id: int, account_no: str, on: date, revision: int) -> Reading | None:
    """An accepted real reading."""
    found = _accepted(directorate_id, account_no)
    return found.filter(read_on=on, revision=revision).first()


def waiting_corrections(directorate_id: int) -> list[ReadingCorrection]:
    """The corrections of accepted readings that wait for the second person, the oldest first."""
    found = ReadingCorrection.objects.filter(
        directorate_id=directorate_id, status=ReadingCorrection.Status.ASKED
    )
    return list(found.order_by("asked_at")[:SHOWN])


def correction_asked(reading: Reading) -> ReadingCorrection | None:
    """The correction of a reading that waits for the second person."""
    return ReadingCorrection.objects.filter(
        directorate_id=reading.directorate_id, account_no=reading.account_no,
        read_on=reading.read_on, revision=reading.revision,
        status=ReadingCorrection.Status.ASKED,
    ).first()  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A use in kWh a day, as a bar of so many parts in a hundred of the largest."""

    reading: Reading
    a_day: float
    height: int
    is_this: bool

    @property
    def top(self) -> int:
        """Where the bar begins, from above."""
        return 100 - self.height


def year_of(reading: Reading) -> list[Bar]:
    """The accepted readings of the last thirteen, and this one: what each says was used a day."""
    accepted = Reading.objects.filter(
        directorate_id=reading.directorate_id, account_no=reading.account_no,
        status=Reading.Status.ACCEPTED, consumption_kwh__isnull=False, basis_on__isnull=False,
    )  # fmt: skip
    rows = list(accepted.order_by("-read_on", "-revision")[:13])[::-1]
    is_new = reading.status != Reading.Status.ACCEPTED
    if is_new and reading.consumption_kwh is not None and reading.basis_on is not None:
        rows.append(reading)
    a_day = [_a_day(row) for row in rows]
    largest = max([*a_day, 1.0])
    return [
        Bar(
            reading=row,
            a_day=use,
            height=max(2, round(96 * use / largest)),
            is_this=row.pk == reading.pk,
        )
        for row, use in zip(rows, a_day, strict=True)
    ]


def _a_day(row: Reading) -> float:
    days = (row.read_on - row.basis_on).days if row.basis_on else 0
    return (row.consumption_kwh or 0) / days if days > 0 else 0.0


def imports_of(directorate_id: int) -> list[ReadingImport]:
    """The files that were uploaded lately."""
    found = ReadingImport.objects.filter(directorate_id=directorate_id)
    return list(found.order_by("-uploaded_at")[:20])


def import_by_id(directorate_id: int, import_id: UUID) -> ReadingImport | None:
    """One uploaded file."""
    return ReadingImport.objects.filter(directorate_id=directorate_id, id=import_id).first()


def not_accepted(made: ReadingImport) -> QuerySet[ReadingImportLine]:
    """The lines of a file that are refused, or that a person must look at."""
    lines = ReadingImportLine.objects.filter(directorate_id=made.directorate_id, import_id=made.id)
    return lines.exclude(status="ACCEPTED").order_by("line")


def reason(line: ReadingImportLine) -> str:
    """Why a line is not simply accepted, in words."""
    if line.problem:
        return str(line.get_problem_display())
    return str(ReadingCode(line.code or 0).label)
