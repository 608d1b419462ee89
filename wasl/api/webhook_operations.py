"""The API of webhooks, for the partner they are sent to: what was sent, and sending it again."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from wasl.accounts.api_access import PARTNER, Admit, Partner, caller, moment
from wasl.api import selectors, services, webhook_kinds
from wasl.api.models import Delivery, Endpoint
from wasl.core import scope
from wasl.core.api_shapes import PROBLEMS, After, Limit, mark, read_mark
from wasl.core.problems import Fault, Refusal

router = Router(tags=["webhooks"])
EndpointState = Literal["ACTIVE", "OFF"]
SendingState = Literal["WAITING", "DELIVERED", "DEAD"]


class Kind(Schema):
    """A kind of news that a partner can be told of."""

    name: str = Field(examples=["outage.opened"])
    label: str


class Webhook(Schema):
    """An address that is told of news. No kinds: of every kind."""

    id: UUID
    url: str
    kinds: list[str]
    state: EndpointState
    failing_since: datetime | None


class Webhooks(Schema):
    """The addresses of a partner, and the kinds of news that there are."""

    items: list[Webhook]
    kinds: list[Kind]


class Sending(Schema):
    """A piece of news and what became of it. `message_id` is what was sent as webhook-id."""

    id: UUID
    message_id: str
    kind: str
    state: SendingState
    attempts: int
    made_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str


class Sendings(Schema):
    """A page of what was sent, the newest first."""

    items: list[Sending]
    next: str | None


class Secret(Schema):
    """The new secret, told only now; the former one signs beside it for a day."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


def _partner(request: HttpRequest) -> Partner:
    found = caller(request).partner
    if found is None:
        raise Refusal(401, "SIGN_IN")
    return found


def _endpoint(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    with scope.within_system():
        found = selectors.endpoint(_partner(request).id, endpoint_id)
    if found is None:
        raise Http404
    return found


@router.get(
    "/webhooks", auth=Admit(PARTNER), operation_id="listWebhooks",
    response={200: Webhooks, **PROBLEMS},
)  # fmt: skip
def list_webhooks(request: HttpRequest) -> Any:
    """The partner's own addresses, and every kind of news. Addresses are registered by the operator."""
    with scope.within_system():
        found = selectors.endpoints(_partner(request).id)
    return Webhooks(
        items=[
            Webhook(
                id=each.id, url=each.url, kinds=each.kinds, state=cast(EndpointState, each.state),
                failing_since=each.failing_since,
            )
            for each in found
        ],
        kinds=[Kind(name=each.name, label=str(each.label)) for each in webhook_kinds.KINDS],
    )  # fmt: skip


@router.get(
    "/webhooks/{uuid:endpoint_id}/deliveries", auth=Admit(PARTNER),
    operation_id="listWebhookDeliveries", response={200: Sendings, **PROBLEMS},
)  # fmt: skip
def list_deliveries(
    request: HttpRequest,
    endpoint_id: UUID,
    state: Annotated[SendingState | None, Query()] = None,
    limit: Limit = 50,
    after: After = "",
) -> Any:
    """What was sent to an address, the newest first: DEAD is what was given up."""
    endpoint = _endpoint(request, endpoint_id)
    before = None
    if after:
        at, key = read_mark(after)
        try:
            before = at, UUID(key)
        except ValueError:
            fault = Fault(pointer="/query/after", code="WRONG_MARK", detail="")
            raise Refusal(422, "WRONG_MARK", faults=[fault]) from None
    with scope.within_system():
        found = selectors.deliveries(endpoint.id, before=before, state=state or "", most=limit + 1)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return Sendings(
        items=[_sending(each) for each in shown],
        next=mark(last.made_at, str(last.id)) if last else None,
    )


def _sending(found: Delivery) -> Sending:
    return Sending(
        id=found.id, message_id=f"msg_{found.id}", kind=found.kind,
        state=cast(SendingState, found.state), attempts=found.attempts, made_at=found.made_at,
        next_at=found.next_at, delivered_at=found.delivered_at, last_status=found.last_status,
        last_error=found.last_error,
    )  # fmt: skip


@router.post(
    "/webhooks/{uuid:endpoint_id}/ping", auth=Admit(PARTNER), operation_id="pingWebhook",
    response={202: None, **PROBLEMS},
)  # fmt: skip
def ping(request: HttpRequest, endpoint_id: UUID) -> Any:
    """Send a piece of news of the kind `ping`, to try the program that receives."""
    services.ping(endpoint_id=_endpoint(request, endpoint_id).id, now=moment(request))
    return Status(202, None)


@router.post(
    "/webhooks/{uuid:endpoint_id}/secret", auth=Admit(PARTNER), operation_id="rotateWebhookSecret",
    response={200: Secret, **PROBLEMS},
)  # fmt: skip
def rotate(request: HttpRequest, endpoint_id: UUID) -> Any:
    """A new secret; for a day what is sent bears the signatures of both."""
    endpoint = _endpoint(request, endpoint_id)
    return Secret(secret=services.rotate_secret(endpoint_id=endpoint.id, now=moment(request)))


@router.post(
    "/webhooks/deliveries/{uuid:delivery_id}/again", auth=Admit(PARTNER),
    operation_id="sendWebhookAgain", response={200: Sending, **PROBLEMS},
)  # fmt: skip
def again(request: HttpRequest, delivery_id: UUID) -> Any:
    """Send again what was given up, with all its retries."""
    with scope.within_system():
        found = selectors.delivery(_partner(request).id, delivery_id)
    if found is None:
        raise Http404
    return _sending(services.send_again(delivery_id=found.id, now=moment(request)))
