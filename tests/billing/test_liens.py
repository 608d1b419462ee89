"""The list of liens: three persons, nobody on it unjustly, frozen, told, and released by itself."""

import csv
import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from tests import people
from tests.people import sign_in
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.billing import selectors, services
from wasl.billing.models import Arrears, LienEntry, LienList
from wasl.billing.services import UnableToList
from wasl.core import jobs
from wasl.events.models import Event
from wasl.notifications.models import Message

from . import billed
from .conftest import NOW

pytestmark = pytest.mark.django_db


def actor(role: Role) -> Actor:
    return Actor.for_user(people.staff(role), role, 1)


@pytest.fixture
def clerk(tariffs: None) -> Actor:
    return actor(Role.CASHIER_CONTROLLER)


@pytest.fixture
def supervisor(tariffs: None) -> Actor:
    return actor(Role.SUPERVISOR)


@pytest.fixture
def director(tariffs: None) -> Actor:
    return actor(Role.DIRECTOR)


@pytest.fixture
def debtor(tariffs: None) -> billed.Billed:
    """Who has climbed the whole ladder."""
    made = billed.build(months=14, until=date(2026, 10, 1), unpaid=12)
    Arrears.objects.create(
        directorate_id=1, account_no=made.account_no, stage="LIEN", overdue=300_000,
        due_on=date(2026, 1, 1), reached_on=NOW.date(), moved_at=NOW, is_told=True,
    )  # fmt: skip
    return made


def step(name: str, found: LienList, by: Actor, now=NOW) -> LienList:
    take = {"check": services.check_liens, "approve": services.approve_liens}[name]
    return take(directorate_id=1, list_id=found.id, actor=by, now=now)


def approved(clerk: Actor, supervisor: Actor, director: Actor) -> LienList:
    made = services.propose_liens(directorate_id=1, actor=clerk, now=NOW)
    step("check", made, supervisor)
    return step("approve", made, director)


