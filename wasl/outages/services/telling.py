"""
Telling people: each change once, to each person once, and not more than so many times a day.

Everything runs in jobs that go through the people in portions. What was told is written down in the
same transaction as the message, so that a job that runs again tells nobody twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.network.topology import Element
from wasl.notifications import services as notifications
from wasl.notifications.notices import Value
from wasl.outages import audience, reach, reasons
from wasl.outages.audience import Concerned, Listener
from wasl.outages.models import News, Outage, PlannedWork, Timetable

OFF, BACK = "off", "back"
A_DAY = "outages.messages_a_day"
LANGUAGES = ("ar", "ckb", "en")


@dataclass(frozen=True, kw_only=True)
class _Notice:
    """What is to be told: of what, which change, in which words."""

    directorate_id: int
    about: UUID
    subject_type: str
    what: str
    template: str
    values: Mapping[str, Value]


def tell_of_outage(*, outage_id: UUID, now: datetime, after: UUID | None = None) -> int:
    """
    This function will tell the next people that supply is off, when it is expected, or that it is back.

    It re-reads the outage: of what is over before anybody was told, nobody hears. How many it told.
    """
    outage = Outage.objects.filter(id=outage_id).first()
    if outage is None or outage.state == Outage.State.MERGED:
        return 0
    people = audience.next_ones(_at_outage(outage, now), after)
    known = _told_off(outage, [each.user.pk for each in people])
    told = 0
    for person in people:
        notice = _of_outage(outage, is_known=person.user.pk in known, now=now)
        told += notice is not None and _tell(person, notice, now)
        if notice is not None and notice.what == OFF and outage.expected_at:
            _note(person, notice, f"expected:{outage.expected_at.isoformat()}", now, is_sent=False)
    _go_on("outages.tell_of_outage", people, outage_id=str(outage_id))
    return told


def _at_outage(outage: Outage, now: datetime) -> Concerned:
    steps = list(outage.steps.values_list("group", "feeder_code"))
    transformers = {group for group, _feeder in steps if not group.startswith("S:")}
    # Whoever follows a feeder or a district is not woken for a single transformer of it.
    is_wide = len(transformers) > 1
    on = now.astimezone(BAGHDAD).date()
    return Concerned(
        directorate_id=outage.directorate_id,
        transformers=transformers,
        feeders={feeder for _group, feeder in steps if feeder} if is_wide else (),
        districts=reach.districts_of(outage.directorate_id, transformers, on) if is_wide else (),
        accounts=[group[2:] for group, _feeder in steps if group.startswith("S:")],
    )


def _told_off(outage: Outage, users: list[UUID]) -> set[UUID]:
    """Who was told that it is off; of a part of it counts too."""
    parts = Outage.objects.filter(merged_into=outage).values_list("id", flat=True)
    found = News.objects.filter(about__in=[outage.id, *parts], what=OFF, user_id__in=users)
    return set(found.values_list("user_id", flat=True))


def _of_outage(outage: Outage, *, is_known: bool, now: datetime) -> _Notice | None:
    is_open = outage.state == Outage.State.OPEN
    if is_open and not is_known:
        what, template = OFF, "outages.supply-off"
    elif is_open and outage.expected_at and is_known:
        what, template = f"expected:{outage.expected_at.isoformat()}", "outages.supply-expected"
    elif not is_open and is_known:
        what, template = BACK, "outages.supply-back"
    else:
        return None
    values: dict[str, Value] = {
        "cause": Outage.Cause(outage.cause).label,
        "link": _link("outages:now"),
    }
    if what == BACK:
        values["time"] = _short(outage.ended_at or now, now)
    else:
        values["date"] = (
            _short(outage.expected_at, now) if outage.expected_at else _("not known yet")
        )
    if what == OFF:
        values["time"] = _short(outage.began_at, now)
    return _Notice(
        directorate_id=outage.directorate_id, about=outage.id, subject_type="outage",
        what=what, template=template, values=values,
    )  # fmt: skip


def tell_of_work(*, work_id: UUID, now: datetime, after: UUID | None = None) -> int:
    """
    This function will tell the next subscribers and account holders of an announced or cancelled work.

    Of what was not carried out nobody is told: its time is over. How many it told.
    """
    work = PlannedWork.objects.filter(id=work_id).exclude(announced_at=None).first()
    if work is None or work.cancel_reason == reasons.NOT_CARRIED_OUT:
        return 0
    is_cancelled = work.state == PlannedWork.State.CANCELLED
    if not is_cancelled and work.state != PlannedWork.State.ANNOUNCED:
        return 0
    on = work.begins_at.astimezone(BAGHDAD).date()
    concerned = reach.of_element(work.directorate_id, Element(work.element_kind, work.element_code), on)  # fmt: skip
    where = Concerned(
        directorate_id=work.directorate_id,
        transformers=concerned.transformers,
        feeders=work.feeders,
        districts=work.districts,
    )
    people = audience.next_ones(where, after, with_holders=True)
    notice = _Notice(
        directorate_id=work.directorate_id, about=work.id, subject_type="work",
        what="cancelled" if is_cancelled else "announced",
        template="outages.work-cancelled" if is_cancelled else "outages.work-announced",
        values=_of_work(work, is_cancelled=is_cancelled),
    )  # fmt: skip
    if is_cancelled:
        knew = News.objects.filter(about=work.id, what="announced")
        known = set(knew.values_list("user_id", flat=True).filter(user_id__in=[p.user.pk for p in people]))  # fmt: skip
        told = sum(_tell(each, notice, now) for each in people if each.user.pk in known)
    else:
        told = sum(_tell(each, notice, now) for each in people)
    _go_on("outages.tell_of_work", people, work_id=str(work_id))
    return told


def _of_work(work: PlannedWork, *, is_cancelled: bool) -> dict[str, Value]:
    begins, ends = timezone.localtime(work.begins_at), timezone.localtime(work.promised_end_at)
    kind, code = (
        (reasons.CANCEL, work.cancel_reason) if is_cancelled else (reasons.WORK, work.reason)
    )
    return {
        "date": f"{begins:%d/%m/%Y}",
        "time": f"{begins:%H:%M}-{ends:%H:%M}",
        "reference": work.reference,
        "reason": {each: reasons.label(kind, code, each) for each in LANGUAGES},
        "place": {each: _where(work, each) for each in LANGUAGES},
        "link": _link("outages:planned"),
    }


def _where(work: PlannedWork, language: str) -> str:
    found = [directorates.district(code) for code in work.districts]
    names = [each.name(language) for each in found if each is not None]
    return "، ".join(names) or directorates.by_id(work.directorate_id).name(language)


def tell_of_timetable(*, timetable_id: UUID, now: datetime, after: UUID | None = None) -> int:
    """This function will tell the next subscribers of a feeder that its programmed cuts change; how many."""
    timetable = Timetable.objects.exclude(published_at=None).filter(id=timetable_id).first()
    if timetable is None:
        return 0
    on: date = now.astimezone(BAGHDAD).date()
    feeder = Element("FEEDER", timetable.feeder_code)
    concerned = reach.of_element(timetable.directorate_id, feeder, on)
    where = Concerned(
        directorate_id=timetable.directorate_id,
        transformers=concerned.transformers,
        feeders=[timetable.feeder_code],
    )
    people = audience.next_ones(where, after)
    office = directorates.by_id(timetable.directorate_id).code
    notice = _Notice(
        directorate_id=timetable.directorate_id, about=timetable.id, subject_type="timetable",
        what="published", template="outages.timetable-changed",
        values={
            "date": f"{timetable.valid_from:%d/%m/%Y}",
            "link": _link("outages:feeder", office, timetable.feeder_code),
        },
    )  # fmt: skip
    told = sum(_tell(each, notice, now) for each in people)
    _go_on("outages.tell_of_timetable", people, timetable_id=str(timetable_id))
    return told


def _go_on(job: str, people: list[Listener], **arguments: Any) -> None:
    if len(people) >= audience.BATCH:
        jobs.enqueue(job, after=str(people[-1].user.pk), **arguments)


def _tell(person: Listener, notice: _Notice, now: datetime) -> bool:
    on = now.astimezone(BAGHDAD).date()
    most = int(dated.value(A_DAY, directorate_id=notice.directorate_id, on=on))
    today = News.objects.filter(user=person.user, on_date=on, is_sent=True).count()
    is_sent = today < most
    if not _note(person, notice, notice.what, now, is_sent=is_sent) or not is_sent:
        return False
    key = person.stop_key
    address = reverse("outages:stop", args=[key]) if key else reverse("outages:subscriptions")
    notifications.notify(
        recipient=person.user,
        template=notice.template,
        values={**notice.values, "stop": _site() + address},
        directorate_id=notice.directorate_id,
        subject=(notice.subject_type, notice.about),
        over=person.over,
        now=now,
    )
    return True


def _note(person: Listener, notice: _Notice, what: str, now: datetime, *, is_sent: bool) -> bool:
    """Whether it is news to the person."""
    _row, is_new = News.objects.get_or_create(
        user=person.user,
        about=notice.about,
        what=what[:48],
        defaults={
            "directorate_id": notice.directorate_id,
            "on_date": now.astimezone(BAGHDAD).date(),
            "is_sent": is_sent,
            "told_at": now,
        },
    )
    return is_new


def _site() -> str:
    return settings.WASL_PUBLIC_URL.rstrip("/")


def _link(name: str, *args: str) -> str:
    return _site() + reverse(name, args=args)


def _short(moment: datetime, now: datetime) -> str:
    """The time of the day; with the day where it is another one."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%d/%m %H:%M}"
