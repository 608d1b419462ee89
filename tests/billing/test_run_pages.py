"""The desk of bill runs, as its people use it."""

import pytest
from django.urls import reverse

from tests.people import sign_in, staff
from wasl.accounts.roles import Role
from wasl.billing.models import Bill, BillRun, BillRunHold
from wasl.core import jobs

from . import town
from .conftest import NOW
from .cycles import MONTHS, bill_month, plan

pytestmark = pytest.mark.django_db


def post(client, name: str, run: BillRun, **data: str):
    step = data.pop("step", None)
    arguments = [run.id, step] if step else [run.id]
    return client.post(reverse(f"billing_desk:{name}", args=arguments), data, follow=True)


def test_from_plan_to_issue_by_two_people(client, accounts: list[str], monkeypatch) -> None:
    planner, second = staff(Role.CASHIER_CONTROLLER), staff(Role.DIRECTOR)
    sign_in(client, planner)
    page = client.post(
        reverse("billing_desk:plan"),
        {"period": "2026-01", "read_from": "2026-01-02", "read_before": "2026-02-02", "issued_on": "2026-02-02"},
        follow=True,
    )  # fmt: skip
    run = BillRun.objects.get()
    assert page["Refresh"] == "3"
    jobs.drain(NOW)
    page = client.get(reverse("billing_desk:run", args=[run.id]))
    assert "21,000" in page.content.decode()
    page = post(client, "move", run, step="approve")
    assert BillRun.objects.get().status == "PREVIEWED"
    sign_in(client, second)
    post(client, "move", run, step="approve")
    jobs.drain(NOW)
    assert BillRun.objects.get().status == "ISSUED"
    assert Bill.objects.count() == 7
    assert "21,000" in client.get(reverse("billing_desk:desk")).content.decode()


def test_a_held_bill_is_decided_on_the_page(client, accounts: list[str]) -> None:
    bill_month(1)
    for number in accounts:
        town.read(number, MONTHS[2], 9000 if number == accounts[0] else 100)
    run = plan(2)
    jobs.drain(NOW)
    sign_in(client, staff(Role.SUPERVISOR))
    page = client.get(reverse("billing_desk:run", args=[run.id]))
    assert accounts[0] in page.content.decode()
    post(client, "decide", run, account_no=accounts[0], decision="RELEASED")
    assert BillRunHold.objects.get().decision == "RELEASED"
    nobody = client.post(
        reverse("billing_desk:decide", args=[run.id]), {"account_no": "1", "decision": "RELEASED"}
    )
    assert nobody.status_code == 404


def test_a_wrong_month_is_said_and_nothing_planned(client, accounts: list[str]) -> None:
    sign_in(client, staff(Role.SUPERVISOR))
    page = client.post(
        reverse("billing_desk:plan"),
        {"period": "2026-13", "read_from": "2026-02-02", "read_before": "2026-01-02", "issued_on": "2026-02-02"},
    )  # fmt: skip
    assert page.status_code == 422
    assert not BillRun.objects.exists()


def test_another_directorates_run_is_nobodys(client, accounts: list[str]) -> None:
    run = plan(1)
    sign_in(client, staff(Role.SUPERVISOR, directorate_id=2))
    assert client.get(reverse("billing_desk:run", args=[run.id])).status_code == 404
    assert client.post(reverse("billing_desk:move", args=[run.id, "cancel"])).status_code == 404
