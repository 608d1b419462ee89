"""Tariffs from draft to force: one person drafts, another publishes, and a directorate begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import md5
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing.models import Tariff, TariffBlock, TariffUse
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.customers.models import Account
from wasl.directorates import selectors as directorates
from wasl.events import services as events


class UnableToDraftTariff(Unable):
    """The code is taken, the class unknown, or the blocks leave a gap, overlap, or end."""

    code = "TARIFF_NOT_DRAFTED"
    message = _("The tariff cannot be drafted: %(cause)s")


class UnableToPublishTariff(Unable):
    """It is published, nobody else looked at it, or its figures have no source."""

    code = "TARIFF_NOT_PUBLISHED"
    message = _("The tariff cannot be published: %(cause)s")


class UnableToPutInForce(Unable):
    """It is not published, or the day has passed or is taken."""

    code = "TARIFF_NOT_IN_FORCE"
    message = _("The tariff cannot be put in force: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Block:
    """Up to so many kWh (None: no end) for `base_days` days, at a price in fils a kWh."""

    to_kwh: int | None
    price_fils: int


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that a tariff says, but its blocks."""

    code: str
    tariff_class: str
    name_ar: str
    name_ckb: str
    name_en: str
    valid_from: date
    proration: str
    base_days: int
    source: str
    legal_basis: str


@transaction.atomic
def draft_tariff(*, draft: Draft, blocks: Sequence[Block], actor: Actor, now: datetime) -> Tariff:
    """
    This function will write a new version of a tariff down as a draft: to simulate, not to bill.

    :raises UnableToDraftTariff: when the code is taken, the class unknown, or the blocks do not
        begin at nothing, rise, and end without an end.
    """
    ends = [block.to_kwh for block in blocks]
    bounds = [end for end in ends[:-1] if end is not None]
    if not blocks or ends[-1] is not None or len(bounds) != len(blocks) - 1:
        raise UnableToDraftTariff(cause=_("only the last block has no end."))
    if any(later <= earlier for earlier, later in zip([0, *bounds], bounds, strict=False)):
        raise UnableToDraftTariff(cause=_("the blocks have to rise."))
    if draft.tariff_class not in Account.Tariff.values or actor.user_id is None:
        raise UnableToDraftTariff(cause=_("there is no such class."))
    try:
        with transaction.atomic():
            tariff = Tariff.objects.create(drafted_by=actor.user_id, **vars(draft))
    except IntegrityError:
        raise UnableToDraftTariff(cause=_("there is a tariff of this code.")) from None
    for position, (begins, block) in enumerate(zip([0, *bounds], blocks, strict=True), start=1):
        TariffBlock.objects.create(
            tariff=tariff,
            position=position,
            from_kwh=begins,
            to_kwh=block.to_kwh,
            price_fils=block.price_fils,
            source=draft.source,
        )
    ministry = directorates.ministry().id
    _record("billing.tariff.drafted", tariff, actor, ministry, now, legal_basis=tariff.legal_basis)
    return tariff


@transaction.atomic
def draft_tariffs(
    *, drafts: Sequence[tuple[Draft, Sequence[Block]]], actor: Actor, now: datetime
) -> list[Tariff]:
    """
    This function will draft several tariffs, all or none.

    :raises UnableToDraftTariff: as `draft_tariff` does, for the first that cannot be.
    """
    return [
        draft_tariff(draft=draft, blocks=blocks, actor=actor, now=now) for draft, blocks in drafts
    ]


@transaction.atomic
def publish_tariff(*, code: str, is_compared: bool, actor: Actor, now: datetime) -> Tariff:
    """
    This function will publish a draft; from then on it never changes.

    `is_compared`: the person says that every figure was compared with the legal basis.

    :raises UnableToPublishTariff: when it is published, drafted by the same person, not compared,
        or without a legal basis.
    """
    tariff = Tariff.objects.select_for_update().get(code=code)
    causes = {
        _("it is published already."): tariff.is_published,
        _("somebody else than who drafted it publishes it."): actor.user_id is None
        or tariff.drafted_by == actor.user_id,
        _("compare its figures with the legal basis first."): not is_compared,
        _("it names no legal basis."): not tariff.legal_basis.strip(),
    }
    for cause, holds in causes.items():
        if holds:
            raise UnableToPublishTariff(cause=cause)
    tariff.is_verified, tariff.status = True, Tariff.Status.PUBLISHED
    tariff.published_by, tariff.published_at = actor.user_id, now
    tariff.save(update_fields=["is_verified", "status", "published_by", "published_at"])
    ministry = directorates.ministry().id
    _record(
        "billing.tariff.published", tariff, actor, ministry, now, legal_basis=tariff.legal_basis
    )
    return tariff


@transaction.atomic
def put_in_force(
    *, code: str, directorate_ids: Sequence[int], valid_from: date, actor: Actor, now: datetime
) -> int:
    """
    This function will bill the class with a published tariff from a day on; in how many directorates.

    The day is not in the past: what was used under another tariff is billed with that.

    :raises UnableToPutInForce: when it is not published, begins later itself, or the day has passed
        or has a tariff beginning already.
    """
    tariff = Tariff.objects.get(code=code)
    taken = TariffUse.objects.filter(
        directorate_id__in=directorate_ids, tariff_class=tariff.tariff_class, valid_from=valid_from
    )
    causes = {
        _("it is not published."): not tariff.is_published,
        _("choose a directorate."): not directorate_ids,
        _("it begins later itself."): valid_from < tariff.valid_from,
        _("the day has passed."): valid_from < now.astimezone(BAGHDAD).date(),
        _("on that day another one begins."): taken.exists(),
    }
    for cause, holds in causes.items():
        if holds:
            raise UnableToPutInForce(cause=cause)
    for directorate_id in sorted(set(directorate_ids)):
        TariffUse.objects.create(
            directorate_id=directorate_id,
            tariff_class=tariff.tariff_class,
            valid_from=valid_from,
            tariff=tariff,
            decided_by=actor.user_id,
        )
        _record(
            "billing.tariff.in_force", tariff, actor, directorate_id, now,
            **{"from": valid_from.isoformat()},
        )  # fmt: skip
    return len(set(directorate_ids))


def _record(
    kind: str, tariff: Tariff, actor: Actor, directorate_id: int, now: datetime, **more: str
) -> None:
    named = md5(f"wasl:tariff:{tariff.code}".encode(), usedforsecurity=False)
    events.record(
        kind=kind,
        subject=("tariff", UUID(named.hexdigest())),
        actor=actor,
        directorate_id=directorate_id,
        data={"tariff": tariff.code, "tariff_class": tariff.tariff_class, **more},
        now=now,
    )