def test_three_persons_and_each_holder_is_told(debtor, clerk, supervisor, director) -> None:
    found = approved(clerk, supervisor, director)
    jobs.drain(NOW)

    entry = LienEntry.objects.get()
    dues = selectors.dues(1, debtor.account_no, NOW.date())
    assert (entry.account_no, entry.amount) == (debtor.account_no, dues.overdue)
    rows = list(csv.reader(io.StringIO(_taken(found, director).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1] == debtor.holder.full_name or rows[1][1] == ""
    assert rows[1][-1] == str(dues.overdue)
    told = Message.objects.filter(recipient=debtor.holder, template="billing.lien")
    assert told.exists()
    kinds = set(
        Event.objects.filter(kind__startswith="billing.lien").values_list("kind", flat=True)
    )
    assert kinds == {"billing.lien.moved", "billing.lien.listed", "billing.lien.file_taken"}
    moved = Event.objects.get(kind="billing.lien.moved", data__status="APPROVED")
    assert moved.data["sha256"] == found.sha256
    # The names lie encrypted.
    assert (debtor.holder.full_name or "محلة").encode() not in bytes(LienList.objects.get().content)


def _taken(found: LienList, by: Actor) -> bytes:
    return services.open_file(directorate_id=1, list_id=found.id, actor=by, now=NOW)


def test_nobody_does_two_steps(debtor, clerk, supervisor, director) -> None:
    made = services.propose_liens(directorate_id=1, actor=clerk, now=NOW)
    with pytest.raises(UnableToList):
        step("approve", made, director)  # not checked yet
    with pytest.raises(UnableToList):
        step("check", made, clerk)
    step("check", made, director)
    with pytest.raises(UnableToList):
        step("approve", made, director)
    with pytest.raises(UnableToList):
        step("approve", made, actor(Role.SUPERVISOR))
    with pytest.raises(UnableToList):
        services.open_file(directorate_id=1, list_id=made.id, actor=director, now=NOW)
    step("approve", made, actor(Role.DIRECTOR))


def test_the_database_wants_three_persons_too(debtor, clerk) -> None:
    made = services.propose_liens(directorate_id=1, actor=clerk, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        LienList.objects.filter(id=made.id).update(
            status="CHECKED", checked_by=clerk.user_id, checked_at=NOW
        )


def test_who_pays_before_the_approval_drops_off(debtor, clerk, supervisor, director) -> None:
    made = services.propose_liens(directorate_id=1, actor=clerk, now=NOW)
    billed.pay(debtor.account_no, selectors.balance(1, debtor.account_no), NOW.date())
    with pytest.raises(UnableToList, match="nobody"):
        step("check", made, supervisor)
    services.withdraw_liens(directorate_id=1, list_id=made.id, actor=supervisor, now=NOW)
    assert LienEntry.objects.get().left_out == "WITHDRAWN"


def test_leaving_out_wants_a_reason_of_the_list(debtor, clerk) -> None:
    made = services.propose_liens(directorate_id=1, actor=clerk, now=NOW)
    wanted = {"directorate_id": 1, "list_id": made.id, "actor": clerk, "now": NOW}
    for account_no, reason in ((debtor.account_no, "SETTLED"), ("0199999999", "COURT")):
        with pytest.raises(UnableToList):
            services.leave_out(account_no=account_no, reason=reason, **wanted)
    services.leave_out(account_no=debtor.account_no, reason="HARDSHIP", **wanted)
    assert Event.objects.get(kind="billing.lien.left_out").data["reason"] == "HARDSHIP"
    with pytest.raises(UnableToList):
        services.leave_out(account_no=debtor.account_no, reason="HARDSHIP", **wanted)


def test_a_paid_debt_is_released_once_and_told(debtor, clerk, supervisor, director) -> None:
    found = approved(clerk, supervisor, director)
    assert services.release_liens(directorate_id=1, now=NOW) == 0
    billed.pay(debtor.account_no, selectors.balance(1, debtor.account_no), NOW.date())

    assert services.release_liens(directorate_id=1, now=NOW + timedelta(days=1)) == 1
    assert services.release_liens(directorate_id=1, now=NOW + timedelta(days=2)) == 0

    jobs.drain(NOW)
    assert Message.objects.filter(template="billing.lien_released").exists()
    given = services.open_releases(directorate_id=1, list_id=found.id, actor=director, now=NOW)
    assert len(given.decode("utf-8-sig").splitlines()) == 2


def test_a_debt_stands_on_one_list_only(debtor, clerk, supervisor, director) -> None:
    approved(clerk, supervisor, director)
    with pytest.raises(UnableToList, match="nobody"):
        services.propose_liens(directorate_id=1, actor=clerk, now=NOW)


def test_an_approved_list_stays_as_it_is(debtor, clerk, supervisor, director) -> None:
    approved(clerk, supervisor, director)
    for change in (
        lambda: LienList.objects.update(sha256="0" * 64),
        lambda: LienEntry.objects.update(amount=1),
        lambda: LienEntry.objects.update(left_out="COURT"),
        lambda: LienEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_name_is_no_formula(debtor, clerk, supervisor, director) -> None:
    debtor.holder.full_name = "=HYPERLINK(1)"
    debtor.holder.save(update_fields=["full_name"])
    found = approved(clerk, supervisor, director)
    rows = list(csv.reader(io.StringIO(_taken(found, director).decode("utf-8-sig"))))
    assert rows[1][1] == "'=HYPERLINK(1)"


def test_the_way_through_the_pages(debtor) -> None:
    hands = {
        role: sign_in(Client(), people.staff(role))
        for role in (Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR)
    }
    desk = reverse("billing_desk:liens")
    assert "حساب واحد بلغ هذه المرحلة" in hands[Role.AUDITOR].get(desk).content.decode()
    answer = hands[Role.CASHIER_CONTROLLER].post(reverse("billing_desk:propose_liens"))
    page = answer["Location"]
    found = LienList.objects.get()
    for role, name in ((Role.SUPERVISOR, "check"), (Role.DIRECTOR, "approve")):
        assert f"/{name}/" in hands[role].get(page).content.decode()
        assert f"/{name}/" not in hands[Role.CASHIER_CONTROLLER].get(page).content.decode()
        hands[role].post(reverse("billing_desk:move_liens", args=[found.id, name]))
    taken = reverse("billing_desk:take_liens", args=[found.id, "list"])
    assert hands[Role.SUPERVISOR].post(taken).status_code == 403
    answer = hands[Role.DIRECTOR].post(taken)
    assert answer["Content-Type"].startswith("text/csv")
    assert (
        hands[Role.DIRECTOR].get(reverse("billing_desk:lien_list", args=[uuid4()])).status_code
        == 404
    )
    assert LienList.objects.get().status == "APPROVED"
    assert "/approve/" not in hands[Role.DIRECTOR].get(page).content.decode()
