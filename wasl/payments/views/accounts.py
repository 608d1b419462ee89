"""Paying electricity bills: one's own accounts, and others' by their number."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wasl.accounts.models import User
from wasl.accounts.policies import CITIZEN, policy
from wasl.billing import selectors as billing
from wasl.core import money, scope
from wasl.core.errors import Unable
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.payments import services
from wasl.payments.services import Choice

MOST_OTHERS = 10


@dataclass(frozen=True, kw_only=True)
class Row:
    """An account on the page: what it owes, and what the payer entered for it."""

    account_no: str
    owed: int
    overdue: int
    is_own: bool
    is_picked: bool
    amount: str
    error: str = ""

    @property
    def shown_no(self) -> str:
        """The number in groups, as on a bill."""
        return account_numbers.shown(self.account_no)


@never_cache
@require_http_methods(["GET", "POST"])
@policy(CITIZEN)
def pay_accounts(request: HttpRequest) -> HttpResponse:
    """What my accounts owe, with a tick and an amount each; other accounts by number."""
    payer, now = cast(User, request.user), timezone.now()
    others, problem = _others(request, payer, now)
    rows = _rows(request, payer, others, timezone.localdate(now))
    if request.method == "POST" and "pay" in request.POST:
        choices = [
            Choice(account_no=row.account_no, amount=money.parse(row.amount))
            for row in rows
            if row.is_picked and not row.error
        ]
        if not any(row.error for row in rows):
            try:
                asked = services.open_basket(payer=payer, choices=choices, now=now)
                return redirect("payments:pay", request_id=asked.id)
            except Unable as error:
                problem = str(error)
    offices = {account_numbers.directorate_of(row.account_no) for row in rows}
    context = {
        "rebates": _rebates(offices, timezone.localdate(now)),
        "rows": rows,
        "problem": problem,
        "also": ",".join(others),
        "total": sum(row.owed for row in rows if row.is_own),
    }
    is_wrong = problem or any(row.error for row in rows)
    return render(request, "payments/accounts.html", context, status=422 if is_wrong else 200)


def _rebates(offices: set[int], on: date) -> list[int]:
    """What today's payments bring back on the next bill, in percent; none where nothing is given."""
    found = {services.rebate_pct(directorate_id=each, on=on) for each in offices}
    return sorted(found - {0})


def _others(request: HttpRequest, payer: User, now: datetime) -> tuple[dict[str, int], str]:
    """The accounts that were added by number; asked for again, as nothing is kept."""
    given = request.POST if request.method == "POST" else request.GET
    numbers = [each for each in given.get("also", "").split(",") if each][:MOST_OTHERS]
    found: dict[str, int] = {}
    wanted = [*numbers, given["add"]] if "add" in given and "pay" not in given else numbers
    for text in wanted:
        try:
            payable = services.look_up(
                payer=payer, account_no=text, on=timezone.localdate(now), now=now
            )
        except Unable as error:
            return found, str(error)
        found[payable.account_no] = payable.owed
    return found, ""


def _rows(request: HttpRequest, payer: User, others: dict[str, int], on: date) -> list[Row]:
    rows = []
    with scope.within_system():
        own = [account for account in customers.accounts_of(payer.pk) if account.is_active]
        for account in own:
            dues = billing.dues(account.directorate_id, account.account_no, on)
            rows.append(_row(request, account.account_no, dues.owed, dues.overdue, is_own=True))
    known = {row.account_no for row in rows}
    rows += [
        _row(request, number, owed, 0, is_own=False)
        for number, owed in others.items()
        if number not in known
    ]
    return rows


def _row(request: HttpRequest, number: str, owed: int, overdue: int, *, is_own: bool) -> Row:
    is_sent = "pay" in request.POST
    amount = request.POST.get(f"amount_{number}", "") if is_sent else str(owed or "")
    is_picked = f"pick_{number}" in request.POST if is_sent else owed > 0
    only = request.GET.get("account")
    if only and not is_sent:
        is_picked = only == number
    error = ""
    if is_sent and is_picked:
        try:
            money.parse(amount)
        except money.UnableToReadAmount:
            error = _("Write the amount in whole dinars, for example 15,000.")
    return Row(
        account_no=number, owed=owed, overdue=overdue, is_own=is_own, is_picked=is_picked,
        amount=amount, error=error,
    )  # fmt: skip
