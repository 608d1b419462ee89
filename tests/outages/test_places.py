"""Planned work and programmed cuts in public: pages, calendars, Atom, CAP, open data; and the desk."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import etree

from tests import people
from tests.outages import cap_rules, grid
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.core.calendars import BAGHDAD
from wasl.directorates import seeding
from wasl.network.topology import Element
from wasl.outages import cut_files, services
from wasl.outages.models import Outage, PlannedWork, Timetable

pytestmark = pytest.mark.django_db
DAILY = [(day * 1440 + 840, day * 1440 + 960) for day in range(7)]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def now(db) -> datetime:
    grid.build()
    seeding.load_districts(grid.NOW)
    seeding.load_settings(grid.NOW)
    return timezone.now()


@pytest.fixture
def two(now) -> tuple[Actor, Actor]:
    return (
        Actor.for_user(people.staff(Role.ENGINEER), Role.ENGINEER, 1),
        Actor.for_user(people.staff(Role.SUPERVISOR), Role.SUPERVISOR, 1),
    )


def planned(two, begins: datetime, now: datetime, hours: int = 2) -> PlannedWork:
    made = services.draft_work(
        directorate_id=1, element=Element("FEEDER", "F0"), reason="maintenance", actor=two[0],
        begins_at=begins, ends_at=begins + timedelta(hours=hours), now=now,
    )  # fmt: skip
    return services.announce_work(work_id=made.id, actor=two[1], now=now)


def promised(two, now: datetime, feeder: str = "F0", days_ago: int = 5, spans=DAILY) -> Timetable:
    then = now - timedelta(days=days_ago)
    valid_from = then.astimezone(BAGHDAD).date() + timedelta(days=1)
    (made,) = services.draft_timetables(
        directorate_id=1, windows={feeder: spans}, valid_from=valid_from, actor=two[0], now=then
    )
    services.publish_timetables(directorate_id=1, ids=[made.id], actor=two[1], now=then)
    return made


def events(content: bytes) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(content)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert b"\r\n" in content
    return list(calendar.walk("VEVENT"))


def test_a_work_in_a_calendar_keeps_its_name_and_is_cancelled_there(now, two) -> None:
    begins = (now + timedelta(days=4)).replace(microsecond=0)
    work = planned(two, begins, now)
    (event,) = events(Client().get("/outages/planned.ics").content)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (begins, begins + timedelta(hours=2))
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CONFIRMED", 0, "TRANSPARENT")
    assert event["DTSTART"].dt.utcoffset() == timedelta(0)
    services.cancel_work(work_id=work.id, reason="weather", actor=two[0], now=now)
    (again,) = events(Client().get("/outages/planned.ics").content)
    assert again["UID"] == event["UID"]
    assert (again["STATUS"], again["SEQUENCE"]) == ("CANCELLED", 1)


def test_promised_cuts_are_in_the_feeders_calendar_over_midnight_in_one(now, two) -> None:
    # Every day from 22:00 to 02:00.
    spans = [(0, 120)] + [(d * 1440 + 1320, d * 1440 + 1560) for d in range(6)] + [(10_000, 10_080)]
    spans[-1] = (6 * 1440 + 1320, 10_080)
    promised(two, now, spans=spans)
    found = events(Client().get("/outages/feeder/karkh/F0.ics").content)
    assert 14 <= len(found) <= 17
    whole = [each for each in found if each["DTEND"].dt - each["DTSTART"].dt == timedelta(hours=4)]
    assert len(whole) >= len(found) - 2
    assert len({str(each["UID"]) for each in found}) == len(found)
    again = events(Client().get("/outages/feeder/karkh/F0.ics").content)
    assert {str(each["UID"]) for each in again} == {str(each["UID"]) for each in found}
    assert str(whole[0]["DTSTART"].dt.astimezone(BAGHDAD).time()) == "22:00:00"


def test_promise_and_deed_are_open_data(now, two) -> None:
    promised(two, now)
    day = now.astimezone(BAGHDAD).date() - timedelta(days=2)
    off = datetime(day.year, day.month, day.day, 14, 10, tzinfo=BAGHDAD)
    cut = cut_files.Cut(line=2, feeder="F0", off=off, on=off + timedelta(hours=2))
    services.record_cuts(directorate_id=1, cuts=[cut], actor=two[0], now=now)
    client = Client()
    rows = list(
        csv.DictReader(io.StringIO(client.get("/outages/feeder/karkh/F0.csv").content.decode()))
    )
    row = next(each for each in rows if each["day"] == day.isoformat())
    assert (row["promised_minutes"], row["cut_minutes"], row["outside_minutes"]) == (
        "120",
        "120",
        "10",
    )
    assert (row["promised"], row["real"]) == ("14:00/16:00", "14:10/16:10")
    told = json.loads(client.get("/outages/feeder/karkh/F0.json").content)["days"]
    assert len(told) == len(rows) == 5
    page = client.get("/outages/feeder/karkh/F0/").content.decode()
    assert 'من <bdi dir="ltr">14:00</bdi> إلى <bdi dir="ltr">16:00</bdi>' in page
    assert client.get("/outages/feeders/").status_code == 200


def test_overrun_is_public(now, two) -> None:
    begins = now - timedelta(hours=3)
    work = planned(two, begins, now - timedelta(days=4))
    services.start_work(work_id=work.id, at=begins, actor=two[0], now=now)
    (told,) = json.loads(Client().get("/outages/planned.json").content)["works"]
    assert (told["state"], told["confirmed"]) == ("RUNNING", True)
    assert 59 <= told["late_minutes"] <= 61
    assert "أطول من المعلن" in Client().get("/outages/planned/").content.decode()
    row = next(csv.DictReader(io.StringIO(Client().get("/outages/planned.csv").content.decode())))
    assert row["late_minutes"] == str(told["late_minutes"])


def cap(work: PlannedWork) -> etree._Element:
    answer = Client().get(f"/outages/planned/{work.id}.cap")
    assert answer["Content-Type"].startswith("application/cap+xml")
    return cap_rules.check(answer.content)


def infos(alert, name: str) -> list[str | None]:
    return [cap_rules.text(each, name) for each in alert.findall(f"{{{cap_rules.CAP}}}info")]


def test_a_work_as_alert_update_and_cancel_in_three_languages(now, two) -> None:
    begins = now + timedelta(days=4)
    work = planned(two, begins, now)
    first = cap(work)
    assert cap_rules.text(first, "msgType") == "Alert"
    assert infos(first, "language") == ["ar", "ckb", "en"]
    assert set(infos(first, "certainty")) == {"Likely"}
    assert set(infos(first, "urgency")) == {"Future"}
    assert len(set(infos(first, "event"))) == 3
    services.cancel_work(work_id=work.id, reason="weather", actor=two[0], now=now)
    last = cap(work)
    assert cap_rules.text(last, "msgType") == "Cancel"
    expected = ",".join(
        str(cap_rules.text(first, name)) for name in ("sender", "identifier", "sent")
    )
    assert cap_rules.text(last, "references") == expected
    assert set(infos(last, "responseType")) == {"AllClear"}


def test_each_update_names_all_that_went_before(now, two) -> None:
    begins = now - timedelta(hours=1)
    work = planned(two, begins, now - timedelta(days=4))
    services.start_work(work_id=work.id, at=begins, actor=two[0], now=now)
    services.extend_work(work_id=work.id, ends_at=now + timedelta(hours=5), actor=two[0], now=now)
    alert = cap(work)
    assert cap_rules.text(alert, "msgType") == "Update"
    assert len(cap_rules.text(alert, "references").split()) == 2
    assert set(infos(alert, "urgency")) == {"Immediate"}
    assert set(infos(alert, "certainty")) == {"Observed"}
    until = datetime.fromisoformat(infos(alert, "expires")[0].replace("-00:00", "+00:00"))
    assert until == (now + timedelta(hours=5)).astimezone(UTC).replace(microsecond=0)


def test_what_is_off_now_keeps_the_rules_of_the_standard_too(now, two) -> None:
    cap_rules.check(Client().get("/outages/now.cap").content)
    services.open_outage(
        directorate_id=1, element=Element("FEEDER", "F0"), cause="FAULT", began_at=now,
        actor=two[0], now=now, expected_at=now + timedelta(hours=1),
    )  # fmt: skip
    alert = cap_rules.check(Client().get("/outages/now.cap").content)
    assert infos(alert, "urgency")


def test_a_places_news_in_atom_change_and_keep_their_names(now, two) -> None:
    planned(two, now + timedelta(days=4), now)
    outage = services.open_outage(
        directorate_id=1, element=Element("FEEDER", "F0"), cause="FAULT", began_at=now,
        actor=two[0], now=now,
    )  # fmt: skip
    feed = etree.fromstring(Client().get("/outages/feeder/karkh/F0.atom").content)
    names = {each.text for each in feed.findall("a:entry/a:id", ATOM)}
    assert len(names) == 2
    services.restore(outage_id=outage.id, at=now, actor=two[0], now=now)
    again = etree.fromstring(Client().get("/outages/feeder/karkh/F0.atom").content)
    assert {each.text for each in again.findall("a:entry/a:id", ATOM)} == names
    other = etree.fromstring(Client().get("/outages/feeder/karkh/F1.atom").content)
    assert not other.findall("a:entry", ATOM)


def test_a_district_tells_what_is_off_and_ahead(now, two) -> None:
    work = planned(two, now + timedelta(days=4), now)
    promised(two, now)
    code = work.districts[0]
    client = Client()
    answer = client.get("/outages/", {"district": code})
    assert answer["Location"] == f"/outages/district/{code}/"
    page = client.get(f"/outages/district/{code}/").content.decode()
    assert "صيانة دورية" in page
    assert events(client.get(f"/outages/district/{code}.ics").content)
    assert client.get(f"/outages/district/{code}.atom").status_code == 200


def test_a_home_is_told_what_comes_next(now, two) -> None:
    planned(two, now + timedelta(days=4), now)
    promised(two, now)
    page = Client().get("/outages/", {"account_no": grid.account("F0-0-0", 1)}).content.decode()
    assert "صيانة دورية" in page
    assert "القطع المبرمج القادم" in page
    other = Client().get("/outages/", {"account_no": grid.account("F1-0-0", 1)}).content.decode()
    assert "صيانة دورية" not in other


@pytest.mark.parametrize(
    "address",
    ["planned.exe", "feeder/karkh/F9/", "feeder/paris/F0/", "feeder/karkh/F0.exe", "district/paris/",
     "district/paris.ics", "calendar/nothing.ics", f"planned/{'0' * 8}-0000-7000-8000-{'0' * 12}.cap"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(now, address) -> None:
    assert Client().get(f"/outages/{address}").status_code == 404


def test_drafts_are_nobodys_business(now, two) -> None:
    services.draft_work(
        directorate_id=1, element=Element("FEEDER", "F0"), reason="maintenance", actor=two[0],
        begins_at=now + timedelta(days=4), ends_at=now + timedelta(days=4, hours=1), now=now,
    )  # fmt: skip
    services.draft_timetables(
        directorate_id=1, windows={"F0": DAILY}, actor=two[0], now=now,
        valid_from=now.date() + timedelta(days=3),
    )  # fmt: skip
    assert json.loads(Client().get("/outages/planned.json").content)["works"] == []
    assert json.loads(Client().get("/outages/feeder/karkh/F0.json").content)["days"] == []


def desk(role: str = Role.ENGINEER, office: int = 1) -> Client:
    return people.sign_in(Client(), people.staff(role, directorate_id=office))


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_the_desk_plans_announces_starts_extends_and_ends(now) -> None:
    engineer, supervisor = desk(), desk(Role.SUPERVISOR)
    begins = now + timedelta(days=4)
    entered = {
        "element_kind": "FEEDER", "element_code": "F0", "reason": "danger",
        "begins_at": local(begins), "ends_at": local(begins + timedelta(hours=2)),
    }  # fmt: skip
    assert engineer.post("/duty/planned/new/", entered | {"element_code": "F9"}).status_code == 422
    assert engineer.post("/duty/planned/new/", entered).status_code == 302
    work = PlannedWork.objects.get()
    step = f"/duty/planned/{work.id}"
    engineer.post(f"{step}/announce/")
    work.refresh_from_db()
    assert work.state == "DRAFT"
    supervisor.post(f"{step}/announce/")
    work.refresh_from_db()
    assert work.state == "ANNOUNCED"
    assert desk(office=2).post(f"{step}/cancel/", {"reason": "weather"}).status_code == 404
    assert desk(Role.AUDITOR).post(f"{step}/cancel/", {"reason": "weather"}).status_code == 403
    assert engineer.post(f"{step}/explode/").status_code == 404
    engineer.post(f"{step}/start/", {"at": "nonsense"})
    work.refresh_from_db()
    assert work.state == "ANNOUNCED"
    assert "صيانة" in engineer.get("/duty/planned/new/").content.decode()
    assert "F0" in desk(Role.AUDITOR).get("/duty/planned/").content.decode()
    engineer.post(f"{step}/cancel/", {"reason": "weather"})
    work.refresh_from_db()
    assert work.state == "CANCELLED"


def test_a_file_is_looked_at_before_it_is_kept(now) -> None:
    engineer = desk()
    day = (now + timedelta(days=3)).date().isoformat()
    wrong = SimpleUploadedFile("t.csv", b"feeder,day,from,to\nF0,1,08:00,10:00\nF9,1,08:00,10:00\n")
    page = engineer.post("/duty/timetables/upload/", {"valid_from": day, "file": wrong})
    assert page.status_code == 422
    assert "F9" in page.content.decode()
    lines = "feeder,day,from,to\nF0,*,14:00,16:00\nF1,,,\n"
    page = engineer.post("/duty/timetables/upload/", {"valid_from": day, "lines": lines})
    assert page.status_code == 200
    assert not Timetable.objects.exists()
    again = page.context["lines"]
    engineer.post("/duty/timetables/upload/", {"valid_from": day, "lines": again, "keep": "1"})
    assert Timetable.objects.count() == 2
    ids = [str(each.id) for each in Timetable.objects.all()]
    engineer.post("/duty/timetables/publish/", {"timetable": ids})
    assert not Timetable.objects.exclude(published_at=None).exists()
    desk(Role.SUPERVISOR, 2).post("/duty/timetables/publish/", {"timetable": ids})
    assert not Timetable.objects.exclude(published_at=None).exists()
    desk(Role.SUPERVISOR).post("/duty/timetables/publish/", {"timetable": ids})
    assert Timetable.objects.exclude(published_at=None).count() == 2
    assert engineer.post("/duty/timetables/publish/", {"timetable": ["x"]}).status_code == 404
    hostile = {"valid_from": day, "lines": "feeder,day,from,to\n=HYPERLINK(1),1,08:00,10:00\n"}
    assert engineer.post("/duty/timetables/upload/", hostile).status_code == 422
    assert engineer.post("/duty/timetables/upload/", {"valid_from": day}).status_code == 422


def test_a_week_is_edited_day_by_day(now) -> None:
    engineer = desk()
    address = "/duty/timetables/feeder/F0/"
    day = (now + timedelta(days=3)).date().isoformat()
    wrong = {"valid_from": day, "day0": "14:00-16:00, 15:00-17:00"}
    assert engineer.post(address, wrong).status_code == 422
    assert engineer.post(address, {"valid_from": day, "day0": "noon"}).status_code == 422
    over = {"valid_from": day, "day6": "22:00-02:00", "day0": "01:00-03:00"}
    assert engineer.post(address, over).status_code == 422
    right = {"valid_from": day, "day0": "١٤:٠٠-١٦:٠٠، 22:00–02:00"}
    assert engineer.post(address, right).status_code == 302
    made = Timetable.objects.get()
    assert sorted(made.windows.values_list("begins", "ends")) == [(840, 960), (1320, 1560)]
    assert engineer.get("/duty/timetables/feeder/F9/").status_code == 404
    assert engineer.get(address).status_code == 200


def test_the_desk_cuts_and_switches_on_and_keeps_a_log(now) -> None:
    engineer = desk()
    engineer.post("/duty/timetables/feeder/F0/cut/")
    outage = Outage.objects.get(state="OPEN")
    assert (outage.cause, outage.element_code) == ("RATIONING", "F0")
    assert "F0" in engineer.get("/duty/timetables/").content.decode()
    engineer.post("/duty/timetables/feeder/F0/cut/")
    assert not Outage.objects.filter(state="OPEN").exists()
    assert engineer.post("/duty/timetables/feeder/F9/cut/").status_code == 404
    begin = timezone.localtime(now - timedelta(days=1))
    lines = (
        f"feeder,off,on\nF1,{begin:%Y-%m-%d %H:%M},{begin + timedelta(hours=2):%Y-%m-%d %H:%M}\n"
    )
    page = engineer.post("/duty/timetables/switching/", {"lines": lines})
    assert page.status_code == 200
    assert Outage.objects.count() == 1
    engineer.post("/duty/timetables/switching/", {"lines": lines, "keep": "1"})
    assert Outage.objects.filter(element_code="F1", state="RESTORED").count() == 1
    wrong = "feeder,off,on\nF1,tomorrow,\n"
    assert engineer.post("/duty/timetables/switching/", {"lines": wrong, "keep": "1"}).status_code == 422  # fmt: skip
