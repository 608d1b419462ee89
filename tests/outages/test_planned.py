"""Planned work: two persons, the published notice, what really happened, and what the database refuses."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.outages import grid
from wasl.accounts.actors import Actor
from wasl.core import jobs
from wasl.directorates import seeding
from wasl.network.topology import Element
from wasl.outages import selectors, services
from wasl.outages.models import Outage, PlannedWork, WorkChange

pytestmark = pytest.mark.django_db
NOW = grid.NOW
BEGINS = NOW + timedelta(days=3)
ENDS = BEGINS + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _office(db) -> None:
    grid.build()
    seeding.load_settings(NOW)


def draft(actor: Actor, **more) -> PlannedWork:
    values = {
        "directorate_id": 1, "element": Element("FEEDER", "F0"), "reason": "maintenance",
        "begins_at": BEGINS, "ends_at": ENDS, "actor": actor, "now": NOW,
    }  # fmt: skip
    return services.draft_work(**values | more)


def announced(engineer: Actor, supervisor: Actor, **more) -> PlannedWork:
    work = draft(engineer, **more)
    return services.announce_work(work_id=work.id, actor=supervisor, now=NOW)


def changes(work: PlannedWork) -> list[tuple[int, str]]:
    return list(work.changes.order_by("sequence").values_list("sequence", "kind"))


def test_it_is_announced_by_another_person_and_says_whom_it_concerns(engineer, supervisor) -> None:
    work = draft(engineer)
    assert (work.state, work.customers, work.feeders) == ("DRAFT", 6 * grid.CUSTOMERS, ["F0"])
    with pytest.raises(services.UnableToPlanWork):
        services.announce_work(work_id=work.id, actor=engineer, now=NOW)
    work = services.announce_work(work_id=work.id, actor=supervisor, now=NOW)
    assert (work.state, work.is_short_notice) == ("ANNOUNCED", False)
    with pytest.raises(services.UnableToPlanWork):
        services.announce_work(work_id=work.id, actor=supervisor, now=NOW)
    assert changes(work) == [(0, "ANNOUNCED")]
    # Announced is not off.
    assert not Outage.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"begins_at": NOW}, {"ends_at": BEGINS}, {"ends_at": BEGINS + timedelta(hours=25)},
        {"reason": "because"}, {"reason": "not_carried_out"}, {"element": Element("FEEDER", "F9")},
        {"actor": Actor.system()},
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(engineer, wrong) -> None:
    with pytest.raises(services.UnableToPlanWork):
        draft(wrong.pop("actor", engineer), **wrong)


def test_the_minimum_notice_holds_for_all_but_danger(engineer, supervisor) -> None:
    soon = {"begins_at": NOW + timedelta(hours=47), "ends_at": NOW + timedelta(hours=49)}
    with pytest.raises(services.UnableToPlanWork, match="48"):
        announced(engineer, supervisor, **soon)
    work = announced(engineer, supervisor, reason="danger", **soon)
    assert work.is_short_notice
    on_time = {"begins_at": NOW + timedelta(hours=48), "ends_at": NOW + timedelta(hours=49)}
    other = announced(engineer, supervisor, element=Element("FEEDER", "F1"), **on_time)
    assert not other.is_short_notice


def test_two_works_of_an_element_do_not_overlap(engineer, supervisor) -> None:
    announced(engineer, supervisor)
    with pytest.raises(services.UnableToPlanWork):
        announced(
            engineer,
            supervisor,
            begins_at=ENDS - timedelta(minutes=1),
            ends_at=ENDS + timedelta(hours=1),
        )
    announced(engineer, supervisor, begins_at=ENDS, ends_at=ENDS + timedelta(hours=1))


def test_the_desk_starts_extends_and_ends_it_and_the_indices_count_what_was(
    engineer, supervisor
) -> None:
    work = announced(engineer, supervisor)
    with pytest.raises(services.UnableToPlanWork):
        services.start_work(work_id=work.id, at=BEGINS, actor=engineer, now=BEGINS - timedelta(minutes=1))  # fmt: skip
    late = BEGINS + timedelta(minutes=20)
    work = services.start_work(work_id=work.id, at=late, actor=engineer, now=late)
    assert work.outage is not None
    assert (work.outage.cause, work.outage.began_at, work.outage.expected_at) == ("PLANNED", late, ENDS)  # fmt: skip
    longer = ENDS + timedelta(hours=1)
    work = services.extend_work(work_id=work.id, ends_at=longer, actor=engineer, now=ENDS)
    assert (work.ends_at, work.promised_end_at, work.outage.expected_at) == (longer, ENDS, longer)
    over = ENDS + timedelta(minutes=50)
    work = services.end_work(work_id=work.id, at=over, actor=engineer, now=over)
    jobs.drain(over)
    work.refresh_from_db()
    assert (work.state, work.ended_at) == ("DONE", over)
    assert changes(work) == [(0, "ANNOUNCED"), (1, "STARTED"), (2, "MOVED"), (3, "DONE")]
    told = selectors.interruptions(1, BEGINS - timedelta(days=1), over)
    assert {(each.interruption.start, each.interruption.end) for each in told} == {(late, over)}
    assert {each.interruption.cause for each in told} == {"PLANNED"}


def test_the_outage_desk_moves_the_work_too(engineer, supervisor) -> None:
    work = announced(engineer, supervisor)
    work = services.start_work(work_id=work.id, at=BEGINS, actor=engineer, now=BEGINS)
    services.confirm_outage(
        outage_id=work.outage_id, actor=engineer, now=BEGINS, expected_at=ENDS + timedelta(hours=2)
    )
    jobs.drain(BEGINS)
    work.refresh_from_db()
    assert work.ends_at == ENDS + timedelta(hours=2)
    services.restore(outage_id=work.outage_id, at=ENDS, actor=engineer, now=ENDS)
    jobs.drain(ENDS)
    work.refresh_from_db()
    assert (work.state, work.ended_at) == ("DONE", ENDS)


def test_signs_from_homes_begin_it_unconfirmed(engineer, supervisor) -> None:
    work = announced(engineer, supervisor)
    at = BEGINS + timedelta(minutes=5)
    assert services.tend_works(now=at) == 0
    grid.report("F0-0-0", 1, at=at)
    jobs.drain(at)
    assert services.tend_works(now=at) == 0
    grid.report("F0-1-1", 1, at=at)
    jobs.drain(at)
    assert services.tend_works(now=at) == 1
    work.refresh_from_db()
    assert (work.state, work.is_switched, work.outage.is_confirmed) == ("RUNNING", False, False)
    jobs.drain(at)
    # The signs are explained by it; no fault stands beside it.
    assert grid.open_ones() == {("FEEDER", "F0")}
    work = services.confirm_switched(work_id=work.id, actor=engineer, now=at)
    assert work.is_switched or PlannedWork.objects.get(id=work.id).is_switched


def test_a_fault_that_was_inferred_meanwhile_becomes_the_work(engineer, supervisor) -> None:
    element = Element("TRANSFORMER", "F0-0-0")
    work = announced(engineer, supervisor, element=element)
    grid.report("F0-0-0", 5, at=BEGINS)
    grid.infer(BEGINS)
    inferred = Outage.objects.get(state="OPEN")
    work = services.start_work(work_id=work.id, at=BEGINS, actor=engineer, now=BEGINS)
    assert work.outage_id == inferred.id
    assert Outage.objects.get(state="OPEN").cause == "PLANNED"


def test_what_nobody_switched_was_not_carried_out(engineer, supervisor) -> None:
    work = announced(engineer, supervisor)
    assert services.tend_works(now=ENDS) == 1
    work.refresh_from_db()
    assert (work.state, work.cancel_reason) == ("CANCELLED", "not_carried_out")
    assert services.tend_works(now=ENDS) == 0
    assert not Outage.objects.exists()


def test_cancelling_needs_a_listed_reason(engineer, supervisor) -> None:
    work = announced(engineer, supervisor)
    for wrong in ("", "because", "not_carried_out"):
        with pytest.raises(services.UnableToPlanWork):
            services.cancel_work(work_id=work.id, reason=wrong, actor=engineer, now=NOW)
    work = services.cancel_work(work_id=work.id, reason="weather", actor=engineer, now=NOW)
    assert changes(work) == [(0, "ANNOUNCED"), (1, "CANCELLED")]
    with pytest.raises(services.UnableToPlanWork):
        services.cancel_work(work_id=work.id, reason="weather", actor=engineer, now=NOW)
    with pytest.raises(services.UnableToPlanWork):
        services.start_work(work_id=work.id, at=BEGINS, actor=engineer, now=BEGINS)


def test_the_database_keeps_what_was_announced(engineer, supervisor) -> None:
    work = announced(engineer, supervisor)
    mine = PlannedWork.objects.filter(id=work.id)
    for wrong in (
        {"begins_at": BEGINS + timedelta(hours=1)}, {"promised_end_at": ENDS + timedelta(hours=1)},
        {"element_code": "F1"}, {"customers": 1}, {"announced_by": work.drafted_by},
        {"state": "DRAFT"}, {"state": "DONE"}, {"state": "RUNNING"}, {"reason": "danger"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.delete()
    other = draft(engineer, element=Element("FEEDER", "F1"))
    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedWork.objects.filter(id=other.id).update(
            state="ANNOUNCED", announced_by=other.drafted_by, announced_at=NOW
        )


def test_what_was_told_is_only_added_to(engineer, supervisor) -> None:
    work = announced(engineer, supervisor)
    told: datetime = WorkChange.objects.get(work=work).at
    assert told == NOW
    for change in (
        lambda: WorkChange.objects.update(kind="DONE"),
        lambda: WorkChange.objects.all().delete(),
    ):
        with pytest.raises(Exception, match="only ever added|permission denied"), transaction.atomic():  # fmt: skip
            change()
