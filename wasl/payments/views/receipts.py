"""The receipt of a payment, to print and to prove."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wasl.accounts.models import User
from wasl.accounts.policies import CITIZEN, policy
from wasl.payments import receipt_paper, selectors
from wasl.payments.models import PaymentRequest, Settlement
from wasl.transparency import responses


@never_cache
@require_GET
@policy(CITIZEN)
def pdf(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The receipt on paper, in the reader's language or in the one asked for."""
    settlement = _own(request, request_id)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in {"ar", "ckb", "en"} else request.LANGUAGE_CODE
    answer = HttpResponse(
        receipt_paper.of_settlement(settlement, language), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="wasl-{settlement.receipt_no}.pdf"'
    return answer


@never_cache
@require_GET
@policy(CITIZEN)
def proof(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The proof as a file that any tool of the public log reads."""
    found = receipt_paper.proof_of(_own(request, request_id))
    if found is None:
        context = {"request_id": request_id}
        return render(request, "payments/proof_pending.html", context, status=202)
    return responses.receipt_response(found)


def _own(request: HttpRequest, request_id: UUID) -> Settlement:
    try:
        asked = selectors.request_of_payer(cast(User, request.user), request_id)
    except PaymentRequest.DoesNotExist:
        raise Http404 from None
    settlement = selectors.settlement_of(asked.id)
    if settlement is None:
        raise Http404
    settlement.request = asked
    return settlement
