"""The books of material: the database refuses what does not add up, whoever writes it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.fieldwork import field
from tests.fieldwork.field import NOW
from wasl.accounts.roles import Role
from wasl.events.models import Event
from wasl.fieldwork import selectors, services
from wasl.fieldwork.models import OrderMaterial, OrderStep, SerialItem, StockLevel, StockMove

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _field(db) -> None:
    field.build()


def stocked(material: str = "cable_lv", quantity: int = 100, serial: str = ""):
    """An order in a crew's hands, with material issued to it."""
    order, user = field.dispatched()
    keeper = field.actor(Role.STORE_KEEPER)
    services.receive(
        directorate_id=1, material=material, quantity=quantity, serial=serial, delivery_no="1",
        actor=keeper, now=NOW,
    )  # fmt: skip
    asked = services.ask(
        order_id=order.id, material=material, quantity=quantity, actor=field.of(user), now=NOW
    )
    services.issue(
        directorate_id=1, request_id=asked.id, quantity=quantity, serial=serial,
        taken_by=user.id, actor=keeper, now=NOW,
    )  # fmt: skip
    return order, user, keeper


def repaired(order, user) -> None:
    for kind in ("ACCEPT", "ARRIVE", "REPAIR"):
        field.send(order, user, kind, at=NOW)
    services.check(order_id=order.id, is_good=True, actor=field.actor(Role.ENGINEER), now=NOW)


def test_nothing_is_closed_while_material_is_out() -> None:
    order, user, keeper = stocked()
    field.send(order, user, "USE", at=NOW, material="cable_lv", quantity=90)
    repaired(order, user)
    boss = field.actor(Role.ENGINEER)
    with pytest.raises(services.UnableToMoveOrder):
        services.close(order_id=order.id, actor=boss, now=NOW)
    order.refresh_from_db()
    assert order.state == "CHECKED"
    with pytest.raises(DatabaseError, match="accounted for"), transaction.atomic():
        OrderStep.objects.create(
            order=order, directorate_id=1, sequence=order.sequence + 1, from_state="CHECKED",
            to_state="CLOSED", crew=order.crew, at=NOW, recorded_at=NOW,
        )  # fmt: skip
    services.bring_back(
        order_id=order.id, material="cable_lv", quantity=10, given_by=user.id, actor=keeper, now=NOW
    )
    assert services.close(order_id=order.id, actor=boss, now=NOW).state == "CLOSED"
    assert StockLevel.objects.get(material="cable_lv").quantity == 10
    with pytest.raises(services.UnableToMoveMaterial):  # over is over
        services.bring_back(
            order_id=order.id, material="cable_lv", quantity=1, given_by=user.id, actor=keeper,
            now=NOW,
        )  # fmt: skip


def test_the_books_are_written_by_moves_only() -> None:
    order, _user, _keeper = stocked()
    for table, column in (
        ("stocklevel", "quantity"), ("ordermaterial", "used"), ("ordermaterial", "issued"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE fieldwork_{table} SET {column} = 5")
    with pytest.raises(DatabaseError), transaction.atomic():
        StockMove.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        StockMove.objects.update(quantity=1)
    assert OrderMaterial.objects.get(order=order).issued == 100


def test_no_more_leaves_the_store_than_is_there_and_one_is_not_both_hands() -> None:
    order, user, keeper = stocked()
    asked = services.ask(
        order_id=order.id, material="cable_lv", quantity=5, actor=field.of(user), now=NOW
    )
    with pytest.raises(services.UnableToMoveMaterial):
        services.issue(
            directorate_id=1, request_id=asked.id, quantity=5, taken_by=user.id, actor=keeper,
            now=NOW,
        )  # fmt: skip
    services.receive(
        directorate_id=1, material="cable_lv", quantity=50, delivery_no="2", actor=keeper, now=NOW
    )
    for quantity, taker, giver in (
        (6, user.id, keeper), (5, field.actor(Role.TECHNICIAN).user_id, keeper),
        (5, user.id, field.of(user)),
    ):  # fmt: skip
        with pytest.raises(services.UnableToMoveMaterial):
            services.issue(
                directorate_id=1, request_id=asked.id, quantity=quantity, taken_by=taker,
                actor=giver, now=NOW,
            )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():  # nor without a request
        StockMove.objects.create(
            id=uuid4(), directorate_id=1, kind="ISSUED", material="cable_lv", quantity=1,
            order=order, given_by=keeper.user_id, taken_by=user.id, at=NOW,
        )  # fmt: skip


def test_a_numbered_piece_goes_from_hand_to_hand_and_is_bound_to_its_place() -> None:
    order, user, keeper = stocked("transformer", 1, "T-1")
    assert SerialItem.objects.get(serial="T-1").whereabouts == "ORDER"
    wrong = field.send(order, user, "USE", at=NOW, material="transformer", quantity=1, serial="T-2")
    assert wrong.outcome == "LOOK"
    field.send(order, user, "TAKE_OUT", at=NOW, material="transformer", quantity=1, serial="OLD")
    field.send(order, user, "USE", at=NOW, material="transformer", quantity=1, serial="T-1")
    new, old = SerialItem.objects.get(serial="T-1"), SerialItem.objects.get(serial="OLD")
    assert (new.whereabouts, new.place_code) == ("PLACE", order.reference)
    assert (old.whereabouts, old.order_id) == ("ORDER", order.id)
    told = Event.objects.filter(kind="fieldwork.transformer.changed").order_by("id")
    assert {(each.data["serial"], each.data["what"]) for each in told} == {
        ("OLD", "TAKEN_OUT"), ("T-1", "USED"),
    }  # fmt: skip
    with pytest.raises(services.UnableToMoveMaterial):  # a number is nobody's twice
        services.receive(
            directorate_id=1, material="transformer", quantity=1, serial="T-1", delivery_no="9",
            actor=keeper, now=NOW,
        )  # fmt: skip
    field.send(order, user, "SCRAP", at=NOW, material="transformer", quantity=1, serial="OLD")
    assert SerialItem.objects.get(serial="OLD").whereabouts == "SCRAP"
    repaired(order, user)
    boss = field.actor(Role.ENGINEER)
    assert services.close(order_id=order.id, actor=boss, now=NOW).state == "CLOSED"


def test_quality_sees_what_is_missing_and_too_much_scrap() -> None:
    order, user, _keeper = stocked()
    field.send(order, user, "USE", at=NOW, material="cable_lv", quantity=80)
    field.send(order, user, "SCRAP", at=NOW, material="cable_lv", quantity=5)
    assert selectors.differences(1, NOW + timedelta(hours=23)) == []
    (found,) = selectors.differences(1, NOW + timedelta(hours=25))
    assert (found.missing, found.scrap_over) == (15, 0)
    field.send(order, user, "SCRAP", at=NOW, material="cable_lv", quantity=10)
    (found,) = selectors.differences(1, NOW)
    assert (found.missing, found.scrap_over) == (0, 10)
    assert selectors.differences(2, NOW + timedelta(days=9)) == []


def test_only_who_was_of_the_crew_brings_its_material_back() -> None:
    """The keeper of the store alone could else write that a friend has brought what nobody did."""
    order, user, keeper = stocked()
    friend = field.actor(Role.DOCUMENTS_OFFICER)
    told = {
        "order_id": order.id,
        "material": "cable_lv",
        "quantity": 5,
        "actor": keeper,
        "now": NOW,
    }
    with pytest.raises(services.UnableToMoveMaterial):
        services.bring_back(given_by=friend.user_id, **told)
    assert services.bring_back(given_by=user.id, **told).quantity == 5
