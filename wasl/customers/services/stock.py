"""The store: counted against the books, and what leaves it for scrap by two people."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers
from wasl.core.errors import Unable
from wasl.customers import selectors
from wasl.customers.models import Custodian, ScrapRequest, StockCount
from wasl.customers.services.meters import lock_meter, move, read_serial
from wasl.customers.services.sight import seeing_all
from wasl.events import services as events

MOST_SERIALS = 20_000
MOST_SCRAPPED = 500


class UnableToCount(Unable):
    """The list is empty, too long, or names a meter twice."""

    code = "STOCK_NOT_COUNTED"
    message = _("The count was not kept: %(cause)s")


class UnableToScrap(Unable):
    """A meter is not in the store, or the same person asks and agrees."""

    code = "METERS_NOT_SCRAPPED"
    message = _("Nothing was scrapped: %(cause)s")


def _read(serials: Sequence[str], most: int, error: type[Unable]) -> list[str]:
    read = [read_serial(each) for each in serials]
    if not 0 < len(read) <= most:
        raise error(cause=_("give from 1 to %(most)s serial numbers.") % {"most": most})
    twice = [serial for serial, times in Counter(read).items() if times > 1]
    if twice:
        raise error(
            cause=_("a serial number stands in the list twice: %(serial)s.")
            % {"serial": ", ".join(twice[:3])}
        )
    return read


@seeing_all
def count_stock(
    *, directorate_id: int, serials: Sequence[str], actor: Actor, now: datetime
) -> StockCount:
    """
    This function will hold what was found on the shelves against the books, and keep the outcome.

    Nothing is changed by it: a missing meter stays in the store's books until somebody answers for it.

    :raises UnableToCount: when the list is empty, too long, or names a meter twice.
    :raises UnableToReadSerial: when a line is no serial number.
    """
    if actor.user_id is None:
        raise UnableToCount(cause=_("a person counts."))
    found = _read(serials, MOST_SERIALS, UnableToCount)
    report = selectors.reconcile_stock(directorate_id, found)
    made = StockCount.objects.create(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        counted=len(found),
        expected=report.by_custodian.get(Custodian.STORE, 0),
        missing=report.missing,
        unexpected=report.unexpected,
        broken=report.broken,
        counted_by=actor.user_id,
        counted_at=now,
    )
    events.record(
        kind="customers.stock.counted",
        subject=("stock-count", made.id),
        actor=actor,
        directorate_id=directorate_id,
        data={
            "counted": made.counted,
            "expected": made.expected,
            "missing": len(made.missing),
            "unexpected": len(made.unexpected),
        },
        now=now,
    )
    return made


@seeing_all
def ask_to_scrap(
    *,
    directorate_id: int,
    serials: Sequence[str],
    reason: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> ScrapRequest:
    """
    This function will ask that meters in the store be scrapped; nothing moves until another agrees.

    :raises UnableToScrap: when one is not in the store, or the reason is not listed.
    """
    read = _read(serials, MOST_SCRAPPED, UnableToScrap)
    if reason not in ScrapRequest.Reason.values or actor.user_id is None:
        raise UnableToScrap(cause=_("choose a reason of the list."))
    wrong = sorted(set(read) - set(selectors.serials_in_store(directorate_id)))
    if wrong:
        raise UnableToScrap(
            cause=_("not in the store: %(serials)s.") % {"serials": ", ".join(wrong[:5])}
        )
    made = ScrapRequest.objects.create(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        serials=sorted(read),
        reason=reason,
        note=note.strip()[:200],
        asked_by=actor.user_id,
        asked_at=now,
    )
    _record("customers.scrap.asked", made, actor, now)
    return made


@seeing_all
def decide_scrap(
    *, directorate_id: int, request_id: UUID, is_agreed: bool, actor: Actor, now: datetime
) -> ScrapRequest:
    """
    This function will have the meters leave for scrap, all of them; or refuse it.

    :raises UnableToScrap: when it is decided, the asker agrees, or one has left the store meanwhile.
    :raises ScrapRequest.DoesNotExist: when there is none of this directorate.
    """
    asked = ScrapRequest.objects.select_for_update().get(
        directorate_id=directorate_id, id=request_id
    )
    if asked.status != ScrapRequest.Status.ASKED:
        raise UnableToScrap(cause=_("it is decided already."))
    if actor.user_id is None or (is_agreed and actor.user_id == asked.asked_by):
        raise UnableToScrap(cause=_("somebody else than who asked for it agrees."))
    if is_agreed:
        for serial in asked.serials:
            meter = lock_meter(directorate_id, serial)
            if meter is None or meter.custodian != Custodian.STORE:
                raise UnableToScrap(cause=_("not in the store: %(serials)s.") % {"serials": serial})
            move(
                meter, to=Custodian.SCRAP, held_by="", case_id=None, actor=actor, now=now,
                details={"reason": asked.reason},
            )  # fmt: skip
    asked.status = ScrapRequest.Status.AGREED if is_agreed else ScrapRequest.Status.REFUSED
    asked.decided_by, asked.decided_at = actor.user_id, now
    asked.save(update_fields=["status", "decided_by", "decided_at"])
    _record("customers.scrap.decided", asked, actor, now, is_agreed=is_agreed)
    return asked


def _record(kind: str, asked: ScrapRequest, actor: Actor, now: datetime, **more: bool) -> None:
    events.record(
        kind=kind,
        subject=("scrap", asked.id),
        actor=actor,
        directorate_id=asked.directorate_id,
        data={"count": len(asked.serials), "reason": asked.reason, **more},
        now=now,
    )
