"""Paying for accounts: one's own or somebody else's, several at once, part of it or more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.billing import selectors as billing
from wasl.core import identifiers, limits, scope
from wasl.core.errors import Unable
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.payments import purposes
from wasl.payments.models import Basket, BasketLine, PaymentRequest
from wasl.payments.services.books import BASKET
from wasl.payments.services.requests import request_payment

MOST_LINES = 20
LEAST, MOST = 250, 100_000_000
LOOKUPS = 20, 60 * 60


class UnableToFillBasket(Unable):
    """An amount or an account is not such as can be paid."""

    code = "BASKET_REFUSED"
    message = _("This cannot be paid: %(cause)s")


class UnableToFindAccountToPay(Unable):
    """No active account has the number."""

    code = "NO_ACCOUNT_TO_PAY"
    message = _("No account has this number. Compare it with the bill, digit by digit.")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the payer wants to pay: whole dinars for an account, for a bill or the oldest first."""

    account_no: str
    amount: int
    bill_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Payable:
    """What anybody who has the number may know of an account: nothing but what it owes."""

    directorate_id: int
    account_no: str
    owed: int


def look_up(*, payer: User, account_no: str, on: date, now: datetime) -> Payable:
    """
    This function will say what an account owes, to whoever has its number, and no more of it.

    :raises account_numbers.UnableToReadAccountNo: when a digit is wrong.
    :raises UnableToFindAccountToPay: when no active account has the number.
    :raises limits.UnableToTryAgainYet: after twenty within the hour: numbers are not tried out.
    """
    number = account_numbers.parse(account_no)
    limit, seconds = LOOKUPS
    limits.require(f"pay-lookup:{payer.pk}", limit=limit, per_seconds=seconds, now=now)
    directorate_id = account_numbers.directorate_of(number)
    with scope.within_system():
        account = customers.account_by_no(directorate_id, number)
        if account is None:
            raise UnableToFindAccountToPay
        owed = billing.dues(directorate_id, number, on).owed
    return Payable(directorate_id=directorate_id, account_no=number, owed=owed)


def open_basket(*, payer: User, choices: Sequence[Choice], now: datetime) -> PaymentRequest:
    """
    This function will ask the payer for the sum of the choices, in one payment.

    More than is owed stays with the account as credit; part of it is welcome too.

    :raises UnableToFillBasket: when there is nothing, too much, an unknown account, one twice, or
        accounts of two directorates.
    """
    _require_payable(choices)
    directorate_id = account_numbers.directorate_of(choices[0].account_no)
    with scope.within_system():
        for choice in choices:
            if customers.account_by_no(directorate_id, choice.account_no) is None:
                raise UnableToFillBasket(cause=_("no account has the number."))
        basket = Basket.objects.create(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            payer_id=payer.pk,
            created_at=now,
        )
        BasketLine.objects.bulk_create(
            BasketLine(
                basket=basket,
                directorate_id=directorate_id,
                account_no=choice.account_no,
                amount=choice.amount,
                bill_key=choice.bill_key,
            )
            for choice in choices
        )
        single = choices[0].account_no if len({c.account_no for c in choices}) == 1 else ""
        return request_payment(
            payer=payer,
            purpose=purposes.ACCOUNTS,
            subject=(BASKET, basket.id),
            amount=sum(choice.amount for choice in choices),
            directorate_id=directorate_id,
            subject_reference=account_numbers.shown(single) if single else "",
            now=now,
        )


def _require_payable(choices: Sequence[Choice]) -> None:
    names = [(choice.account_no, choice.bill_key) for choice in choices]
    offices = {choice.account_no[:2] for choice in choices}
    causes = {
        _("choose at least one account."): not choices,
        _("choose twenty accounts at most."): len(choices) > MOST_LINES,
        _("an account stands there twice."): len(set(names)) < len(names),
        _("the accounts belong to different directorates; pay them one after the other."): len(
            offices
        )
        > 1,
        _("an amount is between 250 and 100,000,000 dinars."): any(
            not LEAST <= choice.amount <= MOST for choice in choices
        ),
    }
    for cause, holds in causes.items():
        if holds:
            raise UnableToFillBasket(cause=cause)
