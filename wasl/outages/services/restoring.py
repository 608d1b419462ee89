"""What people know of an outage: that there is one, which element it is, when it is back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core.errors import Unable
from wasl.network import topology
from wasl.network.topology import Element
from wasl.outages.models import Outage
from wasl.outages.services import books
from wasl.outages.services.signals import ask_for_inference

State = Outage.State


class UnableToChangeOutage(Unable):
    """It is over, or the element is unknown or has an outage already."""

    code = "OUTAGE_NOT_CHANGED"
    message = _("The outage is left as it is: %(cause)s")


@transaction.atomic
def open_outage(
    *,
    directorate_id: int,
    element: Element,
    cause: str,
    began_at: datetime,
    actor: Actor,
    now: datetime,
    expected_at: datetime | None = None,
    is_confirmed: bool = True,
) -> Outage:
    """
    This function will open an outage that is known, not inferred: switched off, planned, rationed.

    `is_confirmed` is false for planned work that signs say has begun, until a person confirms it.
    :raises UnableToChangeOutage: when nothing hangs on the element, or it has an open outage.
    """
    if not topology.transformers_under(directorate_id, element):
        raise UnableToChangeOutage(cause=_("no transformer hangs on the element."))
    try:
        with transaction.atomic():
            made = books.open_row(
                directorate_id=directorate_id,
                element=element,
                cause=cause,
                began_at=began_at,
                why={},
                actor=actor,
                now=now,
                expected_at=expected_at,
                is_confirmed=is_confirmed,
            )
    except IntegrityError:
        raise UnableToChangeOutage(cause=_("the element has an open outage.")) from None
    ask_for_inference(directorate_id)
    return made


@transaction.atomic
def confirm_outage(
    *,
    outage_id: UUID,
    actor: Actor,
    now: datetime,
    element: Element | None = None,
    expected_at: datetime | None = None,
) -> Outage:
    """
    This function will hold an outage for confirmed: this element, back about then.

    `element` names another one than was inferred. Who does not hang on it is no part of it.

    :raises UnableToChangeOutage: when it is over, or nothing hangs on the element.
    """
    outage = _open(outage_id)
    if element is not None and element.kind != books.SERVICE:
        if not topology.transformers_under(outage.directorate_id, element):
            raise UnableToChangeOutage(cause=_("no transformer hangs on the element."))
        outage.element_kind, outage.element_code = element.kind, element.code
    outage.is_confirmed, outage.expected_at = True, expected_at or outage.expected_at
    try:
        with transaction.atomic():
            outage.save(
                update_fields=["element_kind", "element_code", "is_confirmed", "expected_at"]
            )
    except IntegrityError:
        raise UnableToChangeOutage(cause=_("the element has an open outage.")) from None
    inside = set(books.groups_under(outage))
    outage.steps.filter(ended_at=None).exclude(group__in=inside).delete()
    books.cover(outage, outage.began_at)
    books.record("outages.outage.changed", outage, actor, now)
    ask_for_inference(outage.directorate_id)
    return outage


@transaction.atomic
def restore(
    *,
    outage_id: UUID,
    at: datetime,
    actor: Actor,
    now: datetime,
    transformer_codes: Collection[str] | None = None,
) -> Outage:
    """
    This function will note that supply is back, for all of an outage or for some transformers.

    What was reported there before is answered. When nobody is left without, the outage is over;
    who reports again afterwards has a fault of their own, hidden behind it until now.

    :raises UnableToChangeOutage: when it is over, the time lies ahead, or before its beginning, or
        none of the transformers is part of it.
    """
    outage = _open(outage_id)
    if at > now or at < outage.began_at:
        raise UnableToChangeOutage(cause=_("the time lies ahead, or before its beginning."))
    groups = None if transformer_codes is None else list(transformer_codes)
    if not books.end_steps(outage, groups, at) and groups is not None:
        raise UnableToChangeOutage(cause=_("none of them is without supply in it."))
    books.close_signals(outage, groups, at, now)
    if outage.steps.filter(ended_at=None).exists():
        books.record("outages.outage.changed", outage, actor, now)
    else:
        outage.state = State.RESTORED
        last = outage.steps.aggregate(last=Max("ended_at"))["last"]
        outage.ended_at = max(at, last or at)
        outage.save(update_fields=["state", "ended_at"])
        # Signs from after that time stand for themselves again.
        outage.signals.filter(closed_at=None).update(outage=None)
        books.record("outages.outage.restored", outage, actor, now)
    ask_for_inference(outage.directorate_id)
    return outage


def _open(outage_id: UUID) -> Outage:
    outage = Outage.objects.select_for_update().filter(id=outage_id).first()
    if outage is None or outage.state != State.OPEN:
        raise UnableToChangeOutage(cause=_("it is over."))
    return outage
