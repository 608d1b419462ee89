"""A receipt on paper: number, amount, for what, and its proof against the public log as a code."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wasl.core import money, scope
from wasl.core import pdf as paper
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.events.models import Event
from wasl.payments import providers, purposes
from wasl.payments.models import BasketLine, BillerPayment, BillerReversal, Settlement
from wasl.transparency import responses
from wasl.transparency import selectors as log
from wasl.transparency.proofs import Receipt

TEMPLATE = Path(__file__).parent / "pdf" / "receipt.typ"


@dataclass(frozen=True, kw_only=True)
class _Paper:
    """What stands on a receipt, in the language that is active."""

    number: str
    amount: int
    at: datetime
    facts: list[tuple[str, str, bool]]
    event_id: UUID | None
    void: str = ""


def of_settlement(settlement: Settlement, language: str) -> bytes:
    """The receipt of a payment through a company, as a PDF."""
    with override(language), scope.within_system():
        request = settlement.request
        rows = [
            (_("For"), str(purposes.label(request.purpose)), False),
            *_accounts(settlement),
            (_("Paid through"), _title(settlement.provider), False),
            (_("Payment reference"), request.reference, True),
        ]
        if request.subject_reference and request.subject_type == "case":
            rows.insert(1, (_("Application"), request.subject_reference, True))
        return _render(
            _Paper(
                number=settlement.receipt_no,
                amount=settlement.amount,
                at=settlement.settled_at,
                facts=rows,
                event_id=event_of(settlement),
                void=_("This was paid a second time; the money is kept for you.")
                if settlement.is_credit
                else "",
            ),
            language,
        )


def of_agent(payment: BillerPayment, language: str) -> bytes:
    """The receipt that an agent prints for who paid there. It names no person."""
    with override(language), scope.within_system():
        is_reversed = BillerReversal.objects.filter(payment=payment).exists()
        return _render(
            _Paper(
                number=payment.receipt_no,
                amount=payment.amount,
                at=payment.reported_at,
                facts=[
                    (_("For"), str(purposes.label(purposes.ACCOUNTS)), False),
                    (_("Account"), account_numbers.shown(payment.account_no), True),
                    (_("Paid at"), payment.agent.name, False),
                    (_("Number at the agent"), payment.transaction_id, True),
                ],
                event_id=payment.event_id,
                void=_("TAKEN BACK. This payment does not count.") if is_reversed else "",
            ),
            language,
        )


def event_of(settlement: Settlement) -> UUID | None:
    """The event that put a settlement on record."""
    request = settlement.request
    found = Event.objects.about(request.subject_type, request.subject_id).filter(
        kind__in=["payments.payment.settled", "payments.payment.credited"],
        data__receipt=settlement.receipt_no,
    )
    return found.values_list("id", flat=True).first()


def proof_of(settlement: Settlement) -> Receipt | None:
    """The proof of a settlement; None until the log has published it."""
    with scope.within_system():
        event_id = event_of(settlement)
        return log.receipt_for(event_id=event_id) if event_id else None


def code_of(settlement: Settlement) -> str:
    """The proof as a QR in SVG; nothing until it is published."""
    found = proof_of(settlement)
    return str(responses.receipt_qr(found)) if found else ""


def _accounts(settlement: Settlement) -> list[tuple[str, str, bool]]:
    if settlement.request.subject_type != "basket":
        return []
    lines = BasketLine.objects.filter(basket_id=settlement.request.subject_id)
    numbers = lines.order_by("account_no").values_list("account_no", flat=True)
    named = ", ".join(account_numbers.shown(each) for each in dict.fromkeys(numbers))
    return [(_("Account"), named, True)]


def _title(provider: str) -> str:
    try:
        return str(providers.get(provider).title)
    except KeyError:
        return provider


def _render(found: _Paper, language: str) -> bytes:
    proof = log.receipt_for(event_id=found.event_id) if found.event_id else None
    code = str(responses.receipt_qr(proof)) if proof else ""
    words = _(
        "Scan it: your telephone checks number and amount against the public log, without us."
    )
    if not code:
        check = settings.WASL_PUBLIC_URL.rstrip("/") + reverse("transparency:verify")
        code = paper.qr_svg(check)
        words = _("The public log seals this receipt within seconds. Print it again for its proof.")
    rows = [*found.facts, (_("Paid on"), _moment(found.at), True)]
    return paper.render(
        TEMPLATE,
        {
            "language": language,
            "title": _("Receipt"),
            "brand": _("Wasl – electricity services from home"),
            "number": found.number,
            "amount_label": _("Received"),
            "amount": money.format_dinars(found.amount),
            "currency": _("IQD"),
            "void": found.void,
            "facts": [{"label": a, "value": b, "ltr": c} for a, b, c in rows],
            "qr": code,
            "qr_title": _("Proof"),
            "qr_words": words,
        },
    )


def _moment(at: datetime) -> str:
    return at.astimezone(BAGHDAD).strftime("%Y-%m-%d %H:%M")
