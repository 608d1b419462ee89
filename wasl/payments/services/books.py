"""What came in, in the books: in the transaction of the settlement, so that neither lacks the other."""

from datetime import datetime

from wasl.accounts.actors import Actor
from wasl.billing import services as billing
from wasl.billing import subjects
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core.calendars import BAGHDAD
from wasl.events import services as events
from wasl.payments.models import BasketLine, PaymentRequest, Settlement

BASKET = "basket"


def post_settlement(settlement: Settlement, request: PaymentRequest, now: datetime) -> None:
    """
    This function will post a settlement: what customers paid to their accounts, fees to services.

    Money for a request that was paid already is owed back: to the accounts as credit, or, for a
    service, kept apart until it is given back. The company's fee is its own line.
    """
    lines = _lines(settlement, request)
    if settlement.fee_amount:
        lines.append(
            Line(
                debit=LedgerAccount.COMPANY_FEES,
                credit=LedgerAccount.CLEARING,
                amount=settlement.fee_amount,
                party=settlement.provider,
            )
        )
    is_account = request.subject_type == BASKET
    billing.post(
        directorate_id=settlement.directorate_id,
        entry=f"payment:{settlement.id}",
        kind=Transfer.Kind.PAYMENT if is_account else Transfer.Kind.FEE,
        lines=lines,
        posted_on=now.astimezone(BAGHDAD).date(),
        now=now,
    )
    if is_account:
        _record(settlement, lines, now)


def _lines(settlement: Settlement, request: PaymentRequest) -> list[Line]:
    if request.subject_type != BASKET:
        owed_back = settlement.is_credit
        credit = LedgerAccount.UNALLOCATED if owed_back else LedgerAccount.SERVICES
        return [_line(settlement, credit, settlement.amount)]
    chosen = BasketLine.objects.filter(basket_id=request.subject_id).order_by("account_no", "id")
    return [
        _line(settlement, LedgerAccount.RECEIVABLE, amount, each.account_no, each.bill_key)
        for each, amount in spread(list(chosen), settlement.amount)
    ]


def spread(lines: list[BasketLine], amount: int) -> list[tuple[BasketLine, int]]:
    """
    What of an amount belongs to each line: all of it, in order; what is over, to the last.

    A company may have taken another amount than was asked for, and two persons accepted it.
    """
    found = []
    for line in lines:
        part = amount if line is lines[-1] else min(amount, line.amount)
        amount -= part
        found.append((line, part))
    return [(line, part) for line, part in found if part]


def _line(
    settlement: Settlement,
    credit: LedgerAccount,
    amount: int,
    account_no: str | None = None,
    bill_key: str = "",
) -> Line:
    return Line(
        debit=LedgerAccount.CLEARING,
        credit=credit,
        amount=amount,
        account_no=account_no,
        bill_key=bill_key,
        party=settlement.provider,
    )


def _record(settlement: Settlement, lines: list[Line], now: datetime) -> None:
    """For each account its own event: who holds it may prove the payment, whoever paid."""
    for line in lines:
        if line.account_no is None:
            continue
        events.record(
            kind="payments.account.paid",
            subject=subjects.account(settlement.directorate_id, line.account_no),
            actor=Actor.system(),
            directorate_id=settlement.directorate_id,
            data={
                "account": line.account_no,
                "amount": line.amount,
                "provider": settlement.provider,
                "receipt": settlement.receipt_no,
            },
            now=now,
        )
