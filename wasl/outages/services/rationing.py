"""Programmed cuts: timetables drafted and published by two persons, and the cuts that really were."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.network.topology import Element
from wasl.outages import reach, timetables
from wasl.outages.cut_files import Cut
from wasl.outages.models import Outage, Timetable, TimetableWindow
from wasl.outages.services import restoring
from wasl.outages.timetables import Span


class UnableToRation(Unable):
    """The feeder or the day does not do, or another person has to publish."""

    code = "TIMETABLE_NOT_KEPT"
    message = _("The timetable is left as it is: %(cause)s")


@transaction.atomic
def draft_timetables(
    *,
    directorate_id: int,
    windows: Mapping[str, Sequence[Span]],
    valid_from: date,
    actor: Actor,
    now: datetime,
) -> list[Timetable]:
    """
    This function will keep a further timetable for each feeder, all or none; nobody sees it yet.

    Windows are minutes of the week, half-open. Earlier drafts of the feeder are thrown away.
    :raises UnableToRation: when a feeder is unknown, windows overlap, or the day is not ahead.
    """
    if actor.user_id is None:
        raise UnableToRation(cause=_("a person drafts it."))
    _require_ahead(valid_from, now)
    made = []
    with connection.cursor() as cursor:
        # Two at once get two versions.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wasl-timetable'), %s)", [directorate_id])  # fmt: skip
    for feeder, spans in sorted(windows.items()):
        if not reach.has_feeder(directorate_id, feeder):
            raise UnableToRation(cause=_("there is no feeder %(feeder)s.") % {"feeder": feeder})
        if timetables.first_overlap(spans):
            raise UnableToRation(cause=_("two cuts of %(feeder)s overlap.") % {"feeder": feeder})
        known = Timetable.objects.filter(directorate_id=directorate_id, feeder_code=feeder)
        last = known.aggregate(last=Max("version"))["last"] or 0
        known.filter(published_at=None).delete()
        timetable = Timetable.objects.create(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            feeder_code=feeder,
            version=last + 1,
            valid_from=valid_from,
            drafted_by=actor.user_id,
            drafted_at=now,
        )
        TimetableWindow.objects.bulk_create(
            TimetableWindow(
                timetable=timetable, directorate_id=directorate_id, begins=begins, ends=ends
            )
            for begins, ends in timetables.joined(spans)
        )
        made.append(timetable)
    return made


@transaction.atomic
def publish_timetables(
    *, directorate_id: int, ids: Collection[UUID], actor: Actor, now: datetime
) -> list[Timetable]:
    """
    This function will publish drafts, all or none, by another person than who drafted them.

    They hold from their day on, and never change. A promise is not made for a day that has begun.
    :raises UnableToRation: when one is gone or published, is one's own, or its day is not ahead.
    """
    found = list(
        Timetable.objects.select_for_update()
        .filter(directorate_id=directorate_id, id__in=list(ids), published_at=None)
        .order_by("feeder_code")
    )
    if not found or len(found) != len(set(ids)):
        raise UnableToRation(cause=_("somebody has changed it meanwhile."))
    for timetable in found:
        if actor.user_id is None or actor.user_id == timetable.drafted_by:
            raise UnableToRation(cause=_("another person publishes it than who drafted it."))
        _require_ahead(timetable.valid_from, now)
        minutes = sum(each.ends - each.begins for each in timetable.windows.all())
        timetable.published_by, timetable.published_at = actor.user_id, now
        try:
            with transaction.atomic():
                timetable.save(update_fields=["published_by", "published_at"])
        except IntegrityError:
            raise UnableToRation(
                cause=_("%(feeder)s has another timetable from that day on.")
                % {"feeder": timetable.feeder_code}
            ) from None
        events.record(
            kind="outages.timetable.published",
            subject=("timetable", timetable.id),
            actor=actor,
            directorate_id=directorate_id,
            data={
                "feeder": timetable.feeder_code,
                "version": timetable.version,
                "valid_from": timetable.valid_from.isoformat(),
                "minutes": minutes,
            },
            now=now,
        )
    return found


@transaction.atomic
def drop_timetable(*, directorate_id: int, timetable_id: UUID) -> int:
    """This function will throw a draft away; how many there were. What is published stays."""
    found = Timetable.objects.filter(
        directorate_id=directorate_id, id=timetable_id, published_at=None
    )
    number = found.count()
    found.delete()
    return number


def _require_ahead(valid_from: date, now: datetime) -> None:
    if valid_from <= now.astimezone(BAGHDAD).date():
        raise UnableToRation(cause=_("it holds from tomorrow on at the earliest."))


@transaction.atomic
def open_cut(
    *, directorate_id: int, feeder_code: str, at: datetime, actor: Actor, now: datetime,
    expected_at: datetime | None = None,
) -> Outage:  # fmt: skip
    """
    This function will note that a feeder was cut off to save power, until `restore`.

    :raises restoring.UnableToChangeOutage: when it has an open outage, or nothing hangs on it.
    """
    return restoring.open_outage(
        directorate_id=directorate_id,
        element=Element("FEEDER", feeder_code),
        cause=Outage.Cause.RATIONING,
        began_at=at,
        actor=actor,
        now=now,
        expected_at=expected_at,
    )


@transaction.atomic
def record_cuts(*, directorate_id: int, cuts: Sequence[Cut], actor: Actor, now: datetime) -> int:
    """
    This function will keep the cuts that a switching log tells of, all or none; how many are new.

    The same line twice is one cut; one that was open and is back now is ended.
    :raises UnableToRation: when one overlaps another outage by a programmed cut of the feeder.
    :raises restoring.UnableToChangeOutage: when the feeder has an open outage of another kind.
    """
    new = 0
    for cut in cuts:
        known = Outage.objects.filter(
            directorate_id=directorate_id,
            element_kind=Outage.Element.FEEDER,
            element_code=cut.feeder,
            cause=Outage.Cause.RATIONING,
            began_at=cut.off,
        ).first()
        if known is None:
            _require_apart(directorate_id, cut, now)
            known = open_cut(
                directorate_id=directorate_id, feeder_code=cut.feeder, at=cut.off, actor=actor, now=now
            )  # fmt: skip
            new += 1
        if known.state == Outage.State.OPEN and cut.on is not None:
            restoring.restore(outage_id=known.id, at=cut.on, actor=actor, now=now)
    return new


def _require_apart(directorate_id: int, cut: Cut, now: datetime) -> None:
    found = Outage.objects.filter(
        directorate_id=directorate_id,
        element_kind=Outage.Element.FEEDER,
        element_code=cut.feeder,
        cause=Outage.Cause.RATIONING,
        state=Outage.State.RESTORED,
        began_at__lt=cut.on or now,
        ended_at__gt=cut.off,
    )
    if found.exists():
        raise UnableToRation(
            cause=_("line %(line)s overlaps a cut that is known.") % {"line": cut.line}
        )
