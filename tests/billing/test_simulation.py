"""A tariff change over real bills: who pays how much more; and a tariff from draft to force."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import sign_in, staff
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.billing import rating, services, simulation
from wasl.billing.models import Bill, Tariff, TariffUse, Transfer
from wasl.billing.services import (
    Block,
    Draft,
    UnableToDraftTariff,
    UnableToPublishTariff,
    UnableToPutInForce,
)

from . import billed, town
from .conftest import NOW
from .cycles import MONTHS, bill_month

pytestmark = pytest.mark.django_db
DRAFTER = Actor(kind="STAFF", user_id=uuid4(), role="QUALITY_MINISTRY", directorate_id=90)
SECOND = Actor(kind="STAFF", user_id=uuid4(), role="DIRECTOR", directorate_id=1)
BLOCKS = [Block(to_kwh=1000, price_fils=10_000), Block(to_kwh=None, price_fils=50_000)]
TIME = {"since": date(2025, 1, 1), "until": date(2027, 12, 31)}


def draft(code: str = "iq-new", blocks: list[Block] | None = None, **values: object) -> Tariff:
    given_values = {
        "code": code, "tariff_class": "RESIDENTIAL", "name_ar": "ج", "name_ckb": "ن", "name_en": "New",
        "valid_from": date(2026, 12, 1), "proration": "STRETCH", "base_days": 30,
        "source": "decision", "legal_basis": "Council of Ministers 1/2026", **values,
    }  # fmt: skip
    return services.draft_tariff(
        draft=Draft(**given_values), blocks=blocks or BLOCKS, actor=DRAFTER, now=NOW
    )


def run(*codes: str, directorates: tuple[int, ...] = (1,)) -> simulation.Simulation:
    tariffs = list(Tariff.objects.filter(code__in=codes))
    return simulation.simulate(tariffs=tariffs, directorate_ids=directorates, **TIME)


def used_much() -> None:
    """Seven accounts with two bills each; the first used nothing, each further one 700 kWh more."""
    for order, number in enumerate(town.build(7)):
        town.read(number, MONTHS[1], 700 * order)
        town.read(number, MONTHS[2], 650 * order)
    bill_month(1)
    bill_month(2)


def test_the_same_tariff_changes_nothing(tariffs: None) -> None:
    used_much()
    found = run("iq-residential-2018")
    assert found.whole.bills == 14
    assert found.whole.accounts == 7
    assert found.whole.before == sum(Bill.objects.values_list("energy_amount", flat=True)) > 0
    assert (found.whole.after, found.whole.more, found.whole.less) == (found.whole.before, 0, 0)
    assert [each.accounts for each in found.by_change] == [0, 0, 0, 0, 7, 0, 0, 0, 0, 0]
    assert found.every == 1


@given(kwh=st.lists(st.integers(0, 9000), min_size=1, max_size=4))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_is_what_the_rating_says(tariffs: None, kwh: list[int]) -> None:
    with transaction.atomic():
        draft()
        number = town.build(1, first_read=date(2025, 2, 1))[0]
        begins, wanted = date(2025, 2, 1), 0
        for used in kwh:
            ends = billed.month(begins, 1)
            bill = billed.issue(number, begins, ends, 0, used)
            stretch = rating.Stretch(tariff="iq-new", days=bill.days)
            wanted += rating.quote(kwh=used, stretches=[stretch]).total
            begins = ends
        found = run("iq-new")
        assert (found.whole.after, found.whole.bills) == (wanted, len(kwh))
        same = run("iq-residential-2018")
        assert same.whole.after == same.whole.before == found.whole.before
        transaction.set_rollback(True)


def test_winners_losers_bands_and_no_bill_written(tariffs: None) -> None:
    used_much()
    before = (Bill.objects.count(), Transfer.objects.count())
    draft()
    found = run("iq-new")
    assert (Bill.objects.count(), Transfer.objects.count()) == before
    assert sum(each.accounts for each in found.by_band) == found.whole.accounts == 7
    assert sum(each.after for each in found.by_band) == found.whole.after
    assert sum(each.accounts for each in found.by_change) == 7
    assert found.whole.more == sum(each.accounts for each in found.by_change[5:]) > 0
    assert found.whole.less == sum(each.accounts for each in found.by_change[:4])
    assert [each.key for each in found.by_class] == ["RESIDENTIAL"]
    assert run("iq-new", directorates=(2,)).whole.accounts == 0


def test_a_cancelled_bill_does_not_count(accounts: list[str]) -> None:
    bill_month(1)
    number = accounts[6]
    services.cancel_bill(
        directorate_id=1, account_no=number, period="2026-01", revision=0, reason="WRONG_CLASS",
        asked_by=uuid4(), actor=SECOND, now=NOW,
    )  # fmt: skip
    assert run("iq-residential-2018").whole.bills == 6


def test_an_estimate_given_back_counts_once(billed_account: billed.Billed) -> None:
    number, last = billed_account.account_no, billed_account.last
    ends = billed.month(last.to_on, 1)
    estimate = billed.issue(number, last.to_on, ends, 0, 500, is_estimated=True)
    counted = run("iq-residential-2018").whole.bills
    billed.issue(
        number, last.to_on, billed.month(ends, 1), 0, 900, revision=1, credit=estimate.energy_amount
    )
    assert run("iq-residential-2018").whole.bills == counted


@pytest.mark.parametrize(
    "blocks",
    [
        [Block(to_kwh=100, price_fils=1)],
        [Block(to_kwh=None, price_fils=1), Block(to_kwh=None, price_fils=1)],
        [Block(to_kwh=100, price_fils=1), Block(to_kwh=100, price_fils=2), Block(to_kwh=None, price_fils=3)],
    ],
)  # fmt: skip
def test_blocks_with_a_hole_are_refused(tariffs: None, blocks: list[Block]) -> None:
    with pytest.raises(UnableToDraftTariff):
        draft(blocks=blocks)
    assert not Tariff.objects.filter(code="iq-new").exists()


def test_from_draft_to_force_by_two_people(tariffs: None) -> None:
    draft()
    with pytest.raises(UnableToDraftTariff):
        draft()
    put = {"code": "iq-new", "directorate_ids": [1], "valid_from": date(2026, 12, 1), "now": NOW}
    with pytest.raises(UnableToPutInForce):
        services.put_in_force(actor=SECOND, **put)
    for actor, compared in ((DRAFTER, True), (SECOND, False)):
        with pytest.raises(UnableToPublishTariff):
            services.publish_tariff(code="iq-new", is_compared=compared, actor=actor, now=NOW)
    services.publish_tariff(code="iq-new", is_compared=True, actor=SECOND, now=NOW)
    with pytest.raises(UnableToPutInForce):
        services.put_in_force(actor=SECOND, **{**put, "valid_from": date(2026, 10, 1)})
    services.put_in_force(actor=SECOND, **put)
    with pytest.raises(UnableToPutInForce):
        services.put_in_force(actor=SECOND, **put)
    old = TariffUse.objects.get(directorate_id=1, tariff_id="iq-residential-2018")
    assert old.valid_to == date(2026, 12, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.filter(code="iq-new").update(base_days=31)


def test_the_database_refuses_what_nobody_confirmed(tariffs: None) -> None:
    draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.filter(code="iq-new").update(status="PUBLISHED", published_at=NOW)


FORM = {
    "code": "iq-page", "tariff_class": "RESIDENTIAL", "name_ar": "تعرفة", "name_ckb": "نرخ", "name_en": "Page",
    "valid_from": "2026-12-01", "proration": "STRETCH", "base_days": "30", "source": "s", "legal_basis": "l",
    "blocks": "1000 ١٠\n- 50.5",
}  # fmt: skip


def test_the_pages(client, billed_account: billed.Billed) -> None:
    drafter, second = staff(Role.DIRECTOR), staff(Role.DIRECTOR)
    sign_in(client, drafter)
    page = client.post(reverse("billing_desk:draft_tariff"), FORM, follow=True)
    assert page.status_code == 200
    blocks = Tariff.objects.get(code="iq-page").blocks.order_by("position")
    assert [(b.to_kwh, b.price_fils) for b in blocks] == [(1000, 10_000), (None, 50_500)]
    url = reverse("billing_desk:simulation")
    page = client.get(url, {"tariff": "iq-page", "months": "120"}).content.decode()
    assert "<svg" in page
    csv = client.get(url, {"tariff": "iq-page", "months": "120", "as": "csv"})
    assert csv["Content-Type"].startswith("text/csv")
    assert csv.content.decode().count("\n") > 10
    publish = reverse("billing_desk:publish_tariff", args=["iq-page"])
    client.post(publish, {"is_compared": "on"})
    assert Tariff.objects.get(code="iq-page").status == "DRAFT"
    sign_in(client, second)
    client.post(publish, {})
    assert Tariff.objects.get(code="iq-page").status == "DRAFT"
    client.post(publish, {"is_compared": "on"})
    assert Tariff.objects.get(code="iq-page").status == "PUBLISHED"
    force = reverse("billing_desk:force_tariff", args=["iq-page"])
    client.post(force, {"valid_from": "2027-01-01", "directorates": ["1", "2"]})
    assert not TariffUse.objects.filter(tariff_id="iq-page").exists()
    client.post(force, {"valid_from": "2027-01-01", "directorates": ["1"]})
    assert [u.directorate_id for u in TariffUse.objects.filter(tariff_id="iq-page")] == [1]


def test_a_wrong_form_says_so(client, tariffs: None) -> None:
    sign_in(client, staff(Role.DIRECTOR))
    for wrong in ({"blocks": "1000"}, {"blocks": "a b"}, {"blocks": "500 1"}, {"code": "A b"}):
        page = client.post(reverse("billing_desk:draft_tariff"), FORM | wrong)
        assert page.status_code == 422
    sign_in(client, staff(Role.CASHIER_CONTROLLER))
    assert client.get(reverse("billing_desk:simulation")).status_code == 403


def test_a_file_is_read_as_a_draft(client, tariffs: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = """
[[tariff]]
code = "iq-file"
tariff_class = "COMMERCIAL"
name_ar = "ا"
name_ckb = "ا"
name_en = "F"
valid_from = 2027-01-01
proration = "STRETCH"
source = "s"
legal_basis = "l"
blocks = [{ to = 1000, price = "60" }, { price = "120.25" }]
"""
    sign_in(client, staff(Role.DIRECTOR))
    url = reverse("billing_desk:upload_tariff")
    client.post(url, {"file": SimpleUploadedFile("t.toml", text.encode())})
    blocks = Tariff.objects.get(code="iq-file").blocks.order_by("position")
    assert [b.price_fils for b in blocks] == [60_000, 120_250]
    for wrong in (b"\xff\xfe", b"x = 1", text.replace("60", "sixty").encode()):
        page = client.post(url, {"file": SimpleUploadedFile("t.toml", wrong)})
        assert page.status_code == 422
