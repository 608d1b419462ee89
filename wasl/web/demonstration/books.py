"""
The mornings of the cashier: yesterday is closed, the payment company's file and the bank's come in.

The files are those that the stand-in company and its bank write; they go through the same services
as real ones. Towards the end of the story not everything fits, as in life: money from nobody, a
payment that nobody knows, a statement that comes a day late.
"""

from datetime import date, datetime, time, timedelta

from wasl.accounts.actors import Actor
from wasl.core.calendars import BAGHDAD
from wasl.payments import services as payments
from wasl.payments.models import CompanyFile, Settlement
from wasl.payments.sandbox import settlement as settlement_file
from wasl.payments.sandbox.bank import Booking, message
from wasl.payments.sandbox.desk import Listed

PROVIDER = "sandbox"
# What the company keeps of a payment, in thousandths.
FEE_PER_MILLE = 5
# How many days before the end of the story each of them happens.
FROM_NOBODY, NOBODY_KNOWS, LATE_STATEMENT = 9, 6, range(2, 5)


class Books:
    """What the company has not paid out yet, and how far the bank's statements go."""

    def __init__(self, directorate_id: int, ends_on: date) -> None:
        self.directorate_id = directorate_id
        self.ends_on = ends_on
        self.payouts: list[CompanyFile] = []
        self.balance = 0
        self.late: bytes | None = None
        self.is_missed = False
        self.was_late = False

    def morning(self, keeper: Actor, now: datetime) -> None:
        """This function will do what is due on a morning: close, take over, look at the bank."""
        today = now.astimezone(BAGHDAD).date()
        payments.close_yesterday(now=now)
        if self.late is not None and self.is_missed:
            # Yesterday's close has named the gap; somebody has asked the bank.
            self._take_over(self.late, f"bank-{today}-late.xml", keeper, now)
            self.late = None
        self._bank(today, keeper, now)
        self._company(today - timedelta(days=1), keeper, now)

    def _company(self, day: date, keeper: Actor, now: datetime) -> None:
        """The company's file of a day; its money is at the bank on the next."""
        begins = datetime.combine(day, time(), tzinfo=BAGHDAD)
        paid = Settlement.objects.filter(
            directorate_id=self.directorate_id,
            provider=PROVIDER,
            settled_at__gte=begins,
            settled_at__lt=begins + timedelta(days=1),
        )
        listed = [_listed(each) for each in paid.order_by("settled_at", "id")]
        if not listed:
            return
        if (self.ends_on - day).days == NOBODY_KNOWS:
            listed.append(_unknown(day, len(listed)))
        file = payments.import_company_file(
            directorate_id=self.directorate_id,
            provider=PROVIDER,
            name=f"{PROVIDER}-{day}.csv",
            content=settlement_file.file_of_day(listed, day).encode(),
            actor=keeper,
            now=now,
        )
        self.payouts.append(file)

    def _bank(self, today: date, keeper: Actor, now: datetime) -> None:
        bookings = [
            Booking(
                amount=f"{file.net_amount}.000",
                reference=f"NBI{file.last_on:%y%m%d}01",
                end_to_end_id=file.payout_reference,
                text=f"Payout {file.payout_reference}",
            )
            for file in self.payouts
        ]
        self.payouts = []
        left = (self.ends_on - today).days
        if left == FROM_NOBODY:
            bookings.append(
                Booking(amount="40000.000", reference=f"NBI{today:%y%m%d}77", text="أجور كهرباء")
            )
        if not bookings:
            return
        content = message(bookings, day=today, number=f"NBI-{today}", opening=self.balance)
        self.balance += sum(int(each.amount.removesuffix(".000")) for each in bookings)
        if left in LATE_STATEMENT and not self.was_late:
            self.late, self.was_late = content, True
            return
        self._take_over(content, f"bank-{today}.xml", keeper, now)
        self.is_missed = self.late is not None

    def _take_over(self, content: bytes, name: str, keeper: Actor, now: datetime) -> None:
        payments.import_bank_file(
            directorate_id=self.directorate_id, name=name, content=content, actor=keeper, now=now
        )


def _listed(each: Settlement) -> Listed:
    """A payment as the company has it."""
    return Listed(
        id=each.provider_payment_id,
        reference=each.receipt_no,
        amount=each.amount,
        fee=each.amount * FEE_PER_MILLE // 1000,
        status="SUCCESS",
        end="paid",
        created_at=each.settled_at.isoformat(),
        paid_at=each.settled_at.isoformat(),
    )


def _unknown(day: date, number: int) -> Listed:
    at = datetime.combine(day, time(20, 15), tzinfo=BAGHDAD).isoformat()
    name = f"demo-unknown-{number}"
    return Listed(
        id=name, reference=name, amount=15_000, fee=75, status="SUCCESS", end="paid",
        created_at=at, paid_at=at,
    )  # fmt: skip
