"""What the citizen's pages show of their accounts: what is due, the bills, the use by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wasl.billing import drawings, selectors
from wasl.billing.models import Balance, Bill, BillDispute, HolderChange, SimilarUse, Transfer
from wasl.billing.selectors import Dues, OpenBill
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.customers.models import Account, Premises
from wasl.directorates import selectors as directorates

MONTHS_SHOWN = 12
BILLS_SHOWN = 6
MOVEMENTS_SHOWN = 8


def link(name: str, *args: object) -> str:
    """The address of a page of another part; empty while this installation does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def bill_slug(period: str, revision: int) -> str:
    """A bill within its account, as addresses name it."""
    return f"{period.replace('-', '')}-{revision}"


def pay_link(account_no: str = "") -> str:
    """Where what is due is paid: everything, or one account."""
    address = link("payments:pay_accounts")
    return f"{address}?account={account_no}" if address and account_no else address


@dataclass(frozen=True, kw_only=True)
class AccountCard:
    """One account in the list of a person's own."""

    account: Account
    shown_no: str
    office: str
    place: Premises | None
    owed: int
    credit: int
    disputed: int
    to_pay: int
    latest: Bill | None
    url: str


def my_bills(accounts: Sequence[Account], language: str) -> dict[str, Any]:
    """Every account in a person's name, with what is due on each and in total."""
    balances = _by_account(
        Balance.objects.filter(account_no__in=[each.account_no for each in accounts])
    )
    latest = _latest(accounts)
    places = {
        (each.directorate_id, each.id): each
        for each in Premises.objects.filter(id__in=[each.premises_id for each in accounts])
    }
    disputed = _disputed(accounts)
    cards = [
        _card(
            account,
            places.get((account.directorate_id, account.premises_id)),
            getattr(balances.get(account.account_no), "owed", 0),
            disputed.get(account.account_no, 0),
            latest.get(account.account_no),
            language,
        )
        for account in accounts
    ]
    return {
        "cards": cards,
        "to_pay": sum(card.to_pay for card in cards),
        "pay_url": pay_link(),
    }


def _by_account(rows: Any) -> dict[str, Any]:
    return {row.account_no: row for row in rows}


def _latest(accounts: Sequence[Account]) -> dict[str, Bill]:
    """The newest bill that stands, of each account; bills of earlier holders are left out."""
    found: dict[str, Bill] = {}
    for account in accounts:
        bills = selectors.standing_bills(account.directorate_id, account.account_no)
        newest = bills.defer("lines").first()
        if newest is not None and is_own(newest, own_since(account)):
            found[account.account_no] = newest
    return found


def _disputed(accounts: Sequence[Account]) -> dict[str, int]:
    found: dict[str, int] = {}
    numbers = [each.account_no for each in accounts]
    for each in BillDispute.objects.filter(account_no__in=numbers, closed_at=None):
        found[each.account_no] = found.get(each.account_no, 0) + each.amount
    return found


def _card(
    account: Account,
    place: Premises | None,
    owed: int,
    disputed: int,
    latest: Bill | None,
    language: str,
) -> AccountCard:
    due = max(0, owed)
    contested = min(due, disputed)
    return AccountCard(
        account=account,
        shown_no=account_numbers.shown(account.account_no),
        office=directorates.by_id(account.directorate_id).name(language),
        place=place,
        owed=due,
        credit=max(0, -owed),
        disputed=contested,
        to_pay=due - contested,
        latest=latest,
        url=reverse("billing:account", args=[account.account_no]),
    )


def own_since(account: Account) -> datetime | None:
    """Since when the account is in the present holder's name; None when it always was."""
    found = HolderChange.objects.filter(
        directorate_id=account.directorate_id, account_no=account.account_no
    )
    return found.order_by("-changed_at").values_list("changed_at", flat=True).first()


def is_own(bill: Bill, since: datetime | None) -> bool:
    """Whether a bill is for days of the present holder: others' use is not theirs to see."""
    return since is None or bill.to_on > since.astimezone(BAGHDAD).date()


def months_of(
    bills: Sequence[Bill], account: Account, place: Premises | None
) -> list[drawings.Month]:
    """
    The last twelve billed periods, in kWh for thirty days, so that long and short ones compare.

    `bills` those that stand, oldest first.
    """
    used: dict[str, tuple[int, int]] = {}
    for bill in bills:
        kwh, days = used.get(bill.period, (0, 0))
        used[bill.period] = (kwh + bill.kwh, days + bill.days)
    latest = sorted(used)[-MONTHS_SHOWN:]
    similar = _similar(latest, account, place)
    return [
        drawings.Month(
            label=str(int(period[5:])),
            period=period,
            kwh=_thirty(used[period]),
            before_kwh=_thirty(used.get(_a_year_before(period))),
            similar_kwh=similar.get(period),
        )
        for period in latest
    ]


