"""Instalments in two presses, and changes of debts by two people, on their pages."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people import citizen, sign_in, staff
from wasl.accounts.roles import Role
from wasl.billing import selectors, services
from wasl.billing.models import Adjustment, InstalmentPlan
from wasl.billing.services import Line
from wasl.customers.models import Account

from . import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(tariffs) -> str:
    (made,) = town.build(1)
    services.post(
        directorate_id=1, entry="test", kind="ADJUSTMENT", posted_on=date(2026, 1, 1), now=timezone.now(),
        lines=[Line(debit="RECEIVABLE", credit="ADJUSTMENTS", amount=80_000, account_no=made)],
    )  # fmt: skip
    return made


def test_a_plan_in_two_presses(client: Client, number: str) -> None:
    holder = citizen()
    Account.objects.update(holder_id=holder.id)
    sign_in(client, holder)
    address = reverse("billing:instalments", args=[number])
    assert "80,000" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"count": "9"}).status_code == 422
    client.post(address, {"count": "4"}, follow=True)
    assert len(InstalmentPlan.objects.get().parts) == 4
    assert "20,000" in client.get(address).content.decode()
    sign_in(client, citizen())
    assert client.get(address).status_code == 404


def test_a_change_by_two(client: Client, number: str) -> None:
    sign_in(client, staff(Role.CASHIER_CONTROLLER))
    address = reverse("billing_desk:adjustments")
    form = {"account_no": number, "amount": "-٣٠٬٠٠٠", "reason": "COURT", "note": "12/2026"}
    assert client.post(address, {**form, "amount": "viel"}).status_code == 422
    client.post(address, form)
    asked = Adjustment.objects.get()
    decide = reverse("billing_desk:adjustment", args=[asked.id, "approve"])
    client.post(decide)
    assert selectors.balance(1, number) == 80_000
    sign_in(client, staff(Role.SUPERVISOR))
    client.post(decide)
    assert selectors.balance(1, number) == 50_000
