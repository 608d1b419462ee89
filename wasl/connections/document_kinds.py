"""The kinds of documents of the connection services, and their words."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.casework import panels
from wasl.casework.models import Case
from wasl.connections import selectors
from wasl.core.calendars import BAGHDAD

KINDS = {
    "NATIONAL_CARD": _("National card"),
    "OWNERSHIP": _("Title, lease or court decision"),
    "BUILDING_PERMIT": _("Building permit"),
    "OLD_BILL": _("Last electricity bill"),
    "TRANSFER": _("Deed of sale or inheritance"),
    "METER_PHOTO": _("Photograph of the meter"),
    "SITE_PHOTO": _("Photograph of the place"),
    "SUPPLEMENT": _("Supplement"),
}
# Who may open what: papers are for the documents officer and the quality officer who hears an appeal.
PAPERS = ("NATIONAL_CARD", "OWNERSHIP", "BUILDING_PERMIT", "OLD_BILL", "TRANSFER", "SUPPLEMENT")
PICTURES = ("SITE_PHOTO", "METER_PHOTO")

for _kind, _label in KINDS.items():
    panels.register_document_kind(_kind, _label)


def choices(case: Case) -> list[tuple[str, str]]:
    """What the citizen may add to a case: the kinds its service asks for."""
    on: date = case.submitted_at.astimezone(BAGHDAD).date()
    language = get_language() or "ar"
    asked = selectors.required_documents(case.service, case.directorate_id, on)
    return [(row["kind"], row.get(language) or row["ar"]) for row in asked] + [
        ("SUPPLEMENT", str(_("Something else")))
    ]
