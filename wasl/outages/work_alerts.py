"""A planned work made ready to be told as an alert in three languages."""

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wasl.directorates import selectors as directorates
from wasl.outages import alerts, place_feeds, reasons
from wasl.outages.alerts import Message, Place, Words, WorkAlert
from wasl.outages.models import PlannedWork

LANGUAGES = ("ar", "ckb", "en")
State = PlannedWork.State


def of_work(work: PlannedWork) -> str:
    """The newest message about an announced work, with references to those before it."""
    messages = [
        Message(identifier=f"wasl-work-{work.id}-{change.sequence}", sent=change.at)
        for change in work.changes.order_by("sequence")
    ]
    ends = work.ended_at if work.state == State.DONE and work.ended_at else work.ends_at
    return alerts.of_work(
        WorkAlert(
            sender=place_feeds.host(),
            message=messages[-1],
            earlier=messages[:-1],
            is_cancelled=work.state == State.CANCELLED,
            is_running=work.state == State.RUNNING,
            is_over=work.state == State.DONE,
            begins=work.outage.began_at if work.outage else work.begins_at,
            ends=ends,
            customers=work.customers,
            words={language: _words(work, language) for language in LANGUAGES},
            web=place_feeds.site() + reverse("outages:planned"),
        )
    )


def _words(work: PlannedWork, language: str) -> Words:
    office = directorates.by_id(work.directorate_id).name(language)
    found = [directorates.district(code) for code in work.districts]
    places = [Place(name=d.name(language), lat=d.lat, lon=d.lon) for d in found if d is not None]
    begins, ends = timezone.localtime(work.begins_at), timezone.localtime(work.ends_at)
    reason = reasons.label(reasons.WORK, work.reason, language)
    with translation.override(language):
        headline = _("Planned work: %(state)s") % {"state": work.get_state_display()}
        description = _("Supply is switched off from %(begins)s to %(ends)s: %(reason)s.") % {
            "begins": f"{begins:%Y-%m-%d %H:%M}",
            "ends": f"{ends:%Y-%m-%d %H:%M}",
            "reason": reason,
        }
        if work.cancel_reason:
            why = reasons.label(reasons.CANCEL, work.cancel_reason, language)
            description += " " + _("cancelled: %(reason)s") % {"reason": why}
        return Words(
            event=_("Planned work"),
            headline=headline,
            description=description,
            instruction=_("Charge what you need, and switch off sensitive devices before."),
            sender_name=office,
            places=places or [Place(name=office)],
        )
