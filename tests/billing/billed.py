"""An account with a history of bills and payments, each bill made by the rating, written as the run does."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.db import connection

from tests import people
from tests.billing import town
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import rating, services, subjects
from wasl.billing.models import Bill, LedgerAccount, Reading, Transfer
from wasl.billing.services import Line
from wasl.customers.models import Account
from wasl.events import services as events

DIRECTORATE = 1


@dataclass
class Billed:
    """A person, their account, and its bills, oldest first."""

    holder: User
    account_no: str
    bills: list[Bill]

    @property
    def last(self) -> Bill:
        return self.bills[-1]

    def url(self, bill: Bill | None = None, page: str = "") -> str:
        found = bill or self.last
        slug = f"{found.period.replace('-', '')}-{found.revision}"
        return f"/bills/account/{self.account_no}/{slug}/{page}"


def month(begin: date, number: int) -> date:
    """The first of the month so many months later."""
    years, place = divmod(begin.month - 1 + number, 12)
    return date(begin.year + years, place + 1, 1)


def use_of(on: date) -> int:
    """More in summer, as everywhere in Iraq; never twice the same."""
    return {6: 1900, 7: 2600, 8: 3300, 9: 2100}.get(on.month, 700) + 13 * (on.month + on.year % 7)


def build(
    *,
    months: int = 14,
    until: date = date(2026, 11, 1),
    unpaid: int = 1,
    holder: User | None = None,
    estimated: int = 0,
) -> Billed:
    """
    An account read and billed each month up to `until`; the last `unpaid` bills are open.

    The last `estimated` of them are estimates.
    """
    first = month(until, -months)
    (number,) = town.build(1, first_read=first)
    return bill_account(
        number, first=first, months=months, unpaid=unpaid, holder=holder, estimated=estimated
    )


def bill_account(
    number: str,
    *,
    first: date,
    months: int,
    unpaid: int,
    holder: User | None = None,
    estimated: int = 0,
) -> Billed:
    owner = holder or people.citizen()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_account SET holder_id = %s WHERE account_no = %s",
            [owner.id, number],
        )
    made = Billed(holder=owner, account_no=number, bills=[])
    register = 0
    for place in range(months):
        begins, ends = month(first, place), month(first, place + 1)
        is_estimate = place >= months - estimated
        kwh = use_of(begins)
        _read(number, begins, ends, register, kwh, is_estimate)
        bill = issue(number, begins, ends, register, kwh, is_estimated=is_estimate)
        register += kwh
        made.bills.append(bill)
        if place < months - unpaid:
            pay(number, bill.amount, ends + timedelta(days=6), bill.key)
    return made


def _read(
    number: str, begins: date, ends: date, register: int, kwh: int, is_estimate: bool
) -> None:
    Reading.objects.create(
        directorate_id=DIRECTORATE, account_no=number, read_on=ends, serial=f"T{number}",
        register_kwh=register + kwh, source="ESTIMATE" if is_estimate else "READER",
        status="ACCEPTED", code=17 if is_estimate else 0, basis_on=begins, basis_kwh=register,
        consumption_kwh=kwh, taken_by=None if is_estimate else uuid4(),
        recorded_at=datetime(ends.year, ends.month, ends.day, 6, tzinfo=UTC),
    )  # fmt: skip


def issue(
    number: str,
    begins: date,
    ends: date,
    register: int,
    kwh: int,
    *,
    is_estimated: bool = False,
    revision: int = 0,
    credit: int = 0,
) -> Bill:
    """The bill with its posting and its event."""
    days = (ends - begins).days
    quote = rating.quote(
        kwh=kwh, stretches=[rating.Stretch(tariff="iq-residential-2018", days=days)]
    )
    issued_at = datetime(ends.year, ends.month, ends.day, 8, 30, 15, 123456, tzinfo=UTC)
    lines = [line | {"from_on": begins.isoformat()} for line in quote.lines]
    bill = Bill.objects.create(
        directorate_id=DIRECTORATE, account_no=number, period=f"{begins:%Y-%m}",
        revision=revision, kind="REBILL" if revision else "REGULAR", tariff_class="RESIDENTIAL",
        from_on=begins, to_on=ends, days=days, opening_kwh=register, closing_kwh=register + kwh,
        kwh=kwh, is_estimated=is_estimated, lines=lines, energy_amount=quote.total,
        credit_amount=credit, balance_before=0, issued_on=ends,
        due_on=ends + timedelta(days=14), issued_at=issued_at,
    )  # fmt: skip
    is_charge = bill.amount >= 0
    services.post(
        directorate_id=DIRECTORATE, entry=f"bill:{number}:{bill.key}", kind=Transfer.Kind.BILL,
        lines=[Line(
            debit=LedgerAccount.RECEIVABLE if is_charge else LedgerAccount.ENERGY,
            credit=LedgerAccount.ENERGY if is_charge else LedgerAccount.RECEIVABLE,
            amount=abs(bill.amount), account_no=number, bill_key=bill.key,
        )],
        posted_on=ends, now=issued_at,
    )  # fmt: skip
    events.record(
        kind="billing.bill.issued",
        subject=subjects.account(DIRECTORATE, number),
        actor=Actor.system(),
        directorate_id=DIRECTORATE,
        data={
            "account": number, "bill": bill.number, "period": bill.period, "kwh": kwh,
            "amount": bill.amount, "due": bill.due_on.isoformat(),
        },
        now=issued_at,
    )  # fmt: skip
    return bill


def pay(number: str, amount: int, on: date, bill_key: str = "") -> None:
    """A payment that has come in."""
    services.post(
        directorate_id=DIRECTORATE, entry=f"payment:{number}:{on}:{amount}",
        kind=Transfer.Kind.PAYMENT,
        lines=[Line(
            debit=LedgerAccount.CLEARING, credit=LedgerAccount.RECEIVABLE, amount=amount,
            account_no=number, bill_key=bill_key, party="sandbox",
        )],
        posted_on=on, now=datetime(on.year, on.month, on.day, 9, tzinfo=UTC),
    )  # fmt: skip


def account_of(billed: Billed) -> Account:
    return Account.objects.get(directorate_id=DIRECTORATE, account_no=billed.account_no)
