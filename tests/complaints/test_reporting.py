"""A report is a case, a sign of an outage, or one more voice; it ends by the reporter's word."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import people
from wasl.accounts.actors import Actor
from wasl.casework import tasks
from wasl.casework.models import Document, Task
from wasl.complaints import category_files, category_seed, selectors, services
from wasl.complaints.models import CategoryVersion, Report, VisitAnswer
from wasl.core import jobs, scope
from wasl.core.uploads import CleanUpload
from wasl.events.models import Event
from wasl.network.models import Transformer
from wasl.notifications.models import Message
from wasl.outages import services as outages
from wasl.outages.models import Outage, Signal
from wasl.web.demonstration.citizens import picture

from .conftest import NOW, Town

pytestmark = pytest.mark.django_db


def templates(user) -> list[str]:
    found = Message.objects.filter(recipient=user, channel="in_app").order_by("created_at", "id")
    return [each.template for each in found]


def test_a_dangerous_wire_goes_to_a_technician_at_once(town: Town) -> None:
    citizen = people.citizen()
    photo = CleanUpload(content=picture("wire"), content_type="image/jpeg")
    report = town.report("wire", reporter=citizen, is_urgent=True, files=[photo], words="sparks")
    task = Task.objects.get(case_id=report.case_id, status="READY")
    assert (task.key, task.role) == ("make_safe", "TECHNICIAN")
    assert Document.objects.filter(case_id=report.case_id, kind="COMPLAINT_PHOTO").count() == 1
    assert set(templates(citizen)) == {"complaints.received", "connections.visit"}
    event = Event.objects.get(kind="complaints.report.received")
    assert event.public["category"] == "wire"
    assert "sparks" not in str(event.data)

    town.do(report, "make_safe", "DONE")
    case = town.do(report, "confirm", "CONFIRM", stars="5", asked="NO")
    assert (case.outcome, report.outcome, report.stars) == ("COMPLETED", "DONE", 5)
    answer = VisitAnswer.objects.get()
    assert (answer.answer, answer.count, answer.month.day) == ("NO", 1, 1)


def test_what_was_answered_about_a_visit_leads_to_nobody(town: Town) -> None:
    report = town.report("pole")
    town.do(report, "make_safe", "DONE")
    town.do(report, "confirm", "CONFIRM", asked="MONEY")
    assert "MONEY" not in str(list(Event.objects.values_list("data", flat=True)))
    assert "MONEY" not in str(list(Task.objects.values_list("data", flat=True)))
    fields = {field.name for field in VisitAnswer._meta.get_fields()}
    assert fields == {"id", "directorate_id", "service", "month", "answer", "count"}


def test_silence_closes_it_and_one_press_opens_it_again(town: Town) -> None:
    citizen = people.citizen()
    report = town.report("street_light", reporter=citizen, answers={"fault": "off"})
    town.do(report, "look", "REPAIR")
    town.do(report, "repair", "DONE")
    tasks.expire_tasks(now=NOW + timedelta(days=2))
    jobs.drain(NOW + timedelta(days=2))
    report.refresh_from_db()
    assert report.is_open
    tasks.expire_tasks(now=NOW + timedelta(days=4))
    jobs.drain(NOW + timedelta(days=4))
    report.refresh_from_db()
    assert (report.is_open, report.outcome) == (False, "DONE")
    later = NOW + timedelta(days=5)
    town.do(report, "again", "REOPEN", now=later, note="off again")
    assert report.is_open
    assert Task.objects.filter(case_id=report.case_id, key="look", status="READY").count() == 1


def test_no_is_no(town: Town) -> None:
    report = town.report("meter")
    town.do(report, "look", "REPAIR")
    town.do(report, "repair", "DONE")
    town.do(report, "confirm", "PROBLEM", note="it still blinks")
    assert report.is_open
    assert Task.objects.filter(case_id=report.case_id, key="look", status="READY").exists()


def test_who_joins_gets_the_news(town: Town) -> None:
    first = town.report("pole", reporter=people.citizen())
    neighbour = people.citizen()
    known = selectors.known(1, first.category, lat=first.lat, lon=first.lon, account_no="", now=NOW)
    assert [near.report.id for near in known.reports] == [first.id]
    sent = services.join(report_id=first.id, reporter=neighbour, language="ar", now=NOW)
    again = services.join(report_id=first.id, reporter=neighbour, language="ar", now=NOW)
    assert (again.is_new, again.report.id) == (False, sent.report.id)
    town.do(first, "make_safe", "DONE")
    town.do(first, "confirm", "CONFIRM")
    sent.report.refresh_from_db()
    assert sent.report.outcome == "DONE"
    assert templates(neighbour) == ["complaints.joined_ended"]
    with pytest.raises(services.UnableToReport):
        services.join(report_id=first.id, reporter=people.citizen(), language="ar", now=NOW)


def test_near_is_near_and_of_the_same_kind(town: Town) -> None:
    town.report("pole", north_m=600)
    near = town.report("pole", north_m=100)
    town.report("wire", north_m=0)
    found = selectors.near_reports(
        1, "pole", lat=town.transformer.lat, lon=town.transformer.lon, on=NOW.date()
    )
    assert [(each.report.id, 95 <= each.metres <= 105) for each in found] == [(near.id, True)]


def test_conduct_goes_to_quality_and_is_nobody_elses(town: Town) -> None:
    report = town.report("conduct", words="he was rude")
    task = Task.objects.get(case_id=report.case_id, status="READY")
    assert task.role == "QUALITY_OFFICER"
    assert Event.objects.get(kind="complaints.report.received").public["district"] == ""
    known = selectors.known(
        1, report.category, lat=report.lat, lon=report.lon, account_no="", now=NOW
    )
    assert known.reports == []
    shown = selectors.desk(1, on=NOW.date(), language="en", most=99)
    assert report.id not in {each.id for each, _area in shown}
    with pytest.raises(services.UnableToReport):
        services.join(report_id=report.id, reporter=None, language="ar", now=NOW)


def test_no_power_is_a_sign_and_follows_the_outage(town: Town) -> None:
    people_off = [people.citizen() for _ in range(4)]
    reports = [
        town.report("no_power", reporter=each, north_m=n) for n, each in enumerate(people_off)
    ]
    assert all(each.case_id is None for each in reports)
    assert Signal.objects.filter(source="REPORT").count() == 4
    outage = Outage.objects.get(state="OPEN")
    outages.restore(
        outage_id=outage.id, at=NOW + timedelta(hours=1), actor=Actor.system(),
        now=NOW + timedelta(hours=1),
    )  # fmt: skip
    jobs.drain(NOW + timedelta(hours=1))
    for each in reports:
        each.refresh_from_db()
    assert all(each.asked_at for each in reports)
    assert templates(people_off[0]) == ["complaints.received", "complaints.supply_back"]

    back = services.say_whether_back(
        report_id=reports[0].id, is_back=True, now=NOW + timedelta(hours=2)
    )
    assert back.outcome == "DONE"
    off = services.say_whether_back(
        report_id=reports[1].id, is_back=False, now=NOW + timedelta(hours=2)
    )
    assert off.is_open
    assert Signal.objects.filter(source="CALL_BACK").count() == 2
    assert services.close_silent(now=NOW + timedelta(hours=24)) == 0
    assert services.close_silent(now=NOW + timedelta(hours=26)) == 2
    reports[2].refresh_from_db()
    assert reports[2].outcome == "SILENCE"


def test_a_place_that_hangs_on_nothing_is_looked_at_by_a_person(town: Town) -> None:
    top = Transformer.objects.filter(directorate_id=1).order_by("-lat").first()
    beyond = (top.lat - town.transformer.lat) * 111_320 + 4_000
    far = town.report("no_power", north_m=beyond)
    assert Task.objects.get(case_id=far.case_id, status="READY").key == "look"


def test_a_refusal_has_a_reason_and_can_be_appealed(town: Town) -> None:
    report = town.report("other", words="my fridge hums")
    town.do(report, "look", "REFUSE", reason="COMPLAINT_PRIVATE")
    town.do(report, "appeal", "APPEAL", note="it is the meter")
    town.do(report, "hear", "OVERTURN")
    assert Task.objects.filter(case_id=report.case_id, key="look", status="READY").exists()


def test_the_reporter_and_the_office_see_it_others_do_not(town: Town) -> None:
    mine, other = people.citizen(), people.citizen()
    report = town.report("meter", reporter=mine)
    with scope.within_person(mine.id):
        assert selectors.find(report.reference) is not None
    with scope.within_person(other.id):
        assert selectors.find(report.reference) is None
    with scope.within_staff([2]):
        assert selectors.find(report.reference) is None


def test_the_database_wants_a_whole_end_and_two_people(town: Town) -> None:
    report = town.report("meter")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(id=report.id).update(closed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(id=report.id).update(stars=6)
    someone = people.staff("QUALITY_OFFICER").id
    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryVersion.objects.update(drafted_by=someone, published_by=someone)


def test_a_category_is_drafted_by_one_and_published_by_another(town: Town) -> None:
    import tomllib

    old = selectors.category("street_light", NOW.date())
    entry = tomllib.loads(category_files.text_of(old))
    assert category_seed.problem(entry) == ""
    assert entry["questions"] == old.questions
    entry["labels"]["ar"] = "مصباح الشارع"
    author, second = (
        Actor(kind="STAFF", user_id=people.staff("QUALITY_OFFICER").id, role="QUALITY_OFFICER")
        for _ in range(2)
    )
    draft = services.draft_category(code="street_light", entry=entry, actor=author)
    assert selectors.category("street_light", NOW.date()) == old
    day = NOW.date() + timedelta(days=1)
    with pytest.raises(services.UnableToPublishCategory):
        services.publish_category(version_id=draft.id, valid_from=day, actor=author, now=NOW)
    with pytest.raises(services.UnableToPublishCategory):
        services.publish_category(
            version_id=draft.id, valid_from=NOW.date() - timedelta(days=1), actor=second, now=NOW
        )
    services.publish_category(version_id=draft.id, valid_from=day, actor=second, now=NOW)
    assert selectors.category("street_light", NOW.date()) == old
    assert selectors.category("street_light", day).labels["ar"] == "مصباح الشارع"


WORDS = {"ar": "أ", "ckb": "ب", "en": "c"}


@pytest.mark.parametrize(
    "change",
    [
        {"group": "NONE"},
        {"group": ["DANGER"]},
        {"icon": "<svg>"},
        {"labels": {"ar": "x"}},
        {"labels": {**WORDS, "en": 3}},
        {"hints": "x"},
        {"is_shared": "yes"},
        {"questions": 3},
        {"questions": ["x"]},
        {"questions": [{"code": "a b", "datatype": "string", "label": WORDS}]},
        {"questions": [{"code": "a", "datatype": "string"}]},
        {"questions": [{"code": "a", "datatype": ["string"], "label": WORDS}]},
        {"questions": [{"code": "a", "datatype": "string", "label": WORDS}] * 2},
        {"questions": [{"code": "a", "datatype": "singlevaluelist", "label": WORDS}]},
        {
            "questions": [
                {"code": "a", "datatype": "singlevaluelist", "label": WORDS, "values": [1]}
            ]
        },
        {"questions": [{"code": "a", "datatype": "string", "label": WORDS, "required": "no"}]},
    ],
)
def test_an_unsound_category_is_named(change) -> None:
    assert category_seed.problem(category_seed.shipped()[0] | change)


def test_saying_it_twice_is_saying_it_once(town: Town) -> None:
    report = town.report("no_power", reporter=people.citizen())
    Report.objects.filter(id=report.id).update(asked_at=NOW)
    for _turn in range(3):
        services.say_whether_back(report_id=report.id, is_back=False, now=NOW)
    assert Signal.objects.filter(source="CALL_BACK", says="OFF").count() == 1
    # Nobody asked again: what they said stands.
    services.say_whether_back(report_id=report.id, is_back=True, now=NOW)
    assert not Signal.objects.filter(source="REPORT", closed_at=None).exists()
    assert Signal.objects.filter(source="CALL_BACK", says="ON").count() == 1


def test_what_is_ones_own_is_not_joined(town: Town) -> None:
    for code in ("meter", "bill", "no_power"):
        known = town.report(code)
        with pytest.raises(services.UnableToReport):
            services.join(report_id=known.id, reporter=people.citizen(), language="ar", now=NOW)


def test_who_says_still_off_is_asked_again_when_that_is_mended(town: Town) -> None:
    report = town.report("no_power", reporter=people.citizen())
    for hour in (1, 3):
        outage = Outage.objects.get(state="OPEN")
        then = NOW + timedelta(hours=hour)
        outages.restore(outage_id=outage.id, at=then, actor=Actor.system(), now=then)
        jobs.drain(then)
        report.refresh_from_db()
        assert report.asked_at == then
        later = then + timedelta(hours=1)
        services.say_whether_back(report_id=report.id, is_back=hour == 3, now=later)
        jobs.drain(later)
    report.refresh_from_db()
    assert report.outcome == "DONE"