def _thirty(used: tuple[int, int] | None) -> Any:
    return None if used is None else round(used[0] * 30 / used[1])


def _a_year_before(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}"


def _similar(periods: list[str], account: Account, place: Premises | None) -> dict[str, int]:
    if place is None or not periods:
        return {}
    rows = SimilarUse.objects.filter(
        directorate_id=account.directorate_id,
        period__in=periods,
        district_code=place.district_code,
        tariff_class=account.tariff_class,
        phases=account.phases,
    )
    return {row.period: round(row.median_wh_a_day * 30 / 1000) for row in rows}


@dataclass(frozen=True, kw_only=True)
class UseShown:
    """The use by month, drawn and told."""

    months: list[drawings.Month]
    drawing: SafeString
    against_before: int | None
    against_similar: int | None
    has_before: bool
    has_similar: bool

    @property
    def less_than_before(self) -> int:
        """By how many per cent less than a year before."""
        return -(self.against_before or 0)

    @property
    def less_than_similar(self) -> int:
        """By how many per cent less than similar homes."""
        return -(self.against_similar or 0)


def use_shown(
    bills: Sequence[Bill], account: Account, place: Premises | None, language: str
) -> UseShown | None:
    """The drawing of the use; None until there are two bills to compare."""
    months = months_of(bills, account, place)
    if len(months) < 2:
        return None
    last = months[-1]
    return UseShown(
        months=months,
        drawing=drawings.months(
            months,
            is_rtl=language != "en",
            title=_("The use by month. The table below says the same."),
        ),
        against_before=_percent(last.kwh, last.before_kwh),
        against_similar=_percent(last.kwh, last.similar_kwh),
        has_before=any(month.before_kwh is not None for month in months),
        has_similar=any(month.similar_kwh is not None for month in months),
    )


def _percent(now: int, then: int | None) -> int | None:
    """By how many per cent `now` is more than `then`."""
    return None if not then else round((now - then) * 100 / then)


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A line of the statement: what it was, by how much it moved the debt, and the debt after it."""

    on: date
    label: str
    bill_key: str
    bill_url: str
    amount: int
    owed_after: int


def movements(
    transfers: Sequence[Transfer], account_no: str, own_bills: set[str]
) -> list[Movement]:
    """The statement of an account, oldest first; `own_bills` are the keys that lead to a page."""
    owed, found = 0, []
    for row in transfers:
        owed += row.signed_amount
        period, _sign, revision = row.bill_key.partition(":")
        url = ""
        if row.bill_key in own_bills:
            url = reverse("billing:bill", args=[account_no, bill_slug(period, int(revision))])
        found.append(
            Movement(
                on=row.posted_on,
                label=row.get_kind_display(),
                bill_key=period,
                bill_url=url,
                amount=row.signed_amount,
                owed_after=owed,
            )
        )
    return found


def account_page(account: Account, *, on: date, is_whole: bool, language: str) -> dict[str, Any]:
    """One account: what is due, its bills, the use by month, every movement."""
    dues = selectors.dues(account.directorate_id, account.account_no, on)
    since = own_since(account)
    place = customers.premises_of(account)
    own = [each for each in dues.bills if is_own(each.bill, since)]
    moved = selectors.statement(account.directorate_id, account.account_no)
    lines = movements(moved, account.account_no, {each.bill.key for each in own})
    if since is not None:
        lines = [line for line in lines if line.on >= since.astimezone(BAGHDAD).date()]
    shown = lines if is_whole else lines[-MOVEMENTS_SHOWN:]
    return {
        "account": account,
        "shown_no": account_numbers.shown(account.account_no),
        "office": directorates.by_id(account.directorate_id).name(language),
        "place": place,
        "class_label": account.get_tariff_class_display(),
        "dues": dues,
        "next_due": next_due(dues),
        "bills": [bill_row(each) for each in reversed(own)][: None if is_whole else BILLS_SHOWN],
        "bill_count": len(own),
        "use": use_shown([each.bill for each in own], account, place, language),
        "movements": shown[::-1],
        "carried": shown[0].owed_after - shown[0].amount if shown else 0,
        "is_cut": len(shown) < len(lines) or (not is_whole and len(own) > BILLS_SHOWN),
        "pay_url": pay_link(account.account_no),
        "instalments_url": link("billing:instalments", account.account_no),
    }


def next_due(dues: Dues) -> date | None:
    """By when the oldest open bill is to be paid."""
    return next((each.due_on for each in dues.bills if each.amount_to_pay > 0), None)


def bill_row(each: OpenBill) -> dict[str, Any]:
    """One bill in a list."""
    bill = each.bill
    return {
        "bill": bill,
        "open": each,
        "url": reverse(
            "billing:bill", args=[bill.account_no, bill_slug(bill.period, bill.revision)]
        ),
    }
