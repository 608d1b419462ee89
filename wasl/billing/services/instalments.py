"""Paying a debt in parts, by the published rule, without asking anybody."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import selectors, subjects
from wasl.billing.models import InstalmentPlan, LedgerAccount, PlanProposal, Transfer
from wasl.core import identifiers, money
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.directorates import dated
from wasl.events import services as events
from wasl.notifications import services as notifications

# After a plan that was broken, none is taken without an officer for this long.
AFTER_A_BROKEN_ONE = timedelta(days=365)
STEP = 250
# From the agreement to the first part.
NOTICE = timedelta(days=3)
Part = tuple[date, int]


class UnableToAgreeOnPlan(Unable):
    """The rule does not allow it: too small a debt, too many parts, a plan running or broken."""

    code = "NO_INSTALMENTS"
    message = _("Instalments are not possible: %(cause)s")


def schedule(total: int, count: int, first_pct: int, begins: date) -> list[Part]:
    """
    The parts of a debt: the first its share of the whole, the others alike, a month apart.

    Dinars; each but the last a multiple of 250; they always sum to the total.
    """
    first = min(total, money.round_up_to(total * first_pct // 100, STEP))
    if count == 1 or first == total:
        return [(begins, total)]
    other = money.round_up_to(-(-(total - first) // (count - 1)), STEP)
    parts, left, day = [(begins, first)], total - first, begins
    while left > 0:
        day = _next_month(day, begins.day)
        parts.append((day, min(other, left)))
        left -= min(other, left)
    return [part for part in parts if part[1] > 0]


def offers(*, directorate_id: int, account_no: str, on: date) -> dict[int, list[Part]]:
    """
    This function will list the plans that somebody may choose: number of parts → parts.

    They are those of the published rule, and the one that two members of staff have granted.

    :raises UnableToAgreeOnPlan: when there is none, with the cause.
    """
    debt = selectors.dues(directorate_id, account_no, on).to_pay
    granted = selectors.granted_plan(directorate_id, account_no, on)
    if granted is None or selectors.running_plan(directorate_id, account_no) or debt < STEP:
        return _by_rule(directorate_id, account_no, debt, on)
    begins = on + NOTICE
    special = {granted.count: schedule(debt, granted.count, granted.first_pct, begins)}
    try:
        return _by_rule(directorate_id, account_no, debt, on) | special
    except UnableToAgreeOnPlan:
        return special


def _by_rule(directorate_id: int, account_no: str, debt: int, on: date) -> dict[int, list[Part]]:
    least = _setting("from", directorate_id, on)
    if debt < least:
        raise UnableToAgreeOnPlan(
            cause=_("the debt is below %(amount)s dinars.") % {"amount": money.format_dinars(least)}
        )
    plans = InstalmentPlan.objects.filter(directorate_id=directorate_id, account_no=account_no)
    if plans.filter(status=InstalmentPlan.Status.ACTIVE).exists():
        raise UnableToAgreeOnPlan(cause=_("a plan is running already."))
    recent = datetime.combine(on, datetime.min.time(), tzinfo=BAGHDAD) - AFTER_A_BROKEN_ONE
    if plans.filter(status=InstalmentPlan.Status.BROKEN, ended_at__gt=recent).exists():
        raise UnableToAgreeOnPlan(
            cause=_("a plan was broken within the last year; ask at the directorate.")
        )
    most, first = _setting("most", directorate_id, on), _setting("first_pct", directorate_id, on)
    begins = on + NOTICE
    return {count: schedule(debt, count, first, begins) for count in range(2, most + 1)}


def agree_on_plan(
    *, directorate_id: int, account_no: str, count: int, actor: Actor, now: datetime
) -> InstalmentPlan:
    """
    This function will agree on one of the plans that are offered, in so many parts.

    :raises UnableToAgreeOnPlan: when it is not among them, or another one was taken meanwhile.
    """
    on = now.astimezone(BAGHDAD).date()
    offered = offers(directorate_id=directorate_id, account_no=account_no, on=on)
    if count not in offered or actor.user_id is None:
        raise UnableToAgreeOnPlan(cause=_("choose one of the plans that are offered."))
    parts = offered[count]
    try:
        with transaction.atomic():
            plan = InstalmentPlan.objects.create(
                id=identifiers.new_id(now),
                directorate_id=directorate_id,
                account_no=account_no,
                total=sum(amount for _day, amount in parts),
                parts=[[day.isoformat(), amount] for day, amount in parts],
                agreed_by=actor.user_id,
                agreed_at=now,
            )
            PlanProposal.objects.filter(
                directorate_id=directorate_id,
                account_no=account_no,
                status=PlanProposal.Status.APPROVED,
            ).update(status=PlanProposal.Status.TAKEN)
    except IntegrityError:
        raise UnableToAgreeOnPlan(cause=_("a plan is running already.")) from None
    _record(plan, "billing.plan.agreed", actor, now, total=plan.total, count=len(parts))
    return plan


def review_plans(*, now: datetime) -> int:
    """
    This function will end the plans that were kept, and those that were not; how many it ended.

    Offers of staff that nobody agreed to in time lapse.

    A plan is kept when everything of it came in, and broken when less came in by some day than its
    parts until then, the days of grace allowed.
    """
    on, ended = now.astimezone(BAGHDAD).date(), 0
    PlanProposal.objects.filter(status=PlanProposal.Status.APPROVED, valid_until__lt=on).update(
        status=PlanProposal.Status.LAPSED
    )
    for plan in InstalmentPlan.objects.filter(status=InstalmentPlan.Status.ACTIVE):
        grace = timedelta(days=_setting("grace_days", plan.directorate_id, on))
        came = paid_since(plan)
        if came >= plan.total:
            plan.status = InstalmentPlan.Status.KEPT
        elif came < due_until(plan.parts, on - grace):
            plan.status = InstalmentPlan.Status.BROKEN
        else:
            continue
        plan.ended_at = now
        plan.save(update_fields=["status", "ended_at"])
        _record(plan, "billing.plan.ended", Actor.system(), now, status=plan.status)
        if plan.status == InstalmentPlan.Status.BROKEN:
            _tell(plan, "billing.plan_broken", now, amount=plan.total - came)
        ended += 1
    return ended


def remind_of_parts(*, now: datetime) -> int:
    """
    This function will remind of the parts that fall due soon and are not paid yet; how many it told.

    Each part once, the number of days before that the setting says; none that is covered already.
    """
    on, told = now.astimezone(BAGHDAD).date(), 0
    for plan in InstalmentPlan.objects.filter(status=InstalmentPlan.Status.ACTIVE):
        ahead = timedelta(days=_setting("remind_days", plan.directorate_id, on))
        soon = [
            day
            for day in (date.fromisoformat(str(day)) for day, _amount in plan.parts)
            if on <= day <= on + ahead and (plan.reminded_of is None or day > plan.reminded_of)
        ]
        if not soon:
            continue
        left = due_until(plan.parts, soon[-1] + timedelta(days=1)) - paid_since(plan)
        with transaction.atomic():
            plan.reminded_of = soon[-1]
            plan.save(update_fields=["reminded_of"])
            if left > 0:
                _tell(plan, "billing.plan_reminder", now, amount=left, day=soon[-1].isoformat())
                told += 1
    return told


def _tell(plan: InstalmentPlan, template: str, now: datetime, **values: str | int) -> None:
    account = customers.account_by_no(plan.directorate_id, plan.account_no)
    holder = User.objects.filter(id=account.holder_id).first() if account else None
    if holder is None:
        return
    notifications.notify(
        recipient=holder,
        template=template,
        values={"account": account_numbers.shown(plan.account_no), **values},
        directorate_id=plan.directorate_id,
        now=now,
        subject=subjects.account(plan.directorate_id, plan.account_no),
    )


def due_until(parts: Sequence[Sequence[object]], on: date) -> int:
    """What of the parts was due before a day."""
    return sum(int(str(amount)) for day, amount in parts if date.fromisoformat(str(day)) < on)


def paid_since(plan: InstalmentPlan) -> int:
    """What came in for the account since the plan was agreed, less what went back of it."""
    moved = Transfer.objects.filter(
        directorate_id=plan.directorate_id,
        account_no=plan.account_no,
        kind__in=[Transfer.Kind.PAYMENT, Transfer.Kind.REFUND],
        recorded_at__gte=plan.agreed_at,
    )
    # A refund, or a payment that was taken back, puts the debt on the account again.
    back = Q(debit=LedgerAccount.RECEIVABLE)
    sums = moved.aggregate(came=Sum("amount", filter=~back), gone=Sum("amount", filter=back))
    return int(sums["came"] or 0) - int(sums["gone"] or 0)


def _setting(name: str, directorate_id: int, on: date) -> int:
    return int(dated.value(f"billing.instalments_{name}", directorate_id=directorate_id, on=on))


def _next_month(day: date, wanted: int) -> date:
    """The same day of the next month, or its last."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(wanted, last.day))


def _record(
    plan: InstalmentPlan, kind: str, actor: Actor, now: datetime, **data: str | int
) -> None:
    events.record(
        kind=kind,
        subject=subjects.account(plan.directorate_id, plan.account_no),
        actor=actor,
        directorate_id=plan.directorate_id,
        data={"account": plan.account_no, **data},
        now=now,
    )
