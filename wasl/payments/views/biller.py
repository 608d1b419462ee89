"""The biller interface over HTTPS: JSON in, JSON out, every request signed by its agent."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from wasl.accounts.policies import PUBLIC, policy
from wasl.core.signed_views import serve
from wasl.customers import account_numbers
from wasl.payments import receipt_paper, services
from wasl.payments.biller_signature import Signed
from wasl.payments.models import BillerAgent, BillerPayment
from wasl.payments.services.agent_payments import Report
from wasl.payments.services.agents import UnableToServeAgent

LARGEST = 8 * 2**20
Answer = Callable[[BillerAgent, dict[str, Any], datetime], HttpResponse]


def _serve(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Check who asks, read the body, answer."""

    def admitted(now: datetime) -> HttpResponse:
        agent = services.admit(
            method=request.method or "",
            path=request.get_full_path(),
            signed=Signed.of_headers(request.headers),
            body=request.body,
            now=now,
        )
        return answer(agent, _body(request), now)

    return serve(request, admitted, largest=LARGEST, now=timezone.now())


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.method == "GET":
        return {}
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise UnableToServeAgent("WRONG_JSON", 400) from None
    if not isinstance(found, dict):
        raise UnableToServeAgent("WRONG_JSON", 400)
    return found


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or "\x00" in value or len(value) > 200:
        raise UnableToServeAgent(f"WRONG_{name.upper()}")
    return value


@csrf_exempt
@never_cache
@require_POST
@policy(PUBLIC, atomic=False)
def fetch(request: HttpRequest) -> HttpResponse:
    """What an account owes: its number in part, the amount, and a reference to pay by."""

    def answer(agent: BillerAgent, body: dict[str, Any], now: datetime) -> HttpResponse:
        found = services.fetch(
            agent=agent,
            account_no=_text(body, "account_no"),
            meter_last4=_text(body, "meter_last4"),
            now=now,
        )
        shown = account_numbers.shown(found.account_no)
        return JsonResponse(
            {
                "fetch_ref": str(found.id),
                "expires_at": found.expires_at.isoformat(),
                "account": f"{shown[:3]}•••••{shown[-4:]}",
                "owed": found.owed,
                "currency": "IQD",
                "part_allowed": True,
                "least": services.LEAST_AT_AGENT,
                "most": agent.most_per_payment,
            }
        )

    return _serve(request, answer)


@csrf_exempt
@never_cache
@require_POST
@policy(PUBLIC, atomic=False)
def pay(request: HttpRequest) -> HttpResponse:
    """A payment that was taken: 201 the first time, 200 for the same again, 409 for another."""

    def answer(agent: BillerAgent, body: dict[str, Any], now: datetime) -> HttpResponse:
        payment, is_new = services.report_payment(agent=agent, report=_report(body), now=now)
        return JsonResponse(_shown(payment), status=201 if is_new else 200)

    return _serve(request, answer)


def _report(body: dict[str, Any]) -> Report:
    amount = body.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount > 10**12:
        raise UnableToServeAgent("WRONG_AMOUNT")
    try:
        taken_at = datetime.fromisoformat(_text(body, "taken_at"))
        fetch_ref = UUID(_text(body, "fetch_ref"))
    except ValueError:
        raise UnableToServeAgent("WRONG_TIME_OR_REF") from None
    if taken_at.tzinfo is None:
        raise UnableToServeAgent("WRONG_TIME_OR_REF")
    return Report(
        transaction_id=_text(body, "transaction_id"),
        fetch_ref=fetch_ref,
        amount=amount,
        taken_at=taken_at,
        channel=_text(body, "channel"),
    )


def _shown(payment: BillerPayment) -> dict[str, Any]:
    reversal = services.reversal_of(payment)
    return {
        "transaction_id": payment.transaction_id,
        "receipt_no": payment.receipt_no,
        "amount": payment.amount,
        "currency": "IQD",
        "reported_at": payment.reported_at.isoformat(),
        "status": "REVERSED" if reversal else "COUNTED",
    }


@never_cache
@require_GET
@policy(PUBLIC, atomic=False)
def payment(request: HttpRequest, transaction_id: str) -> HttpResponse:
    """What became of a payment."""
    return _serve(
        request,
        lambda agent, body, now: JsonResponse(
            _shown(services.payment_of(agent=agent, transaction_id=transaction_id))
        ),
    )


@csrf_exempt
@never_cache
@require_POST
@policy(PUBLIC, atomic=False)
def reversal(request: HttpRequest, transaction_id: str) -> HttpResponse:
    """Take a payment back, before the cut-off."""

    def answer(agent: BillerAgent, body: dict[str, Any], now: datetime) -> HttpResponse:
        services.reverse_payment(
            agent=agent, transaction_id=transaction_id, reason=_text(body, "reason"), now=now
        )
        return JsonResponse(_shown(services.payment_of(agent=agent, transaction_id=transaction_id)))

    return _serve(request, answer)


@csrf_exempt
@never_cache
@require_POST
@policy(PUBLIC, atomic=False)
def end_of_day(request: HttpRequest, day: str) -> HttpResponse:
    """The agent's list of a day, compared line by line."""

    def answer(agent: BillerAgent, body: dict[str, Any], now: datetime) -> HttpResponse:
        lines = body.get("lines")
        try:
            on = date.fromisoformat(day)
        except ValueError:
            raise UnableToServeAgent("WRONG_DAY") from None
        if not isinstance(lines, list) or not all(isinstance(each, dict) for each in lines):
            raise UnableToServeAgent("WRONG_LINES")
        made = services.compare_day(agent=agent, day=on, lines=lines, now=now)
        return JsonResponse(
            {
                "day": on.isoformat(),
                "count": made.lines_count,
                "amount": made.amount,
                "our_count": made.our_count,
                "our_amount": made.our_amount,
                "matches": not made.breaks,
                "breaks": made.breaks,
            }
        )

    return _serve(request, answer)


@never_cache
@require_GET
@policy(PUBLIC, atomic=False)
def receipt(request: HttpRequest, transaction_id: str) -> HttpResponse:
    """The receipt to print for the customer, with its proof as a code."""

    def answer(agent: BillerAgent, body: dict[str, Any], now: datetime) -> HttpResponse:
        found = services.payment_of(agent=agent, transaction_id=transaction_id)
        language = request.GET.get("language", "ar")
        content = receipt_paper.of_agent(
            found, language if language in {"ar", "ckb", "en"} else "ar"
        )
        return HttpResponse(content, content_type="application/pdf")

    return _serve(request, answer)
