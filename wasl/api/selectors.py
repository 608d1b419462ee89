"""The addresses of partners, and what was sent to each."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from wasl.api.models import Delivery, Endpoint


def endpoints(client_id: int) -> list[Endpoint]:
    """The addresses of a partner."""
    found = Endpoint.objects.filter(client_id=client_id).select_related("client")
    return list(found.order_by("registered_at", "id"))


def endpoint(client_id: int, endpoint_id: UUID) -> Endpoint | None:
    """An address, if it is the partner's."""
    return Endpoint.objects.filter(client_id=client_id, id=endpoint_id).first()


def deliveries(
    endpoint_id: UUID, *, before: tuple[datetime, UUID] | None, state: str, most: int
) -> list[Delivery]:
    """What was sent to an address, the newest first; behind the row of that time and id."""
    found = Delivery.objects.filter(endpoint_id=endpoint_id)
    if state:
        found = found.filter(state=state)
    if before is not None:
        at, key = before
        found = found.filter(Q(made_at__lt=at) | Q(made_at=at, id__lt=key))
    return list(found.order_by("-made_at", "-id")[:most])


def delivery(client_id: int, delivery_id: UUID) -> Delivery | None:
    """One piece of news, if it was for the partner."""
    return Delivery.objects.filter(endpoint__client_id=client_id, id=delivery_id).first()


def dead(client_code: str) -> list[UUID]:
    """What was not delivered to a partner's addresses that are on, the oldest first."""
    found = Delivery.objects.filter(
        endpoint__client__code=client_code,
        endpoint__state=Endpoint.State.ACTIVE,
        state=Delivery.State.DEAD,
    )
    return list(found.order_by("made_at", "id").values_list("id", flat=True))
