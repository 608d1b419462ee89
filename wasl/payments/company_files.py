"""
The settlement files of payment companies, as CSV. How each names its columns is data:
data/company-files.toml. Pure: what the lines mean for our payments is decided elsewhere.
"""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from wasl.core import money
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable

LAYOUTS = Path(__file__).with_name("data") / "company-files.toml"
LARGEST = 50 * 2**20
LINES = 500_000


class UnableToReadCompanyFile(Unable):
    """It is not the settlement file that this company sends."""

    code = "UNREADABLE_COMPANY_FILE"
    message = _("The company's file cannot be read: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """
    How a company writes its file.

    `columns` maps our names to theirs; `paid` and `refunded` are their words for a payment and a
    refund (other lines are left out). `day_format` is None for ISO 8601. `payout_reference` is what
    the bank's entry will name, made of the provider and the last day.
    """

    columns: Mapping[str, str]
    paid: frozenset[str]
    refunded: frozenset[str]
    day_format: str | None = None
    payout_reference: str = ""
    refunds_are_positive: bool = False


@dataclass(frozen=True, kw_only=True)
class Read:
    """A line: dinars, negative for a refund. Not `is_readable`: kept for a person."""

    number: int
    provider_payment_id: str
    key: str
    amount: int
    fee_amount: int
    happened_on: date | None
    is_readable: bool = True
    payout_reference: str = ""
    content: Mapping[str, str] = field(default_factory=dict)


def layout(provider: str) -> Layout:
    """How the company's file looks; the common layout where no other is written down."""
    tables = tomllib.loads(LAYOUTS.read_text(encoding="utf-8"))
    found = {**tables["common"], **tables.get(provider, {})}
    return Layout(
        columns=found["columns"],
        paid=frozenset(found["paid"]),
        refunded=frozenset(found["refunded"]),
        day_format=found.get("day_format"),
        payout_reference=found.get("payout_reference", ""),
        refunds_are_positive=found.get("refunds_are_positive", False),
    )


def read(content: bytes, how: Layout) -> list[Read]:
    """
    The payments and refunds of a file.

    :raises UnableToReadCompanyFile: when it is no CSV, lacks a column, or is too large.
    """
    if len(content) > LARGEST or b"\x00" in content[:4096]:
        raise UnableToReadCompanyFile(cause=_("it is no CSV of up to 50 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1256", "replace")
    heading = text[:4096].partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count))
    needed = {
        name for ours, name in how.columns.items() if ours in {"payment_id", "amount", "status"}
    }
    missing = needed - set(reader.fieldnames or [])
    if missing:
        raise UnableToReadCompanyFile(
            cause=_("it lacks the column %(column)s.") % {"column": sorted(missing)[0]}
        )
    try:
        return list(_lines(reader, how))
    except csv.Error as error:
        raise UnableToReadCompanyFile(cause=str(error)) from error


def _lines(reader: "csv.DictReader[str]", how: Layout) -> Iterator[Read]:
    for number, row in enumerate(reader, start=2):
        if number > LINES:
            raise UnableToReadCompanyFile(cause=_("it has more than 500,000 lines."))
        status = _cell(row, how, "status")
        if status in how.paid | how.refunded:
            yield _line(number, row, how, is_refund=status in how.refunded)


def _line(number: int, row: Mapping[str, str], how: Layout, *, is_refund: bool) -> Read:
    amount, fee = _dinars(_cell(row, how, "amount")), _dinars(_cell(row, how, "fee") or "0")
    currency = _cell(row, how, "currency")
    happened_on, is_day = _day(_cell(row, how, "time"), how.day_format)
    payment_id = _cell(row, how, "payment_id")
    if is_refund and how.refunds_are_positive and amount is not None:
        amount = -amount
    is_readable = (
        amount is not None
        and fee is not None
        and (amount < 0) == is_refund
        and amount != 0
        and currency in {"", "IQD", "368"}
        and bool(payment_id)
        and is_day
    )
    return Read(
        number=number,
        provider_payment_id=payment_id,
        key=_cell(row, how, "key"),
        amount=amount or 0,
        fee_amount=fee or 0,
        happened_on=happened_on,
        is_readable=is_readable,
        payout_reference=_cell(row, how, "payout_reference"),
        # Only the columns that the layout names: a company's other ones hold people's numbers.
        content={ours: cell for ours in how.columns if (cell := _cell(row, how, ours))},
    )


def _cell(row: Mapping[str, str | None], how: Layout, ours: str) -> str:
    return (row.get(how.columns.get(ours, "")) or "").strip()[:100]


def _dinars(text: str) -> int | None:
    try:
        return money.parse(text)
    except money.UnableToReadAmount:
        return None


def _day(text: str, day_format: str | None) -> tuple[date | None, bool]:
    """The day in Baghdad, and whether the text was one or empty."""
    if not text:
        return None, True
    try:
        at = datetime.strptime(text, day_format) if day_format else datetime.fromisoformat(text)  # noqa: DTZ007 (below)
    except ValueError:
        return None, False
    return (at.astimezone(BAGHDAD) if at.tzinfo else at).date(), True
