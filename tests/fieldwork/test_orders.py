"""Orders: what may follow what, who may, and what the phones of crews send in any order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import people
from tests.fieldwork import field
from tests.fieldwork.field import NOW
from wasl.accounts.roles import Role
from wasl.core import jobs
from wasl.events.models import Event
from wasl.fieldwork import services
from wasl.fieldwork.models import CrewMember, FieldAction, OrderStep, WorkOrder
from wasl.fieldwork.models.orders import MOVES, State
from wasl.outages import services as outages
from wasl.outages.models import Outage

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _field(db) -> None:
    field.build()


def walk(order: WorkOrder, to: str) -> None:
    """Bring an order to a state by permitted steps, in the table itself."""
    way = {
        "OPEN": [], "DISPATCHED": ["DISPATCHED"], "ACCEPTED": ["DISPATCHED", "ACCEPTED"],
        "ON_SITE": ["DISPATCHED", "ACCEPTED", "ON_SITE"],
        "MADE_SAFE": ["DISPATCHED", "ACCEPTED", "ON_SITE", "MADE_SAFE"],
        "REPAIRED": ["DISPATCHED", "ACCEPTED", "ON_SITE", "REPAIRED"],
        "CHECKED": ["DISPATCHED", "ACCEPTED", "ON_SITE", "REPAIRED", "CHECKED"],
        "CLOSED": ["DISPATCHED", "ACCEPTED", "ON_SITE", "REPAIRED", "CHECKED", "CLOSED"],
        "CANCELLED": ["CANCELLED"],
    }[to]  # fmt: skip
    for each in way:
        step(order, each)


def step(order: WorkOrder, to: str, *, reason: str | None = None) -> None:
    order.refresh_from_db()
    crew = None if to in {"OPEN", "CANCELLED"} else order.crew or step.crew
    told = ("SUPPLY_BACK" if to == "CANCELLED" else "NO_ACCESS") if crew is None else ""
    with transaction.atomic():
        OrderStep.objects.create(
            order=order, directorate_id=1, sequence=order.sequence + 1, from_state=order.state,
            to_state=to, crew=crew, reason=told if reason is None else reason, at=NOW,
            recorded_at=NOW,
        )  # fmt: skip
    order.refresh_from_db()


@pytest.mark.parametrize("begin", [each for each in State if each != State.NEW])
def test_the_database_permits_these_steps_and_no_others(begin: State) -> None:
    step.crew, _user = field.crew()
    for to in State:
        if to == State.NEW:
            continue
        order = field.order()
        walk(order, begin)
        if (begin, to) in MOVES:
            step(order, to)
            assert order.state == to
        else:
            with pytest.raises(DatabaseError):
                step(order, to)


def test_no_step_is_skipped_repeated_or_undone_and_the_row_is_nobodys_to_write() -> None:
    order, _user = field.dispatched()
    assert order.state == "DISPATCHED"
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkOrder.objects.filter(id=order.id).update(state="CLOSED")
    with pytest.raises(DatabaseError), transaction.atomic():
        order.steps.first().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderStep.objects.create(
            order=order, directorate_id=1, sequence=2, from_state="DISPATCHED",
            to_state="ACCEPTED", crew=order.crew, at=NOW, recorded_at=NOW,
        )  # fmt: skip
    other, _user = field.crew("B")
    with pytest.raises(DatabaseError), transaction.atomic():  # another crew does not accept it
        OrderStep.objects.create(
            order=order, directorate_id=1, sequence=3, from_state="DISPATCHED",
            to_state="ACCEPTED", crew=other, at=NOW, recorded_at=NOW,
        )  # fmt: skip
    with pytest.raises(DatabaseError):
        step(order, "OPEN", reason="")


def test_from_the_outage_to_the_checked_repair() -> None:
    _crew, user = field.crew()
    outage = field.outage("F0-0-0")
    jobs.drain(NOW)
    order = WorkOrder.objects.get(subject_id=outage.id)
    assert (order.state, order.skills, order.customers) == ("DISPATCHED", ["transformer"], 20)
    for number, kind in enumerate(("ACCEPT", "ARRIVE", "SAFE", "REPAIR"), start=1):
        field.send(order, user, kind, at=NOW + number * MINUTE)
    field.send(order, user, "RESTORE", at=NOW + 9 * MINUTE, transformers=["F0-0-0"])
    outage.refresh_from_db()
    order.refresh_from_db()
    assert (outage.state, order.state) == ("RESTORED", "REPAIRED")
    later = NOW + timedelta(hours=1)
    jobs.drain(later)
    order.refresh_from_db()
    assert order.state == "REPAIRED"  # the end of the outage cancels no work that was done
    with pytest.raises(services.UnableToMoveOrder):
        services.check(order_id=order.id, is_good=True, actor=field.of(user), now=later)
    boss = field.actor(Role.ENGINEER)
    services.check(order_id=order.id, is_good=True, actor=boss, now=later)
    assert services.close(order_id=order.id, actor=boss, now=later).state == "CLOSED"
    moved = Event.objects.filter(kind="fieldwork.order.moved").order_by("recorded_at", "id")
    assert {each.data["state"] for each in moved} >= {"OPEN", "DISPATCHED", "CHECKED", "CLOSED"}


def test_a_small_suspicion_sends_nobody_and_a_large_one_does() -> None:
    field.crew()
    single = Outage.objects.create(
        id=uuid4(), directorate_id=1, reference="S", element_kind="SERVICE", element_code="1",
        customers=1, began_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    assert services.follow_outage(outage_id=single.id, now=NOW) is None
    single.customers = 5
    single.save()
    assert services.follow_outage(outage_id=single.id, now=NOW) is not None
    assert WorkOrder.objects.count() == 1
    services.follow_outage(outage_id=single.id, now=NOW)
    assert WorkOrder.objects.count() == 1


def test_supply_that_comes_back_by_itself_calls_the_crew_off() -> None:
    field.crew()
    outage = field.outage()
    jobs.drain(NOW)
    outages.restore(outage_id=outage.id, at=NOW, actor=field.actor(), now=NOW)
    jobs.drain(NOW)
    order = WorkOrder.objects.get(subject_id=outage.id)
    assert order.state == "CANCELLED"
    assert order.steps.order_by("-sequence").first().reason == "SUPPLY_BACK"


def test_a_strangers_phone_is_not_listened_to() -> None:
    order, _user = field.dispatched()
    _other, stranger = field.crew("B")
    with pytest.raises(services.UnableToTakeAction):
        field.send(order, stranger, "ACCEPT", at=NOW)
    assert not FieldAction.objects.exists()


def test_what_contradicts_is_kept_for_a_look_and_nothing_is_lost() -> None:
    order, user = field.dispatched()
    services.cancel(order_id=order.id, reason="OPENED_WRONGLY", actor=field.actor(), now=NOW)
    sent = field.send(order, user, "ACCEPT", at=NOW)
    assert (sent.outcome, bool(sent.why)) == ("LOOK", True)
    boss = field.actor()
    with pytest.raises(services.UnableToTakeAction):
        services.look(directorate_id=1, action_id=sent.id, is_taken=True, actor=boss, now=NOW)
    with pytest.raises(services.UnableToTakeAction):
        services.look(directorate_id=1, action_id=uuid4(), is_taken=True, actor=boss, now=NOW)
    services.look(directorate_id=1, action_id=sent.id, is_taken=False, actor=boss, now=NOW)
    sent.refresh_from_db()
    assert sent.outcome == "DISMISSED"
    with pytest.raises(DatabaseError), transaction.atomic():
        sent.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        FieldAction.objects.filter(id=sent.id).update(kind="REPAIR")


def test_a_gap_is_waited_for_until_a_person_has_looked() -> None:
    order, user = field.dispatched()
    field.send(order, user, "ACCEPT", at=NOW, stream="phone", sequence=1)
    late = field.send(order, user, "SAFE", at=NOW, stream="phone", sequence=3)
    last = field.send(order, user, "REPAIR", at=NOW, stream="phone", sequence=4)
    assert (late.outcome, last.outcome) == ("WAITING", "WAITING")
    with pytest.raises(services.UnableToTakeAction):  # nobody has told yet that they arrived
        services.look(
            directorate_id=1, action_id=late.id, is_taken=True, actor=field.actor(), now=NOW
        )
    field.send(order, user, "ARRIVE", at=NOW)  # told without a counter, from another phone
    services.look(directorate_id=1, action_id=late.id, is_taken=True, actor=field.actor(), now=NOW)
    last.refresh_from_db()
    order.refresh_from_db()
    assert (last.outcome, order.state) == ("DONE", "REPAIRED")


DAY = [
    ("ACCEPT", {}), ("ARRIVE", {}), ("SAFE", {}),
    ("RESTORE", {"transformers": ["F0-0-0"]}), ("USE", {"material": "fuse_mv", "quantity": 2}),
    ("RESTORE", {"transformers": ["F0-0-1", "F0-0-2"]}),
    ("RESTORE", {"transformers": ["F0-1-0", "F0-1-1", "F0-1-2"]}),
    ("SCRAP", {"material": "fuse_mv", "quantity": 1}), ("REPAIR", {}),
]  # fmt: skip


def result(order: WorkOrder) -> tuple[object, ...]:
    order.refresh_from_db()
    steps = list(order.steps.order_by("sequence").values_list("to_state", "at"))
    material = list(order.materials.values_list("material", "issued", "used", "scrapped"))
    ends = list(
        Outage.objects.get(id=order.subject_id).steps.order_by("group").values_list("group", "ended_at")
    )  # fmt: skip
    outcomes = sorted(order.actions.values_list("sequence", "outcome"))
    return order.state, steps, material, ends, outcomes


def day_of_work() -> tuple[WorkOrder, object]:
    _crew, user = field.crew()
    outage = field.outage("F0")
    jobs.drain(NOW)
    order = WorkOrder.objects.get(subject_id=outage.id)
    keeper = field.actor(Role.STORE_KEEPER)
    services.receive(
        directorate_id=1, material="fuse_mv", quantity=9, delivery_no="1", actor=keeper, now=NOW
    )
    asked = services.ask(
        order_id=order.id, material="fuse_mv", quantity=3, actor=field.of(user), now=NOW
    )
    services.issue(
        directorate_id=1, request_id=asked.id, quantity=3, taken_by=user.id, actor=keeper, now=NOW
    )
    return order, user


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(list(range(len(DAY)))), st.permutations(list(range(len(DAY)))))
def test_a_day_sent_shuffled_and_twice_is_the_same_day(first, again) -> None:
    sid = transaction.savepoint()
    order, user = day_of_work()
    ids = [uuid4() for _each in DAY]
    late = NOW + timedelta(hours=9)

    def send(number: int) -> None:
        kind, data = DAY[number]
        field.send(
            order, user, kind, at=NOW + (number + 1) * MINUTE, now=late, stream="phone",
            sequence=number + 1, id=ids[number], **data,
        )  # fmt: skip

    inner = transaction.savepoint()
    for number in range(len(DAY)):
        send(number)
    in_order = result(order)
    assert in_order[0] == "REPAIRED"
    assert {outcome for _n, outcome in in_order[4]} == {"DONE"}
    transaction.savepoint_rollback(inner)
    for number in [*first, *again]:
        send(number)
    assert result(order) == in_order
    transaction.savepoint_rollback(sid)


def test_two_phones_of_one_crew_tell_the_same_step() -> None:
    order, user = field.dispatched()
    for stream in ("one", "other"):
        for number, kind in enumerate(("ACCEPT", "ARRIVE"), start=1):
            sent = field.send(order, user, kind, at=NOW, stream=stream, sequence=number)
            assert sent.outcome == "DONE"
    order.refresh_from_db()
    assert order.state == "ON_SITE"


def test_a_clock_that_runs_ahead_is_taken_for_now() -> None:
    order, user = field.dispatched()
    field.send(order, user, "ACCEPT", at=NOW + timedelta(days=3), now=NOW)
    assert order.steps.get(to_state="ACCEPTED").at == NOW


def test_who_left_the_crew_before_it_had_the_order_sends_nothing() -> None:
    _crew, former = field.crew()
    CrewMember.objects.filter(user=former).update(valid_to=NOW.date() - timedelta(days=30))
    order = field.order()
    services.dispatch(order_id=order.id, now=NOW)
    order.refresh_from_db()
    assert order.state == "OPEN"  # nobody is in it any more
    colleague = people.staff(Role.TECHNICIAN)
    services.add_member(
        directorate_id=1, crew_id=_crew.id, user_id=colleague.id, valid_from=NOW.date(),
        actor=field.actor(), now=NOW,
    )  # fmt: skip
    services.dispatch(order_id=order.id, now=NOW)
    order.refresh_from_db()
    assert order.state == "DISPATCHED"
    for at in (NOW, NOW - timedelta(days=60)):  # a phone says of any time that it was then
        with pytest.raises(services.UnableToTakeAction):
            field.send(order, former, "ACCEPT", at=at, now=NOW)
    assert field.send(order, colleague, "ACCEPT", at=NOW).outcome == "DONE"


def test_who_left_it_meanwhile_is_heard_of_the_time_before_only() -> None:
    order, user = field.dispatched()
    tomorrow = NOW + timedelta(days=1)
    CrewMember.objects.filter(user=user).update(valid_to=tomorrow.date())
    late = field.send(order, user, "ACCEPT", at=NOW, now=tomorrow + MINUTE)
    assert late.outcome == "DONE"  # the phone was without network
    assert field.send(order, user, "ARRIVE", at=tomorrow + MINUTE).outcome == "LOOK"


def test_supply_is_not_back_before_the_crew_had_the_order() -> None:
    """An earlier time on the phone would take hours off the interruption."""
    field.crew()
    outage = field.outage(now=NOW - timedelta(hours=5))
    jobs.drain(NOW)
    order = WorkOrder.objects.get(subject_id=outage.id)
    user = CrewMember.objects.get(crew=order.crew).user
    handed = order.steps.get(to_state="DISPATCHED").at
    assert handed > outage.began_at + timedelta(hours=4)
    sent = field.send(order, user, "RESTORE", at=NOW - timedelta(hours=5), now=NOW + MINUTE)
    assert sent.outcome == "DONE"
    assert Outage.objects.get(id=outage.id).ended_at == handed
