"""A bill is contested: a case is opened for it, and until it is decided the sum is not collected."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import selectors, subjects
from wasl.billing.models import Bill, BillDispute
from wasl.casework import services as casework
from wasl.casework.models import Case
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload
from wasl.directorates import dated
from wasl.events import services as events
from wasl.notifications import services as notifications

PROCESS = "contest-bill"
PHOTO = "OWN_METER_PHOTO"
_OUTCOMES = {
    "REFUSED": BillDispute.Outcome.UPHELD,
    "COMPLETED": BillDispute.Outcome.CORRECTED,
}


class UnableToContest(Unable):
    """The bill is cancelled, asks for nothing, or is contested already."""

    code = "BILL_NOT_CONTESTED"
    message = _("This bill cannot be contested: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What the customer says: why, what they read themselves, and in their own words."""

    reason: BillDispute.Reason
    own_reading_kwh: int | None = None
    words: str = ""
    photo: CleanUpload | None = None


@transaction.atomic
def contest_bill(
    *, bill: Bill, holder: User, objection: Objection, actor: Actor, now: datetime
) -> tuple[Case, str]:
    """
    This function will open a case about a bill; what is open of it is not collected meanwhile.

    Gives the case and its tracking secret.

    :raises UnableToContest: when it is cancelled, asks for nothing, or is contested already.
    :raises UnableToSubmit: when the process is not published.
    """
    with scope.within_system():
        _lock(bill)
        amount = _contestable(bill, now)
        case, secret = casework.submit(
            process_key=PROCESS,
            applicant=holder,
            actor=actor,
            directorate_id=bill.directorate_id,
            variables=_variables(bill, objection),
            now=now,
        )
        BillDispute.objects.create(
            directorate_id=bill.directorate_id,
            case_id=case.id,
            account_no=bill.account_no,
            period=bill.period,
            revision=bill.revision,
            reason=objection.reason,
            amount=amount,
            own_reading_kwh=objection.own_reading_kwh,
            opened_at=now,
        )
        _add_to_case(case, objection, actor, now)
        _record_contested(bill, case, objection, amount, actor, now)
        notifications.notify(
            recipient=holder,
            template="billing.contested",
            values={"reference": case.reference, "secret": secret},
            directorate_id=bill.directorate_id,
            now=now,
            subject=("case", case.id),
        )
    return case, secret


def _lock(bill: Bill) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM customers_account WHERE directorate_id = %s AND account_no = %s FOR UPDATE",
            [bill.directorate_id, bill.account_no],
        )


def _contestable(bill: Bill, now: datetime) -> int:
    """
    The dinars that can be contested: the bill's own. What is paid of it already is given back when
    the customer is right; it cannot be "not collected" any more.
    """
    on = now.astimezone(BAGHDAD).date()
    dues = selectors.dues(bill.directorate_id, bill.account_no, on)
    found = next((each for each in dues.bills if each.bill.key == bill.key), None)
    if found is None:
        raise UnableToContest(cause=_("it is cancelled."))
    if bill.amount <= 0:
        raise UnableToContest(cause=_("it asks for nothing."))
    contested = selectors.disputes(bill.directorate_id, bill.account_no).get(bill.key)
    if contested is not None and contested.closed_at is None:
        raise UnableToContest(cause=_("it is contested already."))
    if contested is not None:
        raise UnableToContest(cause=_("it was contested once, and decided."))
    return bill.amount


def _variables(bill: Bill, objection: Objection) -> dict[str, str | int]:
    """The declared variables of the process: codes and figures."""
    found: dict[str, str | int] = {
        "account_no": bill.account_no,
        "period": bill.period,
        "revision": bill.revision,
        "contest_reason": objection.reason.value,
    }
    if objection.own_reading_kwh is not None:
        found["own_reading_kwh"] = objection.own_reading_kwh
    return found


def _add_to_case(case: Case, objection: Objection, actor: Actor, now: datetime) -> None:
    if objection.photo is not None:
        casework.attach_document(
            case_id=case.id, kind=PHOTO, upload=objection.photo, actor=actor, now=now
        )
    if objection.words:
        casework.write_note(
            case=case, text=objection.words, actor=actor, is_for_citizen=False, now=now
        )


def _record_contested(
    bill: Bill, case: Case, objection: Objection, amount: int, actor: Actor, now: datetime
) -> None:
    events.record(
        kind="billing.bill.contested",
        subject=subjects.account(bill.directorate_id, bill.account_no),
        actor=actor,
        directorate_id=bill.directorate_id,
        data={
            "account": bill.account_no,
            "bill": bill.number,
            "period": bill.period,
            "reason": objection.reason.value,
            "amount": amount,
            "case": str(case.id),
        },
        now=now,
    )


@transaction.atomic
def end_dispute(*, directorate_id: int, case_id: UUID, case_outcome: str, now: datetime) -> bool:
    """
    This function will close the dispute of a case that is closed; False when it was closed already.

    Where the bill stands, the customer has the ordinary days to pay again, from today on.
    """
    found = (
        BillDispute.objects.select_for_update()
        .filter(directorate_id=directorate_id, case_id=case_id, closed_at=None)
        .first()
    )
    if found is None:
        return False
    outcome = _OUTCOMES.get(case_outcome, BillDispute.Outcome.WITHDRAWN)
    found.outcome, found.closed_at = outcome, now
    if outcome != BillDispute.Outcome.CORRECTED:
        today = now.astimezone(BAGHDAD).date()
        days = int(dated.value("billing.days_to_pay", directorate_id=directorate_id, on=today))
        found.due_again_on = today + timedelta(days=days)
    found.save(update_fields=["outcome", "closed_at", "due_again_on"])
    bill = Bill.objects.get(
        directorate_id=directorate_id,
        account_no=found.account_no,
        period=found.period,
        revision=found.revision,
    )
    events.record(
        kind="billing.dispute.ended",
        subject=subjects.account(directorate_id, found.account_no),
        actor=Actor.system(),
        directorate_id=directorate_id,
        data={
            "account": found.account_no,
            "bill": bill.number,
            "period": found.period,
            "outcome": outcome.value,
        },
        now=now,
    )
    return True
