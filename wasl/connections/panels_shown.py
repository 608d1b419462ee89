"""Which panels each step shows, and fetches: the least that the step needs."""

import json
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.casework import selectors as casework
from wasl.casework.models import Case, Task
from wasl.casework.panels import Panel, register_panel, show
from wasl.connections import dated_settings, document_kinds, obstacles, selectors
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.directorates import selectors as directorates
from wasl.network import selectors as network
from wasl.payments import selectors as payments


def _place(case: Case, _task: Task | None) -> dict[str, Any]:
    application = selectors.application(case.id)
    address = selectors.address_of(application)
    district = directorates.district(application.district_code)
    return {
        "address": address,
        "district": district,
        "directorate_id": case.directorate_id,
        "is_marked": application.details.get("position", "PIN") == "PIN",
    }


def _identity(case: Case, _task: Task | None) -> dict[str, Any]:
    application = selectors.application(case.id)
    return {
        "full_name": application.full_name,
        "national_id": application.national_id,
        "right": application.details.get("right", ""),
        "helper": json.loads(application.helper),
    }


def _load(case: Case, _task: Task | None) -> dict[str, Any]:
    application = selectors.application(case.id)
    return {
        "watts": application.load_watts,
        "kw": application.load_watts / 1000,
        "phases": application.phases,
        "kind": application.details.get("premises_kind", ""),
        "account_no": application.account_no,
        "reason": application.details.get("meter_reason", ""),
    }


def _capacity(case: Case, _task: Task | None) -> dict[str, Any]:
    on = case.submitted_at.astimezone(BAGHDAD).date()
    permitted = network.factors(case.directorate_id, on).permitted_loading_pct
    check = network.latest_check(case.id)
    model = network.low_voltage_of(check.transformer) if check is not None else None
    return {
        "v": case.variables,
        "permitted_pct": permitted,
        "check": check,
        "has_picture": model is not None,
        "attribution": model.attribution if model is not None else "",
    }


def _estimate(case: Case, _task: Task | None) -> dict[str, Any]:
    found = selectors.estimates(case.id)
    if not found:
        return {"estimate": None}
    lines = [
        {**line, "label": dated_settings.FEES.get(line["code"], line["code"])}
        for line in found[0].lines
    ]
    return {"estimate": found[0], "lines": lines}


def _payment(case: Case, _task: Task | None) -> dict[str, Any]:
    request = payments.request_for("case", case.id)
    return {"request": request, "is_settled": bool(request and payments.is_settled(request.id))}


def _stock(case: Case, _task: Task | None) -> dict[str, Any]:
    return {"serials": customers.serials_in_store(case.directorate_id, phases=_phases(case))[:30]}


def _meter(case: Case, _task: Task | None) -> dict[str, Any]:
    return {"serial": case.variables.get("meter_serial", "")}


def _words(case: Case, _task: Task | None) -> dict[str, Any]:
    """What the citizen wrote with an appeal or an objection: nothing else of the notes."""
    notes = [
        note
        for note in casework.notes(case, for_citizen=False)
        if note.author_id == case.applicant_id
    ]
    return {"notes": notes}


def _refusal(case: Case, _task: Task | None) -> dict[str, Any]:
    refused = casework.timeline(case, kinds=["casework.case.refused"])
    language = get_language() or "ar"
    return {"reason": casework.reason_text(refused[-1].data["reason"], language) if refused else ""}


def _asked(case: Case, _task: Task | None) -> dict[str, Any]:
    """Why a case came back: the reason and papers of the return, or what the first check found."""
    language = get_language() or "ar"
    returned = [
        event
        for event in casework.timeline(case, kinds=["casework.task.completed"])
        if event.data["outcome"] == "RETURN"
    ]
    if not returned:
        found = obstacles.of(case)
        return {"obstacles": found, "papers": obstacles.words(case, found, language)}
    data = returned[-1].data
    marked = (data.get("record") or {}).get("not_accepted", [])
    return {
        "reason": casework.reason_text(data["reason"], language) if data.get("reason") else "",
        "papers": [document_kinds.KINDS.get(kind, kind) for kind in marked],
        "notes": casework.notes(case, for_citizen=True)[-1:],
    }


