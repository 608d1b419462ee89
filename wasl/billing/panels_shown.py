"""What the steps of a contested bill show; and who is left out of its draws."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wasl.billing import bill_pages, selectors
from wasl.billing.models import BillDispute
from wasl.billing.services import disputes
from wasl.billing.task_forms import SITE_PHOTO
from wasl.casework import conflicts, panels
from wasl.casework import selectors as casework
from wasl.casework.models import Case, Task
from wasl.casework.panels import Panel, register_panel, show
from wasl.core import scope
from wasl.customers import account_numbers
from wasl.customers import selectors as customers

BILLS_SHOWN = 6


def _contested(case: Case, _task: Task | None) -> dict[str, Any]:
    """The bill, its readings, what the customer says of it, and the bills before."""
    with scope.within_system():
        bill = bill_pages.contested_bill(case)
        dispute = BillDispute.objects.get(directorate_id=case.directorate_id, case_id=case.id)
        earlier = selectors.standing_bills(case.directorate_id, bill.account_no)
        return {
            "shown_no": account_numbers.shown(bill.account_no),
            "bill": bill,
            "reason": dispute.get_reason_display(),
            "own_reading_kwh": dispute.own_reading_kwh,
            "checked_kwh": case.variables.get("checked_kwh"),
            "readings": bill_pages.readings_of(bill),
            "wrong_reading": str(case.variables.get("wrong_reading", "")).partition(":")[0],
            "right_kwh": case.variables.get("right_kwh"),
            "earlier": list(earlier.defer("lines").filter(period__lt=bill.period)[:BILLS_SHOWN]),
            "paid": bill_pages.payments_since(bill),
        }


def _own(case: Case, _task: Task | None) -> dict[str, Any]:
    """For the customer: which bill, and what it asks for."""
    with scope.within_system():
        return {"bill": bill_pages.contested_bill(case)}


def _place(case: Case, _task: Task | None) -> dict[str, Any]:
    """For the inspector: where, and which meter; not what others read."""
    with scope.within_system():
        number = case.variables["account_no"]
        account = customers.account_by_no(case.directorate_id, number)
        return {
            "shown_no": account_numbers.shown(number),
            "place": customers.premises_of(account) if account else None,
            "meter": customers.meter_of(case.directorate_id, number),
        }


def _words(case: Case, _task: Task | None) -> dict[str, Any]:
    """What the customer wrote: nothing else of the notes."""
    notes = casework.notes(case, for_citizen=False)
    return {"notes": [note for note in notes if note.author_id == case.applicant_id]}


def involved(case: Case) -> set[UUID]:
    """Who took or decided the readings of the contested bill."""
    with scope.within_system():
        readings = bill_pages.readings_of(bill_pages.contested_bill(case))
    people = {reading.taken_by for reading in readings} | {r.decided_by for r in readings}
    return {person for person in people if person is not None}


conflicts.register(disputes.PROCESS, involved)
panels.register_document_kind(disputes.PHOTO, _("The customer's photograph of the meter"))
panels.register_document_kind(SITE_PHOTO, _("Photograph of the meter at the check"))
for _panel in (
    Panel(
        name="billing.contested",
        title=_("The contested bill"),
        template="billing/panels/contested.html",
        fetch=_contested,
    ),
    Panel(
        name="billing.own",
        title=_("The bill"),
        template="billing/panels/own.html",
        fetch=_own,
    ),
    Panel(
        name="billing.place",
        title=_("The meter"),
        template="billing/panels/place.html",
        fetch=_place,
    ),
    Panel(
        name="billing.words",
        title=_("What the customer writes"),
        template="billing/panels/words.html",
        fetch=_words,
    ),
):
    register_panel(_panel)

_PHOTOS = (disputes.PHOTO, SITE_PHOTO)
_CASE = ("billing.contested", "billing.words")
show("billing.review-contest", _CASE, documents=_PHOTOS)
show("billing.check-meter", ("billing.place",))
show("billing.agree-correction", _CASE, documents=_PHOTOS)
show("billing.appeal", ("billing.own",))
show("billing.hear-appeal", _CASE, documents=_PHOTOS)
