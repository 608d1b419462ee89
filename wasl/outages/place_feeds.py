"""What is told of a place in calendars and Atom: planned work, promised cuts, and outages as they come."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wasl.core.calendars import BAGHDAD
from wasl.directorates import selectors as directorates
from wasl.network import topology
from wasl.outages import calendars, feeds, work_pages
from wasl.outages.calendars import Entry
from wasl.outages.models import Outage, OutageStep, PlannedWork
from wasl.outages.promises import Promises
from wasl.outages.work_pages import WorkShown

# Calendars hold the promised cuts of the days around today.
DAYS_BEHIND, DAYS_AHEAD = 1, 14
# Atom tells of the outages of so many days.
ATOM_DAYS = 14


def site() -> str:
    """The address of this installation, without a slash at its end."""
    return settings.WASL_PUBLIC_URL.rstrip("/")


def host() -> str:
    """The name of this installation's host."""
    return urlsplit(settings.WASL_PUBLIC_URL).hostname or "localhost"


def of_works(works: Iterable[WorkShown]) -> list[Entry]:
    """Planned work as entries; the window is what happened where it has, else what is announced."""
    return [_of_work(each) for each in works]


def _of_work(each: WorkShown) -> Entry:
    work = each.work
    last = max(work.changes.all(), key=lambda change: change.sequence, default=None)
    begins = work.outage.began_at if work.outage else work.begins_at
    real_end = work.ended_at if work.outage else None
    ends = max(real_end or work.ends_at, begins + timedelta(minutes=1))
    words = [each.reason, work.reference]
    if each.cancelled_for:
        words.append(_("cancelled: %(reason)s") % {"reason": each.cancelled_for})
    return Entry(
        key=calendars.work_key(work.id),
        sequence=work.sequence,
        begins=begins,
        ends=ends,
        changed=last.at if last else work.drafted_at,
        summary=_("No supply: planned work"),
        description=" · ".join(words),
        place=each.where,
        category="PLANNED",
        is_cancelled=work.state == PlannedWork.State.CANCELLED,
    )


def of_cuts(directorate_id: int, office: str, feeders: Sequence[str], now: datetime) -> list[Entry]:
    """The promised cuts of some feeders, those of yesterday and of the two weeks ahead."""
    first = now.astimezone(BAGHDAD).date() - timedelta(days=DAYS_BEHIND)
    entries = []
    for feeder in feeders:
        mine = Promises(directorate_id, feeder)
        for begins, ends in mine.moments(first, DAYS_BEHIND + DAYS_AHEAD + 1):
            version = mine.version_on(begins.date())
            entries.append(
                Entry(
                    key=calendars.cut_key(office, feeder, begins),
                    sequence=version.version if version else 0,
                    begins=begins,
                    ends=ends,
                    changed=version.published_at or now if version else now,
                    summary=_("Programmed cut"),
                    description=_("Feeder %(feeder)s") % {"feeder": feeder},
                    place=feeder,
                    category="RATIONING",
                )
            )
    return entries


def of_account(directorate_id: int, account_no: str, language: str, now: datetime) -> list[Entry]:
    """The planned work and the promised cuts of one home."""
    place = topology.locate(directorate_id, account_no=account_no)
    if place is None:
        return []
    rows = topology.elements_above(directorate_id, [place.transformer_code])
    above = rows.get(place.transformer_code, ())
    works = work_pages.shown(
        work_pages.over(directorate_id, above, now).prefetch_related("changes"), language, now
    )
    office = directorates.by_id(directorate_id).code
    return of_works(works) + of_cuts(directorate_id, office, [place.feeder_code], now)


def calendar(entries: Iterable[Entry], *, name: str, path: str, now: datetime) -> bytes:
    """The calendar of a place."""
    return calendars.write(entries, name=name, url=site() + path, host=host(), now=now)


def outages_of(directorate_id: int, feeders: Sequence[str], now: datetime) -> list[Outage]:
    """The outages of some feeders in the last days, the newest first; single homes are not told."""
    steps = OutageStep.objects.filter(
        directorate_id=directorate_id,
        feeder_code__in=list(feeders),
        began_at__gte=now - timedelta(days=ATOM_DAYS),
    ).exclude(outage__element_kind=Outage.Element.SERVICE)
    found = Outage.objects.filter(id__in=steps.values("outage_id")).exclude(state="MERGED")
    return list(found.order_by("-began_at", "id")[:100])


def atom(
    outages: Iterable[Outage], works: Iterable[WorkShown], *, name: str, path: str, now: datetime
) -> str:
    """The news of a place as Atom: each outage and each work is an entry that changes with it."""
    root = ET.Element("feed", {"xmlns": feeds.ATOM})
    feeds.child(root, "title", name)
    feeds.child(root, "id", site() + path)
    feeds.child(root, "updated", now.isoformat())
    feeds.child(root, "link", rel="self", href=site() + path)
    feeds.child(feeds.child(root, "author"), "name", "Wasl")
    for outage in outages:
        _outage_entry(root, outage)
    for each in works:
        _work_entry(root, each)
    return feeds.text(root)


def _outage_entry(root: ET.Element, outage: Outage) -> None:
    began, ended = timezone.localtime(outage.began_at), outage.ended_at
    title = _("No supply: %(cause)s") % {"cause": outage.get_cause_display()}
    if ended:
        title = _("Supplied again: %(cause)s") % {"cause": outage.get_cause_display()}
    words = f"{began:%Y-%m-%d %H:%M}"
    if ended:
        words += f" – {timezone.localtime(ended):%H:%M}"
    elif outage.expected_at:
        back = timezone.localtime(outage.expected_at)
        words += " · " + _("expected back %(time)s") % {"time": f"{back:%Y-%m-%d %H:%M}"}
    name = str(uuid5(NAMESPACE_URL, f"{site()}/outages/{outage.reference}"))
    feeds.entry(root, title=title, name=name, updated=ended or outage.began_at, summary=words)


def _work_entry(root: ET.Element, each: WorkShown) -> None:
    entry = _of_work(each)
    state = each.work.get_state_display()
    begins, ends = timezone.localtime(entry.begins), timezone.localtime(entry.ends)
    feeds.entry(
        root,
        title=_("Planned work: %(state)s") % {"state": state},
        name=str(each.work.id),
        updated=entry.changed,
        summary=f"{begins:%Y-%m-%d %H:%M} – {ends:%H:%M} · {entry.description} · {each.where}",
        link=site() + reverse("outages:planned"),
    )
