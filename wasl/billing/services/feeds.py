"""
Green Button feeds as lines of an import: what was used becomes what the register must show.

A use counts from the last real reading: where it begins on that day, the register goes on from
there, rolls over as the meter does, and each line rests on the one before. What does not join up is
a line with its reason, and so is an estimate. Registers that the feed gives are taken as they are.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from wasl.billing.espi_reading import Measured, Series, series
from wasl.billing.files import tables
from wasl.billing.files.tables import Line
from wasl.billing.models import Reading, ReadingImportLine
from wasl.customers import account_numbers
from wasl.customers.models import Meter

Problem = ReadingImportLine.Problem


def or_table(directorate_id: int, name: str, content: bytes) -> Iterable[Line]:
    """
    The lines of a file: of an ESPI feed, or of a table.

    :raises tables.UnableToReadFile: as `tables.lines` does.
    :raises espi_reading.UnableToReadFeed: when it is XML, and no feed of energy.
    """
    if content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        # Whole before the first line is copied: it asks the database where uses go on from.
        return list(_feed(directorate_id, series(content)))
    return tables.lines(name, content)


def _feed(directorate_id: int, found: list[Series]) -> Iterator[Line]:
    number = 0
    for one in found:
        account, serial = _names(one)
        values = _registers(one) if one.is_register else _uses(directorate_id, account, one)
        for measured, value, problem in values:
            number += 1
            yield (
                number, account, serial, measured.to_on.isoformat(), value, problem, ""
            )  # fmt: skip


def _names(one: Series) -> tuple[str, str]:
    """The account where the feed names one; else what it calls the point is tried as a serial."""
    try:
        return account_numbers.parse(tables.cleaned(one.account)), ""
    except account_numbers.UnableToReadAccountNo:
        return "", tables.cleaned(one.meter).upper()


def _registers(one: Series) -> Iterator[tuple[Measured, str, str]]:
    for each in one.measured:
        problem = Problem.ESTIMATE if each.is_estimate else ""
        yield each, str(int(each.wh / 1000)) if each.wh >= 0 else str(each.wh), problem


def _uses(directorate_id: int, account_no: str, one: Series) -> Iterator[tuple[Measured, str, str]]:
    reached, shown, meter = None, Fraction(0), None
    for each in one.measured:
        if each.is_estimate:
            yield each, "", Problem.ESTIMATE
            continue
        if each.from_on != reached:
            basis = _basis(directorate_id, account_no, each)
            meter = _meter(basis) if basis is not None else None
            shown = Fraction(basis.register_kwh or 0) if basis is not None else Fraction(0)
        if meter is None or not each.is_whole or each.wh < 0:
            reached = None
            yield each, "", Problem.GAP
            continue
        shown = (shown + each.wh / 1000 / meter.multiplier) % 10**meter.digits
        reached = each.to_on
        yield each, str(int(shown)), ""


def _basis(directorate_id: int, account_no: str, each: Measured) -> Reading | None:
    """The accepted real reading on the day where a use begins."""
    found = Reading.objects.filter(
        directorate_id=directorate_id,
        account_no=account_no,
        read_on=each.from_on,
        status=Reading.Status.ACCEPTED,
    ).exclude(source=Reading.Source.ESTIMATE)
    # On the day of an exchange the new meter goes on.
    return found.order_by("revision").last()


def _meter(basis: Reading) -> Meter:
    return Meter.objects.get(directorate_id=basis.directorate_id, serial=basis.serial)
