"""Everything about an account that is its holder's to take away: CSV, ESPI, or both in one file."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from wasl.billing import citizen_pages, espi, selectors
from wasl.billing.models import Bill, Reading, Transfer
from wasl.core.calendars import BAGHDAD
from wasl.customers.models import Account

FILES = {
    "readings.csv": "text/csv; charset=utf-8",
    "bills.csv": "text/csv; charset=utf-8",
    "payments.csv": "text/csv; charset=utf-8",
    "green-button.xml": "application/atom+xml",
    "everything.zip": "application/zip",
}


def content(account: Account, name: str, *, now: datetime) -> bytes:
    """One of the files. :raises KeyError: when there is none of that name."""
    made = {
        "readings.csv": lambda: _readings_csv(account),
        "bills.csv": lambda: _bills_csv(account),
        "payments.csv": lambda: _payments_csv(account),
        "green-button.xml": lambda: green_button(account, now=now),
        "everything.zip": lambda: _everything(account, now),
    }
    return made[name]()


def _everything(account: Account, now: datetime) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in FILES:
            if name != "everything.zip":
                packed.writestr(name, content(account, name, now=now))
    return written.getvalue()


def own_readings(account: Account) -> list[Reading]:
    """Every reading of the present holder's days, oldest first."""
    found = Reading.objects.filter(
        directorate_id=account.directorate_id, account_no=account.account_no
    )
    since = citizen_pages.own_since(account)
    if since is not None:
        found = found.filter(read_on__gt=since.astimezone(BAGHDAD).date())
    return list(found.order_by("read_on", "revision"))


def own_bills(account: Account) -> list[Bill]:
    """The bills that stand, of the present holder's days, oldest first."""
    since = citizen_pages.own_since(account)
    found = selectors.standing_bills(account.directorate_id, account.account_no)
    return [bill for bill in found if citizen_pages.is_own(bill, since)][::-1]


def own_payments(account: Account) -> list[Transfer]:
    """What the present holder paid and was given back, oldest first."""
    found = Transfer.objects.filter(
        directorate_id=account.directorate_id,
        account_no=account.account_no,
        kind__in=[Transfer.Kind.PAYMENT, Transfer.Kind.REFUND, Transfer.Kind.REBATE],
    )
    since = citizen_pages.own_since(account)
    if since is not None:
        found = found.filter(recorded_at__gt=since)
    return list(found.order_by("posted_on", "recorded_at", "entry", "line"))


def green_button(account: Account, *, now: datetime) -> bytes:
    """The readings and bills as an ESPI feed."""
    return espi.feed(
        account_no=account.account_no,
        title=f"Wasl {account.account_no}",
        intervals=[
            espi.Interval(
                from_on=reading.basis_on,
                to_on=reading.read_on,
                kwh=reading.consumption_kwh,
                is_estimate=reading.is_estimate,
            )
            for reading in own_readings(account)
            if reading.status == Reading.Status.ACCEPTED
            and reading.basis_on is not None
            and reading.consumption_kwh is not None
        ],
        summaries=[
            espi.Summary(
                from_on=bill.from_on,
                to_on=bill.to_on,
                kwh=bill.kwh,
                amount=bill.amount,
                is_estimate=bill.is_estimated,
                tariff=", ".join(dict.fromkeys(line["tariff"] for line in bill.lines))[:256],
                issued_at=bill.issued_at,
            )
            for bill in own_bills(account)
        ],
        now=now,
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return written.getvalue().encode("utf-8")


def _readings_csv(account: Account) -> bytes:
    return _csv(
        ("read_on", "meter", "register_kwh", "used_since", "used_kwh", "source", "status", "code"),
        (
            (
                r.read_on, r.serial, r.register_kwh, r.basis_on, r.consumption_kwh, r.source,
                r.status, r.code,
            )
            for r in own_readings(account)
        ),
    )  # fmt: skip


def _bills_csv(account: Account) -> bytes:
    return _csv(
        (
            "number", "kind", "from", "until", "days", "kwh", "is_estimate", "energy_iqd",
            "given_back_iqd", "amount_iqd", "issued_on", "due_on", "tariffs",
        ),
        (
            (
                b.number, b.kind, b.from_on, b.to_on, b.days, b.kwh, b.is_estimated,
                b.energy_amount, b.credit_amount, b.amount, b.issued_on, b.due_on,
                " ".join(dict.fromkeys(line["tariff"] for line in b.lines)),
            )
            for b in own_bills(account)
        ),
    )  # fmt: skip


def _payments_csv(account: Account) -> bytes:
    return _csv(
        ("on", "kind", "amount_iqd", "for_bill", "through"),
        (
            (t.posted_on, t.kind, -t.signed_amount, t.bill_key, t.party)
            for t in own_payments(account)
        ),
    )