def _account(case: Case, _task: Task | None) -> dict[str, Any]:
    """The account that the case is about, and whether it is the applicant's and at this address."""
    application = selectors.application(case.id)
    account = customers.account_by_no(case.directorate_id, application.account_no)
    if account is None:
        return {"account_no": application.account_no}
    given, place = selectors.address_of(application), customers.premises_of(account)
    return {
        "account_no": account_numbers.shown(account.account_no),
        "account": account,
        "place": place,
        "is_own": account.holder_id == case.applicant_id,
        "is_same_place": all(
            given[name] == getattr(place, name) for name in ("mahalla", "zuqaq", "dar")
        ),
    }


def _phases(case: Case) -> int:
    return int(case.variables.get("phases_confirmed") or case.variables.get("phases") or 1)


for _panel in (
    Panel(
        name="connections.place",
        title=_("The place"),
        template="connections/panels/place.html",
        fetch=_place,
    ),
    Panel(
        name="connections.identity",
        title=_("The applicant"),
        template="connections/panels/identity.html",
        fetch=_identity,
    ),
    Panel(
        name="connections.account",
        title=_("The account"),
        template="connections/panels/account.html",
        fetch=_account,
    ),
    Panel(
        name="connections.load",
        title=_("What is asked for"),
        template="connections/panels/load.html",
        fetch=_load,
    ),
    Panel(
        name="connections.capacity",
        title=_("Network capacity"),
        template="connections/panels/capacity.html",
        fetch=_capacity,
    ),
    Panel(
        name="connections.estimate",
        title=_("Estimate"),
        template="connections/panels/estimate.html",
        fetch=_estimate,
    ),
    Panel(
        name="connections.payment",
        title=_("Payment"),
        template="connections/panels/payment.html",
        fetch=_payment,
    ),
    Panel(
        name="connections.stock",
        title=_("In the store"),
        template="connections/panels/stock.html",
        fetch=_stock,
    ),
    Panel(
        name="connections.meter",
        title=_("The meter"),
        template="connections/panels/meter.html",
        fetch=_meter,
    ),
    Panel(
        name="connections.words",
        title=_("What the citizen writes"),
        template="connections/panels/words.html",
        fetch=_words,
    ),
    Panel(
        name="connections.refusal",
        title=_("The refusal"),
        template="connections/panels/refusal.html",
        fetch=_refusal,
    ),
    Panel(
        name="connections.asked",
        title=_("What was asked for"),
        template="connections/panels/asked.html",
        fetch=_asked,
    ),
):
    register_panel(_panel)

_P = "connections."
show(
    "connections.documents-review",
    (_P + "identity", _P + "place", _P + "account"),
    documents=document_kinds.PAPERS,
)
show("connections.engineer-review", (_P + "load", _P + "capacity"))
show("connections.site-inspection", (_P + "place", _P + "load"), documents=document_kinds.PICTURES)
show("connections.meter-inspection", (_P + "place", _P + "load"), documents=document_kinds.PICTURES)
show("connections.estimate-review", (_P + "estimate", _P + "words", _P + "load"))
show("connections.issue-meter", (_P + "load", _P + "stock"))
show("connections.install-meter", (_P + "place", _P + "meter"))
show("connections.exchange-meter", (_P + "place", _P + "meter", _P + "load"))
show("connections.upgrade-supply", (_P + "place", _P + "load"))
show("connections.final-reading", (_P + "place", _P + "load"))
show("connections.fix-installation", (_P + "place", _P + "meter", _P + "words"))
show(
    "connections.appeal-review",
    (_P + "refusal", _P + "words", _P + "identity", _P + "place", _P + "account"),
    documents=(*document_kinds.PAPERS, *document_kinds.PICTURES),
)
show("connections.estimate-decision", (_P + "estimate",))
show("connections.pay-fee", (_P + "estimate", _P + "payment"))
show("connections.appeal-decision", (_P + "refusal",))
show("connections.supply-documents", (_P + "asked",))
show("connections.site-ready", (_P + "asked",))
