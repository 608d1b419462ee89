"""The settlement file of a day: what a company paid out to the shop, and what it took back."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from wasl.payments.sandbox.desk import Listed

BAGHDAD = ZoneInfo("Asia/Baghdad")
COLUMNS = ("payment_id", "merchant_reference", "amount", "fee", "currency", "time", "status")


def file_of_day(listed: Iterable["Listed"], day: date) -> str:
    """
    The payments and refunds of a day in Baghdad, oldest first, as CSV with a line of names.

    Amounts are whole dinars; a refund is a line of its own, below nothing and without a fee.
    """
    lines: list[tuple[datetime, tuple[str, str, int, int, str]]] = []
    for each in listed:
        if each.paid_at:
            at = _local(each.paid_at)
            lines.append((at, (each.payment_id, each.key, each.amount, each.fee, "SUCCESS")))
        for when, amount in each.refunds:
            lines.append((_local(when), (each.payment_id, each.key, -amount, 0, "REFUND")))
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for at, (payment_id, key, amount, fee, status) in sorted(lines, key=lambda line: line[0]):
        if at.date() == day:
            time = at.isoformat(timespec="seconds")
            table.writerow([payment_id, key, amount, fee, "IQD", time, status])
    return out.getvalue()


def today(now: datetime) -> date:
    """The day in Baghdad."""
    return now.astimezone(BAGHDAD).date()


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(BAGHDAD)
