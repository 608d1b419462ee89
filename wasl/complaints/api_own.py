"""Whose report it is: the citizen who is signed in, or whoever gives its tracking number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wasl.accounts.actors import Actor
from wasl.accounts.api_access import caller, moment
from wasl.accounts.models import User
from wasl.casework import selectors as casework
from wasl.casework import tracking
from wasl.casework.models import Case
from wasl.complaints import api_shapes as shapes
from wasl.complaints import selectors
from wasl.complaints.models import CategoryVersion, Report
from wasl.complaints.services import Sent
from wasl.core import limits, references, scope
from wasl.core.api_shapes import mark, read_mark
from wasl.core.calendars import BAGHDAD
from wasl.core.problems import Fault, Refusal
from wasl.directorates import selectors as directorates

# As on the page that follows anything: together, not each.
TRIES, PER_SECONDS = 20, 600


@dataclass(frozen=True, kw_only=True)
class Own:
    """A report with its case, and who acts in it: nobody, where only its applicant may."""

    report: Report
    case: Case | None
    actor: User | None

    def acting(self) -> Actor:
        """Who acts. :raises Refusal: when the applicant has a name, and is not signed in."""
        if self.actor is None:
            raise Refusal(401, "SIGN_IN", _("Whoever sent it signed in: so does who answers."))
        return Actor.for_user(self.actor)


def own(request: HttpRequest, reference: str) -> Own:
    """
    The report of a reference, if it is the caller's, with the rows of its case in sight.

    :raises Refusal: 404, alike for one that is not theirs and one that does not exist; 429 after too
        many wrong tracking numbers from one address.
    """
    try:
        canonical = references.normalise(reference)
    except references.UnableToReadReference:
        canonical = ""
    who = caller(request)
    with scope.within_system():
        found = selectors.find(canonical) if canonical else None
    if who.person is not None:
        if found is None or found.reporter_id != who.person.pk:
            raise Refusal(404, "NOT_FOUND")
        case = casework.find(found.reference) if found.case_id else None
        return Own(report=found, case=case, actor=who.person)
    return _proved(request, canonical, found)


def _proved(request: HttpRequest, reference: str, found: Report | None) -> Own:
    who, now = caller(request), moment(request)
    key = f"track:{who.address}"
    limits.require_unspent(key, limit=TRIES, now=now)
    tracking.require_patience(reference, now)
    # Both are always asked, so that the time tells nothing.
    case = casework.track(reference, who.tracking_number)
    report = selectors.track(reference, who.tracking_number)
    if found is None or (case is None and report is None):
        limits.hit(key, limit=TRIES, per_seconds=PER_SECONDS, now=now)
        tracking.note_wrong(reference, now)
        raise Refusal(404, "NOT_FOUND")
    if case is None:
        return Own(report=found, case=None, actor=found.reporter)
    actor = casework.unnamed_applicant(case)
    scope.apply("CASE", str(case.id))
    return Own(report=found, case=case, actor=actor)


def sent(request: HttpRequest, told: Sent) -> shapes.Sent:
    """What is told of a report that was sent: whom to call as well, where somebody may be hurt."""
    report = told.report
    is_danger = report.category.group == CategoryVersion.Group.DANGER
    with scope.within_system():
        today = moment(request).astimezone(BAGHDAD).date()
        number = directorates.emergency_number(report.directorate_id, today) if is_danger else ""
    path = reverse("complaints:report", args=[report.reference])
    advice = _("Keep away, keep others away, and call the emergency number at once.")
    return shapes.Sent(
        id=report.id,
        reference=report.reference,
        tracking_number=told.secret,
        is_new=told.is_new,
        emergency_number=number,
        advice=advice if is_danger else "",
        url=settings.WASL_PUBLIC_URL.rstrip("/") + path,
    )


def require_uuid(text: str) -> UUID:
    """:raises Refusal: when the mark of a page holds no id."""
    try:
        return UUID(text)
    except ValueError:
        fault = Fault(pointer="/query/after", code="WRONG_MARK", detail="")
        raise Refusal(422, "WRONG_MARK", faults=[fault]) from None


class _Row(Protocol):
    @property
    def id(self) -> UUID: ...

    @property
    def at(self) -> datetime: ...


def mark_of(after: str) -> tuple[datetime, str] | None:
    """The time and id behind which a page begins. :raises Refusal: when the mark is none of ours."""
    if not after:
        return None
    found = read_mark(after)
    require_uuid(found[1])
    return found


def next_of(rows: Sequence[_Row], limit: int) -> str | None:
    """The mark of the page that follows, where there are more rows."""
    return mark(rows[limit - 1].at, str(rows[limit - 1].id)) if len(rows) > limit else None
