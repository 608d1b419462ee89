"""Answers shown back: on the check page, after sending, and on paper."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from wasl.accounts.models import User
from wasl.casework import definitions, pages
from wasl.casework import selectors as casework
from wasl.casework.models import Case, Document
from wasl.connections import document_kinds, selectors, step_forms
from wasl.connections.journeys import JOURNEYS, Journey
from wasl.connections.models import Draft, DraftDocument
from wasl.core import pdf as paper
from wasl.core import references
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.templatetags.wasl import MONTHS
from wasl.directorates import selectors as directorates
from wasl.transparency import responses
from wasl.transparency import selectors as log

TEMPLATE = Path(__file__).with_name("pdf") / "answers.typ"


def _choice(choices: list[tuple[str, Any]], value: Any) -> str:
    return str(dict(choices).get(value, value or ""))


def rows(
    journey: Journey,
    answers: dict[str, Any],
    documents: Sequence[DraftDocument | Document],
    language: str,
) -> list[dict[str, Any]]:
    """The answers in the order of the pages: label, value, and the page where they change."""
    shown = []
    for page in journey.pages:
        for label, value in _of_page(page.key, answers, documents, language):
            shown.append({"label": label, "value": value, "page": page.key})
    return shown


def _of_page(
    key: str, answers: dict[str, Any], documents: Sequence[DraftDocument | Document], language: str
) -> list[tuple[str, str]]:
    simple = {
        "eligibility": [
            (_("Right to the place"), _choice(step_forms.RIGHTS, answers.get("right")))
        ],
        "neighbour": [
            (_("Neighbour's account"), answers.get("neighbour_account") or _("not given"))
        ],
        "premises": [
            (_("Kind of place"), _choice(step_forms.PREMISES, answers.get("premises_kind")))
        ],
        "identity": [
            (_("Full name"), answers.get("full_name", "")),
            (_("National card"), answers.get("national_id", "")),
        ],
        "account": [(_("Account number"), answers.get("account_no", ""))],
        "reason": [(_("The meter"), _choice(step_forms.REASONS, answers.get("meter_reason")))],
        "helper": [(_("Helped by"), answers.get("helper_name") or _("nobody"))],
    }
    if key in simple:
        return simple[key]
    return _of_place(key, answers, documents, language)


def _of_place(
    key: str, answers: dict[str, Any], documents: Sequence[DraftDocument | Document], language: str
) -> list[tuple[str, str]]:
    if key == "place":
        district = directorates.district(answers.get("district", ""))
        office = (
            directorates.by_id(answers["directorate_id"]).name(language)
            if answers.get("directorate_id")
            else ""
        )
        return [
            (_("Area"), f"{district.name(language) if district else ''} – {office}".strip(" –"))
        ]
    if key == "address":
        words = [
            f"{_('Mahalla')} {answers.get('mahalla', '')}",
            f"{_('Zuqaq')} {answers.get('zuqaq', '')}",
            f"{_('Dar')} {answers.get('dar', '')}",
        ]
        return [
            (_("Address"), _(", ").join(words)),
            *([(_("Landmark"), answers["landmark"])] if answers.get("landmark") else []),
        ]
    if key == "map":
        is_marked = answers.get("lat") and answers.get("position", "PIN") == "PIN"
        return [(_("On the map"), _("marked") if is_marked else _("not marked"))]
    if key == "load":
        phases = _("three phases") if answers.get("phases") == 3 else _("one phase")
        kilowatts = f"{answers.get('load_watts', 0) / 1000:g}"
        return [(_("Load"), _("%(load)s kW, %(phases)s") % {"load": kilowatts, "phases": phases})]
    if key == "documents":
        names = Counter(str(document_kinds.KINDS.get(each.kind, each.kind)) for each in documents)
        listed = [name if number == 1 else f"{name} ({number})" for name, number in names.items()]
        return [(_("Documents"), _(", ").join(listed) or _("none"))]
    return []


def documents_by_kind(
    asked: list[dict[str, Any]], documents: list[DraftDocument], language: str
) -> list[dict[str, Any]]:
    """Each document that is asked for, with the files there are."""
    return [
        {
            "kind": row["kind"],
            "label": row.get(language) or row["ar"],
            "is_required": row["is_required"],
            "files": [document for document in documents if document.kind == row["kind"]],
        }
        for row in asked
    ]


def sent_page(draft: Draft, journey: Journey, language: str) -> dict[str, Any]:
    """What the confirmation says."""
    case = next(c for c in casework.of_applicant(draft.citizen) if c.id == draft.case_id)
    return {
        "case": case,
        "journey": journey,
        "stages": casework.stage_line(case, language),
        "office": pages.office(case.directorate_id, language),
    }


def pdf(user: User, reference: str, language: str, track_url: str) -> bytes | None:
    """The answers of a sent application on paper; None when it is not this person's."""
    try:
        case = casework.find(references.normalise(reference))
    except Unable:
        return None
    if case is None or case.applicant_id != user.id:
        return None
    application = selectors.application(case.id)
    address = selectors.address_of(application)
    answers = {
        **address,
        **application.details,
        "directorate_id": case.directorate_id,
        "full_name": application.full_name,
        "national_id": application.national_id,
        "account_no": application.account_no,
        "load_watts": application.load_watts,
        "phases": application.phases,
        "district": application.district_code,
    }
    helper = json.loads(application.helper)
    answers |= helper
    sent = [each for each in casework.documents(case) if each.added_at <= case.submitted_at]
    with override(language):
        shown = rows(JOURNEYS[application.service], answers, sent, language)
        submitted = case.submitted_at.astimezone(BAGHDAD)
        months = MONTHS[language].split(",")
        data = {
            "language": language,
            "title": definitions.service_label(case.process, language),
            "office": pages.office(case.directorate_id, language),
            "reference_label": _("Reference number"),
            "reference": case.reference,
            "date": f"{submitted.day} {months[submitted.month - 1]} {submitted.year}",
            "rows": [{"label": row["label"], "value": row["value"]} for row in shown],
            "note": _(
                "This is a copy of your own answers. The code holds the receipt of the first step; "
                "it can be checked without us."
            ),
            "qr": _code(case, track_url),
            "brand": _("Wasl – electricity services from home"),
        }
        return paper.render(TEMPLATE, data)


def _code(case: Case, track_url: str) -> str:
    """The receipt of the first step as a QR code; the tracking address until it is sealed."""
    first = casework.timeline(case, kinds=["casework.case.submitted"])
    try:
        proof = log.receipt_for(event_id=first[0].id) if first else None
    except log.UnableToMakeReceipt:
        proof = None
    if proof is not None:
        return str(responses.receipt_qr(proof))
    return paper.qr_svg(f"{track_url}?reference={case.reference}")
