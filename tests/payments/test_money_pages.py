"""The desk for money: files taken over, two persons for a match, a day closed, the books shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.payments.test_reconciliation import (  # noqa: F401 (fixtures)
    company_file,
    numbers,
    pay,
    payer,
)
from tests.people import sign_in, staff
from wasl.billing import selectors as billing
from wasl.payments.models import BankEntry, DayClose, Match
from wasl.payments.sandbox.bank import Booking, message

pytestmark = pytest.mark.usefixtures("payer")


@pytest.fixture
def keeper(client, payer):  # noqa: F811
    client.user = staff("CASHIER_CONTROLLER")
    return sign_in(client, client.user)


def send(client, kind: str, content: bytes):
    file = SimpleUploadedFile("file", content)
    return client.post(reverse("money:take_over"), {"kind": kind, "file": file})


def test_from_a_file_to_a_balanced_day(keeper, payer, numbers, settings) -> None:  # noqa: F811
    from django.utils import timezone

    now = timezone.now()
    paid = pay(payer, numbers[0], 15_000, now=now)
    today = timezone.localdate(now)
    settings.WASL_PAYMENT_PROVIDERS = {"sandbox": "wasl.payments.providers.sandbox.SandboxProvider"}
    row = (paid.provider_payment_id, 15_000, 150, "SUCCESS")
    assert send(keeper, "sandbox", company_file(row, day=today)).status_code == 302
    assert send(keeper, "sandbox", company_file(row, day=today)).status_code == 422
    notice = message(
        [
            Booking(amount="14850.000", reference="B1", end_to_end_id=f"sandbox-{today}"),
            Booking(amount="7000.000", reference="B2", text="from Ali"),
        ],
        day=today, number="M1",
    )  # fmt: skip
    assert send(keeper, "bank", notice).status_code == 302
    assert send(keeper, "bank", b"<no/>").status_code == 422

    waiting = keeper.get(reverse("money:queue")).content.decode()
    assert "from Ali" in waiting
    entry = BankEntry.objects.get(entry_reference="B2")
    address = reverse("money:match", args=["bank", entry.id])
    assert keeper.get(address).status_code == 200
    wrong = {"target": "ACCOUNT", "name": "12", "reason": "he says so"}
    assert keeper.post(address, wrong).status_code == 422
    assert keeper.post(address, {**wrong, "name": numbers[1]}).status_code == 302
    assert keeper.get(address).status_code == 404

    match = Match.objects.get(status="PROPOSED")
    decision = reverse("money:decide", args=[match.id])
    page = keeper.get(reverse("money:queue")).content.decode()
    assert 'value="1"' not in page
    keeper.post(decision, {"agreed": "1"})
    assert billing.balance(1, numbers[1]) == 0

    sign_in(keeper, staff("SUPERVISOR"))
    assert 'value="1"' in keeper.get(reverse("money:queue")).content.decode()
    keeper.post(decision, {"agreed": "1"})
    assert billing.balance(1, numbers[1]) == -7_000

    day = reverse("money:day", args=[today.isoformat()])
    assert "w-tag--good" not in keeper.get(day).content.decode()
    keeper.post(day)
    assert DayClose.objects.get().is_balanced
    page = keeper.get(day).content.decode()
    assert "w-tag--bad" not in page
    desk = keeper.get(reverse("money:desk")).content.decode()
    assert "M1" in desk
    trial = keeper.get(reverse("money:trial")).content.decode()
    assert "21,850" in trial


def test_who_only_reads_closes_nothing(client, payer) -> None:  # noqa: F811
    sign_in(client, staff("AUDITOR"))
    day = reverse("money:day", args=["2026-11-02"])
    assert client.get(day).status_code == 200
    assert client.post(day).status_code == 404
    assert client.get(reverse("money:take_over")).status_code == 403
    assert client.get(reverse("money:day", args=["soon"])).status_code == 404


def test_another_directorate_sees_and_decides_nothing(keeper, payer, numbers) -> None:  # noqa: F811
    notice = message([Booking(amount="7000", reference="B2", text="from Ali")],
                     day=pytest.importorskip("datetime").date(2026, 11, 2), number="M1")  # fmt: skip
    send(keeper, "bank", notice)
    entry = BankEntry.objects.get()
    address = reverse("money:match", args=["bank", entry.id])
    keeper.post(address, {"target": "KEPT", "name": "", "reason": "unknown"})
    match = Match.objects.get()

    sign_in(keeper, staff("SUPERVISOR", directorate_id=2))
    assert "from Ali" not in keeper.get(reverse("money:queue")).content.decode()
    assert keeper.get(address).status_code == 404
    assert keeper.post(reverse("money:decide", args=[match.id]), {"agreed": "1"}).status_code == 404
