"""What is known of somebody's own place: off or on, since when, why, and what is ahead."""

from dataclasses import dataclass, field
from datetime import date, datetime

from wasl.accounts.models import User
from wasl.core.calendars import BAGHDAD
from wasl.customers import selectors as customers
from wasl.customers.models import Account
from wasl.directorates import selectors as directorates
from wasl.network import topology
from wasl.outages import promises, reach, selectors, work_pages
from wasl.outages.promises import Promises
from wasl.outages.selectors import Area, Place
from wasl.outages.timetables import Moments
from wasl.outages.work_pages import WorkShown

# Of a district with many feeders, the cuts of so many are shown on its page.
FEEDERS_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class NextCut:
    """The promised cut of a feeder that runs, or comes next."""

    feeder: str
    begins: datetime
    ends: datetime
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Of one place: its outage, the work ahead, the next programmed cut; and of what to be told."""

    place: Place
    office: int
    office_code: str
    account_no: str
    feeder: str
    works: list[WorkShown]
    next_cut: NextCut | None
    is_promised: bool


@dataclass(frozen=True, kw_only=True)
class DistrictAnswer:
    """Of a district: what is off in it, the work ahead, the next cuts by feeder."""

    code: str
    name: str
    office: int
    areas: list[Area]
    works: list[WorkShown]
    cuts: list[NextCut]
    feeders: list[str] = field(default_factory=list)
    office_code: str = ""


def at_place(
    directorate_id: int,
    *,
    account_no: str = "",
    lat: float | None = None,
    lon: float | None = None,
    language: str,
    now: datetime,
) -> Answer | None:
    """Of an account's place or a position; None where nobody can tell on what it hangs."""
    place = selectors.at_place(directorate_id, account_no=account_no, lat=lat, lon=lon, now=now)
    if place is None:
        return None
    row = topology.elements_above(directorate_id, [place.transformer_code])
    above = row.get(place.transformer_code, ())
    feeder = next((each.code for each in above if each.kind == "FEEDER"), "")
    mine = Promises(directorate_id, feeder)
    return Answer(
        place=place,
        office=directorate_id,
        office_code=directorates.by_id(directorate_id).code,
        account_no=account_no,
        feeder=feeder,
        works=work_pages.shown(
            work_pages.ahead(work_pages.over(directorate_id, above, now)), language, now
        ),
        next_cut=_next(feeder, mine.next_cut(now), now),
        is_promised=mine.is_promised,
    )


def of_district(code: str, language: str, now: datetime) -> DistrictAnswer | None:
    """Of a district; None where there is no such one, or no network in it."""
    district = directorates.district(code)
    if district is None or district.directorate_id not in selectors.served():
        return None
    office, today = district.directorate_id, now.astimezone(BAGHDAD).date()
    feeders = reach.feeders_in(office, code, today)
    works = [each for each in work_pages.told(now, office) if code in each.districts]
    told = set(promises.promised_feeders(office))
    cuts = [
        found
        for feeder in [each for each in feeders if each in told][:FEEDERS_SHOWN]
        if (found := _next(feeder, Promises(office, feeder).next_cut(now), now)) is not None
    ]
    return DistrictAnswer(
        code=code,
        name=district.name(language),
        office=office,
        office_code=directorates.by_id(office).code,
        areas=[each for each in selectors.areas(office, today, language) if each.code == code],
        works=work_pages.shown(work_pages.ahead(works), language, now),
        cuts=sorted(cuts, key=lambda each: (each.begins, each.feeder)),
        feeders=feeders,
    )


def _next(feeder: str, found: Moments | None, now: datetime) -> NextCut | None:
    if found is None:
        return None
    return NextCut(feeder=feeder, begins=found[0], ends=found[1], is_now=found[0] <= now)


def own_accounts(user: User) -> list[Account]:
    """The accounts in a person's name that are active and hang on the network."""
    served = set(selectors.served())
    found = customers.accounts_of(user.pk)
    return [each for each in found if each.status == "ACTIVE" and each.directorate_id in served]


def district_choices(on: date, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The districts of each directorate that has a network, for a form."""
    return [
        (selectors.office_name(each, language), directorates.district_choices(each, on, language))
        for each in selectors.served()
    ]
