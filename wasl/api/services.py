"""Telling partners of news: who is told, sending with retries, and what happens when nobody answers."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.api import webhook_http, webhook_kinds, webhook_signatures
from wasl.api.models import Delivery, Endpoint
from wasl.api.webhook_http import UnableToSend
from wasl.complaints.models import ApiClient
from wasl.core import identifiers, jobs, scope
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.events import services as events
from wasl.events.models import Event

State = Delivery.State
# After each failure; after the last one it is given up: a little over two days in all.
WAITS = tuple(
    timedelta(seconds=each) for each in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000)
)
# So long nothing was delivered at all: the address is switched off.
LONGEST_FAILING = timedelta(days=5)
BOTH_VALID = timedelta(days=1)
KEPT = timedelta(days=30)
AT_ONCE = 500
USER_AGENT = "Wasl-Webhooks/1"


class UnableToRegisterEndpoint(Unable):
    """The partner is unknown, or the address or a kind of news is none that is served."""

    code = "ENDPOINT_NOT_REGISTERED"
    message = _("The address is not registered: %(cause)s")


class UnableToSendAgain(Unable):
    """It was delivered, waits already, or its address is switched off."""

    code = "NOT_SENT_AGAIN"
    message = _("It is not sent again: it was delivered, it waits already, or its address is off.")


def _may_be_local() -> bool:
    return bool(settings.DEBUG)


@transaction.atomic
def register_endpoint(
    *, client_code: str, url: str, kinds: Sequence[str], now: datetime
) -> tuple[Endpoint, str]:
    """
    This function will have a partner told of news at an address, or switch it on anew with these kinds.

    Gives its secret, which is told once; for an address that is known, nothing, as it stays.

    :raises UnableToRegisterEndpoint: when there is no such partner, or the address cannot be sent to.
    """
    unknown = set(kinds) - set(webhook_kinds.NAMES)
    if unknown:
        raise UnableToRegisterEndpoint(cause=", ".join(sorted(unknown)))
    try:
        where = webhook_http.target(url, may_be_local=_may_be_local())
        webhook_http.resolve(where, may_be_local=_may_be_local())
    except UnableToSend as unable:
        raise UnableToRegisterEndpoint(cause=unable.code) from None
    with scope.within_system():
        client = ApiClient.objects.filter(code=client_code, is_active=True).first()
        if client is None:
            raise UnableToRegisterEndpoint(cause=_("no partner has this code."))
        known = Endpoint.objects.select_for_update().filter(client=client, url=url).first()
        if known is not None:
            known.kinds, known.state, known.failing_since = list(kinds), Endpoint.State.ACTIVE, None
            known.save(update_fields=["kinds", "state", "failing_since"])
            return known, ""
        secret = webhook_signatures.new_secret()
        made = Endpoint(
            id=identifiers.new_id(now), client=client, url=url, kinds=list(kinds), secret=secret,
            registered_at=now,
        )  # fmt: skip
        made.save(force_insert=True)
        _record("api.endpoint.registered", made, now)
    return made, secret


def _record(kind: str, endpoint: Endpoint, now: datetime, **more: Any) -> None:
    events.record(
        kind=kind,
        subject=("endpoint", endpoint.id),
        actor=Actor.system(),
        directorate_id=directorates.ministry().id,
        data={"endpoint": str(endpoint.id), "partner": endpoint.client.code, **more},
        now=now,
    )


@transaction.atomic
def rotate_secret(*, endpoint_id: UUID, now: datetime) -> str:
    """This function will give an endpoint a new secret, told once; for a day the former one signs too."""
    with scope.within_system():
        found = Endpoint.objects.select_for_update(of=("self",)).get(id=endpoint_id)
        found.former_secret, found.former_until = found.secret, now + BOTH_VALID
        found.secret = webhook_signatures.new_secret()
        found.save(update_fields=["secret", "former_secret", "former_until"])
        _record("api.endpoint.rotated", found, now)
        return str(found.secret)


@transaction.atomic
def spread(*, event: Event, now: datetime) -> int:
    """This function will have those partners told of an event who want to know; how many. Idempotent."""
    kind = webhook_kinds.BY_EVENT[event.kind]
    made = 0
    with scope.within_system():
        content = webhook_kinds.payload(kind, event)
        if content is None:
            return 0
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        found = Endpoint.objects.filter(state=Endpoint.State.ACTIVE, client__is_active=True)
        for each in found.select_related("client").order_by("id"):
            offices = each.client.jurisdictions
            is_wanted = not each.kinds or kind.name in each.kinds
            if is_wanted and (not offices or event.directorate_id in offices):
                made += _add(each, kind.name, body, event.id, now)
    return made


def _add(endpoint: Endpoint, kind: str, body: str, event_id: UUID | None, now: datetime) -> int:
    made, is_new = Delivery.objects.get_or_create(
        endpoint=endpoint,
        event_id=event_id or identifiers.new_id(now),
        defaults={
            "id": identifiers.new_id(now), "kind": kind, "body": body, "made_at": now,
            "next_at": now,
        },
    )  # fmt: skip
    if is_new:
        _enqueue(made, now)
    return int(is_new)


def _enqueue(delivery: Delivery, at: datetime) -> None:
    # One after the other for an address: a slow one holds up nobody but itself.
    jobs.enqueue(
        "api.deliver",
        lock=f"webhook:{delivery.endpoint_id}",
        run_at=at,
        delivery_id=str(delivery.id),
    )


@transaction.atomic
def ping(*, endpoint_id: UUID, now: datetime) -> None:
    """This function will send a piece of news without content, for the partner to try their program."""
    with scope.within_system():
        endpoint = Endpoint.objects.get(id=endpoint_id)
        content = {"type": webhook_kinds.PING, "timestamp": now.isoformat(), "data": {}}
        _add(endpoint, webhook_kinds.PING, json.dumps(content), None, now)


@transaction.atomic
def deliver(*, delivery_id: UUID, now: datetime) -> None:
    """
    This function will try once to deliver a piece of news, and see to the next try. Idempotent.

    2xx is taken. 410 switches the address off, as does a time without any delivery that is too long.
    """
    with scope.within_system():
        waiting = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        found = waiting.select_related("endpoint__client").filter(id=delivery_id).first()
        if found is None or found.state != State.WAITING or (found.next_at or now) > now:
            return
        if found.endpoint.state != Endpoint.State.ACTIVE:
            _give_up(found)
            return
        status, error = _try(found, now)
        found.attempts += 1
        found.last_status, found.last_error = status, error
        if status is not None and 200 <= status < 300:
            found.state, found.delivered_at, found.next_at = State.DELIVERED, now, None
            found.save()
            Endpoint.objects.filter(id=found.endpoint_id).update(failing_since=None)
            return
        _failed(found, now)


def _try(found: Delivery, now: datetime) -> tuple[int | None, str]:
    endpoint, body = found.endpoint, found.body.encode()
    known = [str(endpoint.secret)]
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > now:
        known.append(str(endpoint.former_secret))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **webhook_signatures.headers(
            known, message_id=f"msg_{found.id}", timestamp=int(now.timestamp()), body=body
        ),
    }
    try:
        status = webhook_http.post(
            endpoint.url, body=body, headers=headers, may_be_local=_may_be_local()
        )
    except UnableToSend as unable:
        return None, unable.code
    return status, "" if 200 <= status < 300 else f"HTTP_{status}"


def _failed(found: Delivery, now: datetime) -> None:
    endpoint = found.endpoint
    if found.attempts <= len(WAITS):
        found.next_at = now + WAITS[found.attempts - 1]
        found.save()
        _enqueue(found, found.next_at)
    else:
        _give_up(found)
    since = endpoint.failing_since or now
    if endpoint.failing_since is None:
        Endpoint.objects.filter(id=endpoint.id).update(failing_since=now)
    if found.last_status == 410 or now - since >= LONGEST_FAILING:
        cause = "GONE" if found.last_status == 410 else "FAILING"
        changed = Endpoint.objects.filter(id=endpoint.id, state=Endpoint.State.ACTIVE)
        if changed.update(state=Endpoint.State.OFF):
            _record("api.endpoint.switched_off", endpoint, now, cause=cause)


def _give_up(found: Delivery) -> None:
    found.state, found.next_at = State.DEAD, None
    found.save()


@transaction.atomic
def send_again(*, delivery_id: UUID, now: datetime) -> Delivery:
    """
    This function will try anew what was given up, with every retry before it.

    :raises UnableToSendAgain: when it was delivered, waits already, or its address is switched off.
    """
    with scope.within_system():
        dead = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint")
        found = dead.get(id=delivery_id)
        if found.state != State.DEAD or found.endpoint.state != Endpoint.State.ACTIVE:
            raise UnableToSendAgain
        found.state, found.attempts, found.next_at = State.WAITING, 0, now
        found.save()
        _enqueue(found, now)
    return found


def sweep(*, now: datetime) -> int:
    """
    This function will see to what was left lying, and forget what was delivered a month ago; how many.

    A job that was lost with its worker is put in the queue again.
    """
    with scope.within_system():
        left = Delivery.objects.filter(state=State.WAITING, next_at__lt=now - timedelta(minutes=15))
        count = 0
        for each in left.order_by("next_at", "id")[:AT_ONCE]:
            _enqueue(each, now)
            count += 1
        old = Delivery.objects.filter(state=State.DELIVERED, delivered_at__lt=now - KEPT)
        old.filter(id__in=old.values("id")[:5_000]).delete()
        Endpoint.objects.filter(former_until__lt=now).update(former_secret=None, former_until=None)
    return count
