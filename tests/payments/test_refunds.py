"""Money given back once, by two persons; and payments where money came, but not as agreed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from tests.payments.test_reconciliation import (  # noqa: F401 (fixtures)
    NOW,
    bank,
    books,
    clerk,
    close,
    company_file,
    differences,
    numbers,
    one,
    other,
    pay,
    payer,
    take,
)
from tests.people import sign_in, staff
from wasl.billing import selectors as billing
from wasl.core import identifiers
from wasl.events.models import Event
from wasl.payments import providers, services, states
from wasl.payments.models import CompanyLine, PaymentIntent, Refund, Review, Settlement
from wasl.payments.services import Choice
from wasl.payments.services.settlement import apply_answer

# ruff: noqa: F811


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class Company:
    """A company that counts how often it was asked to give money back."""

    title = "Company"

    def __init__(self) -> None:
        self.calls: list[tuple[str, int | None]] = []
        self.error: providers.ProviderError | None = None
        self.amount: int | None = None
        self.is_complete = True
        self.back = False

    def refund(self, provider_payment_id, *, reason, amount=None, key=""):
        found = Refund.objects.get(
            settlement__provider_payment_id=provider_payment_id, finished_at=None
        )
        assert found.state == "REFUNDING"  # the record stands before the call
        assert found.called_at is not None
        self.calls.append((provider_payment_id, amount))
        if self.error:
            raise self.error
        return providers.Refunded(
            reference="R1",
            amount=self.amount or amount or found.settlement.amount,
            is_complete=self.is_complete,
        )

    def is_refunded(self, provider_payment_id: str) -> bool:
        return self.back


@pytest.fixture
def company(monkeypatch, payer) -> Company:
    made = Company()
    monkeypatch.setattr(providers, "get", lambda name: made)
    return made


def ask(settlement: Settlement, by, amount: int | None = None) -> Refund:
    return services.request_refund(
        directorate_id=1, receipt_no=settlement.receipt_no, amount=amount, reason="WRONG_ACCOUNT",
        note="typed the neighbour's number", actor=by, now=NOW,
    )  # fmt: skip


def agree(refund: Refund, by, is_agreed: bool = True) -> Refund:
    return services.decide_refund(
        directorate_id=1, refund_id=refund.id, is_agreed=is_agreed, actor=by, now=NOW
    )


def test_two_persons_one_call_and_the_books(payer, numbers, one, other, company) -> None:
    paid = pay(payer, numbers[0], 15_000)
    refund = ask(paid, one)
    with pytest.raises(services.UnableToDecideRefund, match="somebody else"):
        agree(refund, one)
    assert company.calls == []
    done = agree(refund, other)

    assert done.state == "REFUNDED"
    assert company.calls == [(paid.provider_payment_id, None)]
    with pytest.raises(services.UnableToDecideRefund, match="already"):
        agree(refund, other)
    with pytest.raises(services.UnableToRefund, match="under way, or done"):
        ask(paid, one)
    services.sweep_refunds(now=NOW + timedelta(days=1))
    assert len(company.calls) == 1
    assert billing.balance(1, numbers[0]) == 0
    assert books() == {"CLEARING": 0, "RECEIVABLE": 0, "REFUNDS": 0}
    assert close(one).is_balanced
    kinds = Event.objects.filter(kind__startswith="payments.refund").order_by("recorded_at", "id")
    assert {event.kind.rsplit(".", 1)[1] for event in kinds} == {"requested", "agreed", "ended"}


def test_a_refusal_leaves_everything_as_it_was(payer, numbers, one, other, company) -> None:
    paid = pay(payer, numbers[0], 15_000)
    agree(ask(paid, one), other, is_agreed=False)
    assert company.calls == []
    company.error = providers.ProviderError("TOO_LATE", permanent=True)
    done = agree(ask(paid, one), other)

    assert done.state == "REFUND_FAILED"
    assert billing.balance(1, numbers[0]) == -15_000
    assert books()["REFUNDS"] == 0
    assert close(one).is_balanced
    company.error = None
    assert agree(ask(paid, other), one).state == "REFUNDED"


@pytest.mark.parametrize("ends_with", ["query", "went", "stayed"])
def test_a_lost_answer_is_never_tried_again(payer, numbers, one, other, company, ends_with) -> None:
    paid = pay(payer, numbers[0], 15_000)
    company.error = providers.ProviderError("TIMEOUT", permanent=False, may_have_happened=True)
    refund = agree(ask(paid, one), other)
    assert refund.state == "REFUND_UNKNOWN"
    services.sweep_refunds(now=NOW + timedelta(hours=1))
    assert len(company.calls) == 1
    closed = close(one)
    assert closed.is_balanced, differences(closed)
    assert books()["REFUNDS"] == -15_000

    if ends_with == "query":
        company.back = True
        assert services.sweep_refunds(now=NOW + timedelta(hours=2)) == 1
    else:
        answer = {"directorate_id": 1, "refund_id": refund.id, "now": NOW,
                  "was_refunded": ends_with == "went", "resolution": "Ali of the company"}  # fmt: skip
        with pytest.raises(services.UnableToDecideRefund, match="somebody else"):
            services.resolve_refund(actor=other, **answer)
        services.resolve_refund(actor=one, **answer)

    refund.refresh_from_db()
    assert refund.state == ("REFUND_FAILED" if ends_with == "stayed" else "REFUNDED")
    assert billing.balance(1, numbers[0]) == (-15_000 if ends_with == "stayed" else 0)
    assert len(company.calls) == 1


def test_killed_after_the_call(payer, numbers, one, other, company, monkeypatch) -> None:
    """The process dies with the answer in its hand: the record says that a call was made."""
    from wasl.payments.services import refunds

    paid = pay(payer, numbers[0], 15_000)
    refund = ask(paid, one)

    def killed(*_given, **_named):
        raise SystemExit

    monkeypatch.setattr(refunds, "_finish", killed)
    with pytest.raises(SystemExit):
        agree(refund, other)
    monkeypatch.undo()
    monkeypatch.setattr(providers, "get", lambda name: company)

    refund.refresh_from_db()
    assert refund.state == "REFUNDING"
    services.sweep_refunds(now=NOW + timedelta(minutes=5))
    refund.refresh_from_db()
    assert refund.state == "REFUNDING"
    services.sweep_refunds(now=NOW + timedelta(minutes=11))
    refund.refresh_from_db()
    assert refund.state == "REFUND_UNKNOWN"
    assert len(company.calls) == 1


def test_a_part_of_one_account_only(payer, numbers, one, other, company) -> None:
    paid = pay(payer, numbers[0], 15_000)
    with pytest.raises(services.UnableToRefund, match="more than"):
        ask(paid, one, amount=15_001)
    assert agree(ask(paid, one, amount=4_000), other).state == "REFUNDED"
    assert company.calls == [(paid.provider_payment_id, 4_000)]
    assert billing.balance(1, numbers[0]) == -11_000
    assert close(one).is_balanced


def test_an_answer_over_another_amount_is_unclear(payer, numbers, one, other, company) -> None:
    company.amount = 14_000
    assert agree(ask(pay(payer, numbers[0], 15_000), one), other).state == "REFUND_UNKNOWN"


def test_the_company_is_still_at_it(payer, numbers, one, other, company) -> None:
    company.is_complete = False
    refund = agree(ask(pay(payer, numbers[0], 15_000), one), other)
    assert refund.state == "REFUNDING"
    services.sweep_refunds(now=NOW + timedelta(hours=1))
    refund.refresh_from_db()
    assert refund.state == "REFUNDING"
    company.back = True
    assert services.sweep_refunds(now=NOW + timedelta(hours=2)) == 1


def test_the_companys_file_names_the_refund(payer, numbers, one, other, company) -> None:
    paid = pay(payer, numbers[0], 15_000)
    early = ask(paid, one)
    rows = (
        (paid.provider_payment_id, 15_000, 0, "SUCCESS"),
        (paid.provider_payment_id, -15_000, 0, "REFUND"),
    )
    file = take(company_file(*rows), one)
    assert CompanyLine.objects.get(amount__lt=0).problem == "REFUND_UNKNOWN"
    agree(early, other)
    closed = close(one)
    assert closed.is_balanced, differences(closed)
    assert file.net_amount == 0
    again = take(company_file(rows[1]), one)
    assert again.lines.get().problem == "REFUND_UNKNOWN"
    assert close(one).is_balanced


def test_the_database_keeps_a_refund_straight(payer, numbers, one, other, company) -> None:
    refund = ask(pay(payer, numbers[0], 15_000), one)
    for values in (
        {"state": "REFUNDED", "decided_by": other.user_id, "decided_at": NOW, "called_at": NOW},
        {"state": "REFUNDING", "decided_by": one.user_id, "decided_at": NOW, "called_at": NOW},
        {"amount": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Refund.objects.filter(id=refund.id).update(**values)
    agree(refund, other)
    for values in ({"state": "REQUESTED"}, {"called_at": NOW + timedelta(1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Refund.objects.filter(id=refund.id).update(**values)


def in_review(payer, number: str, asked_for: int, came: int) -> PaymentIntent:
    asked = services.open_basket(
        payer=payer, choices=[Choice(account_no=number, amount=asked_for)], now=NOW
    )
    key = uuid4()
    intent = PaymentIntent.objects.create(
        id=identifiers.new_id(NOW), request=asked, directorate_id=1, payer_id=payer.id,
        provider="sandbox", provider_payment_id=f"P-{key}", key=key, amount=asked_for,
        state=states.INITIATED, created_at=NOW, expires_at=NOW,
    )  # fmt: skip
    answer = providers.ProviderStatus(
        status=providers.Status.SUCCEEDED, raw_status="SUCCESS", key=str(key), amount=came,
        provider_payment_id=f"P-{key}", currency="IQD", content={"amount": came},
    )  # fmt: skip
    apply_answer(intent_id=intent.id, answer=answer, now=NOW)
    intent.refresh_from_db()
    assert intent.state == states.NEEDS_REVIEW
    return intent


def propose(intent: PaymentIntent, by, outcome: str = "ACCEPTED", amount: int = 14_000) -> Review:
    return services.propose_review(
        directorate_id=1, intent_id=intent.id, outcome=outcome, amount=amount,
        reason="the company's desk says so", actor=by, now=NOW,
    )  # fmt: skip


def test_two_persons_accept_what_came(payer, numbers, one, other) -> None:
    intent = in_review(payer, numbers[0], 15_000, 14_000)
    review = propose(intent, one)
    with pytest.raises(services.UnableToReview, match="somebody else"):
        services.decide_review(
            directorate_id=1, review_id=review.id, is_agreed=True, actor=one, now=NOW
        )
    assert not Settlement.objects.exists()
    services.decide_review(
        directorate_id=1, review_id=review.id, is_agreed=True, actor=other, now=NOW
    )

    settled = Settlement.objects.get()
    assert (settled.amount, settled.is_credit) == (14_000, True)
    assert billing.balance(1, numbers[0]) == -14_000
    assert close(one).is_balanced
    with pytest.raises(services.UnableToReview):
        propose(intent, one)


def test_no_money_came_and_the_rest_is_as_before(payer, numbers, one, other) -> None:
    intent = in_review(payer, numbers[0], 15_000, 14_000)
    with pytest.raises(services.UnableToReview, match="amount"):
        propose(intent, one, amount=0)
    first = propose(intent, one, "NO_MONEY")
    services.decide_review(
        directorate_id=1, review_id=first.id, is_agreed=False, actor=one, now=NOW
    )
    review = propose(intent, other, "NO_MONEY")
    services.decide_review(
        directorate_id=1, review_id=review.id, is_agreed=True, actor=one, now=NOW
    )
    assert not Settlement.objects.exists()
    assert close(one).is_balanced


def test_the_pages(client, payer, numbers, company) -> None:
    paid = pay(payer, numbers[0], 15_000)
    intent = in_review(payer, numbers[1], 15_000, 14_000)
    sign_in(client, staff("CASHIER_CONTROLLER"))
    new = reverse("money:new_refund")
    wrong = {"receipt_no": paid.receipt_no, "amount": "many", "reason": "PAID_TWICE", "note": "x"}
    assert client.get(new).status_code == 200
    assert client.post(new, wrong).status_code == 422
    made = client.post(new, {**wrong, "amount": "٤٬٠٠٠"})
    assert made.status_code == 302
    page = client.get(made.url).content.decode()
    assert 'value="agree"' not in page
    client.post(made.url, {"step": "agree"})
    assert company.calls == []
    address = reverse("money:review", args=[intent.id])
    assert "14000" in client.get(address).content.decode()
    assert client.post(address, {"outcome": "ACCEPTED", "reason": "x"}).status_code == 422
    sent = client.post(address, {"outcome": "ACCEPTED", "amount": "14,000", "reason": "they say"})
    assert sent.status_code == 302

    sign_in(client, staff("SUPERVISOR"))
    assert 'value="agree"' in client.get(made.url).content.decode()
    client.post(made.url, {"step": "agree"})
    assert company.calls == [(paid.provider_payment_id, 4_000)]
    assert client.get(reverse("money:refunds")).status_code == 200
    review = Review.objects.get()
    client.post(reverse("money:decide_review", args=[review.id]), {"agreed": "1"})
    assert billing.balance(1, numbers[1]) == -14_000
    assert client.get(address).status_code == 404
    assert client.get(reverse("money:reviews")).status_code == 200

    sign_in(client, staff("SUPERVISOR", directorate_id=2))
    assert client.get(made.url).status_code == 404
    sign_in(client, staff("AUDITOR"))
    assert client.post(made.url, {"step": "agree"}).status_code == 404
