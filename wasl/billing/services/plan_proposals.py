"""Instalments beyond the published rule: one person proposes, another decides, the holder agrees."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.billing import selectors, subjects
from wasl.billing.models import PlanProposal
from wasl.billing.services.instalments import UnableToAgreeOnPlan, agree_on_plan
from wasl.core import identifiers
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.directorates import dated
from wasl.events import services as events
from wasl.notifications import services as notifications

# So long the holder may agree to what was granted.
VALID = timedelta(days=14)
DECIDERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR})


class UnableToPropose(UnableToAgreeOnPlan):
    """The account, the number of parts or the person is not such as the rule wants."""

    code = "NOT_PROPOSED"


def propose_plan(
    *,
    directorate_id: int,
    account_no: str,
    count: int,
    first_pct: int,
    note: str,
    is_signed: bool,
    actor: Actor,
    now: datetime,
) -> PlanProposal:
    """
    This function will propose that a debt be paid in so many parts, the first `first_pct` % of it.

    :raises UnableToPropose: when the account is unknown or owes nothing, has a plan or a proposal,
        or the parts are more than staff may grant.
    """
    on = now.astimezone(BAGHDAD).date()
    most = _most(directorate_id, on)
    if not 2 <= count <= most or not 0 <= first_pct <= 90:
        raise UnableToPropose(cause=_("from 2 to %(most)s parts are possible.") % {"most": most})
    if actor.user_id is None or customers.account_by_no(directorate_id, account_no) is None:
        raise UnableToPropose(cause=_("no account has the number."))
    if selectors.dues(directorate_id, account_no, on).to_pay <= 0:
        raise UnableToPropose(cause=_("nothing is owed."))
    if selectors.running_plan(directorate_id, account_no):
        raise UnableToPropose(cause=_("a plan is running already."))
    try:
        with transaction.atomic():
            _lapse(directorate_id, account_no, now)
            made = PlanProposal.objects.create(
                id=identifiers.new_id(now),
                directorate_id=directorate_id,
                account_no=account_no,
                count=count,
                first_pct=first_pct,
                note=note.strip(),
                is_signed=is_signed,
                asked_by=actor.user_id,
                asked_at=now,
            )
            _record(made, actor, now)
    except IntegrityError:
        raise UnableToPropose(cause=_("one is proposed already.")) from None
    return made


def decide_proposal(
    *, directorate_id: int, proposal_id: UUID, is_approved: bool, actor: Actor, now: datetime
) -> PlanProposal:
    """
    This function will grant or refuse what somebody else proposed, and tell the holder of an offer.

    Signed on paper, the plan begins with it.

    :raises UnableToPropose: when it is decided, one's own, or the person's office may not.
    :raises UnableToAgreeOnPlan: when it was signed, and a plan is not possible any more.
    """
    with transaction.atomic():
        found = PlanProposal.objects.select_for_update().get(
            directorate_id=directorate_id, id=proposal_id
        )
        if found.status != PlanProposal.Status.ASKED:
            raise UnableToPropose(cause=_("it is decided already."))
        if actor.user_id is None or actor.user_id == found.asked_by:
            raise UnableToPropose(cause=_("somebody else than who proposed it decides."))
        if actor.role not in DECIDERS:
            raise UnableToPropose(cause=_("a supervisor or the director decides."))
        statuses = PlanProposal.Status
        found.status = statuses.APPROVED if is_approved else statuses.REFUSED
        found.decided_by, found.decided_at = actor.user_id, now
        if is_approved:
            found.valid_until = now.astimezone(BAGHDAD).date() + VALID
        found.save(update_fields=["status", "decided_by", "decided_at", "valid_until"])
        _record(found, actor, now)
        if is_approved and found.is_signed:
            agree_on_plan(
                directorate_id=directorate_id, account_no=found.account_no, count=found.count,
                actor=actor, now=now,
            )  # fmt: skip
        elif is_approved:
            _tell(found, now)
    return found


def _lapse(directorate_id: int, account_no: str, now: datetime) -> None:
    """An offer whose days are over makes room for a new one."""
    PlanProposal.objects.filter(
        directorate_id=directorate_id,
        account_no=account_no,
        status=PlanProposal.Status.APPROVED,
        valid_until__lt=now.astimezone(BAGHDAD).date(),
    ).update(status=PlanProposal.Status.LAPSED)


def _most(directorate_id: int, on: date) -> int:
    value = dated.value("billing.instalments_staff_most", directorate_id=directorate_id, on=on)
    return int(value)


def _tell(found: PlanProposal, now: datetime) -> None:
    account = customers.account_by_no(found.directorate_id, found.account_no)
    holder = User.objects.filter(id=account.holder_id).first() if account else None
    if holder is None or found.valid_until is None:
        return
    notifications.notify(
        recipient=holder,
        template="billing.plan_granted",
        values={
            "account": account_numbers.shown(found.account_no),
            "count": found.count,
            "day": found.valid_until.isoformat(),
        },
        directorate_id=found.directorate_id,
        now=now,
        subject=subjects.account(found.directorate_id, found.account_no),
    )


def _record(found: PlanProposal, actor: Actor, now: datetime) -> None:
    events.record(
        kind="billing.plan.proposed",
        subject=subjects.account(found.directorate_id, found.account_no),
        actor=actor,
        directorate_id=found.directorate_id,
        data={
            "account": found.account_no,
            "count": found.count,
            "first_pct": found.first_pct,
            "status": found.status,
        },
        now=now,
    )
