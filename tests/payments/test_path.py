"""The whole path of a payment, through the sandbox's real HTTP."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import people
from tests.payments.conftest import AMOUNT, CASE, LATER, start
from tests.people import NOW
from wasl.accounts.actors import Actor
from wasl.core import jobs, references, scope
from wasl.events.models import Event
from wasl.notifications.models import Message
from wasl.payments import selectors, services, states
from wasl.payments.models import PaymentIntent, PaymentRequest, ProviderMessage, Settlement
from wasl.payments.providers import CallbackRequest

pytestmark = pytest.mark.django_db


def kinds():
    found = Event.objects.filter(kind__startswith="payments.").order_by("recorded_at", "id")
    return sorted(found.values_list("kind", flat=True))


def intent():
    return PaymentIntent.objects.get()


def callback(company, content, key=None):
    body = b'{"webhook_token": "%s"}' % company.token(content, key).encode()
    request = CallbackRequest(body=body)
    return services.receive_callback(provider="sandbox", request=request, now=LATER)


def test_a_payment_goes_from_request_to_receipt(company, asked, payer):
    page = start(asked)
    before = intent()
    company.press(page)
    callback(company, company.sent[0])
    jobs.drain(LATER)

    asked.refresh_from_db()
    settlement = Settlement.objects.get()
    assert (before.state, before.amount) == (states.INITIATED, AMOUNT)
    assert asked.status == "SETTLED"
    assert selectors.is_settled(asked.id)
    assert selectors.settlement_of(asked.id) == settlement
    assert (settlement.amount, settlement.fee_amount, settlement.is_credit) == (AMOUNT, 625, False)
    assert references.normalise(settlement.receipt_no) == settlement.receipt_no
    assert intent().state == states.SUCCEEDED
    assert kinds() == [
        "payments.intent.started",
        "payments.payment.settled",
        "payments.request.opened",
    ]
    told = Message.objects.get(template="payments.paid", channel="demo_phone")
    assert settlement.receipt_no in told.text
    assert (told.subject_type, told.subject_id, told.recipient) == ("case", CASE, payer)


def test_the_settled_event_is_about_the_subject(company, asked):
    company.press(start(asked))
    services.confirm_intent(intent_id=intent().id, now=LATER)

    event = Event.objects.get(kind="payments.payment.settled")

    assert (event.subject_type, event.subject_id) == ("case", CASE)
    assert event.data == {
        "request": str(asked.id),
        "subject_type": "case",
        "subject_id": str(CASE),
        "purpose": "connections.fee",
        "amount": AMOUNT,
        "provider": "sandbox",
        "receipt": Settlement.objects.get().receipt_no,
    }


def test_a_declined_payment_charges_nobody_and_can_be_tried_again(company, asked):
    company.press(start(asked), "decline")
    services.confirm_intent(intent_id=intent().id, now=LATER)
    failed = intent()

    company.press(start(asked, now=LATER))
    services.confirm_intent(intent_id=selectors.newest_intent(asked.id).id, now=LATER)

    assert (failed.state, failed.failure) == (states.FAILED, "DECLINED")
    assert Settlement.objects.count() == 1
    assert selectors.is_settled(asked.id)


def test_a_lost_callback_is_made_good_by_the_sweep(company, asked):
    answer = company.press(start(asked), "pay-lost")
    assert (answer.status_code, company.sent) == (200, [])

    services.sweep(now=NOW + timedelta(seconds=29))
    too_early = jobs.drain(NOW + timedelta(seconds=29))
    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert too_early == 0
    assert selectors.is_settled(asked.id)


def test_a_callback_that_comes_twice_settles_once(company, asked):
    company.press(start(asked), "pay-twice")

    answers = [callback(company, content) for content in company.sent]
    jobs.drain(LATER)
    again = callback(company, company.sent[0])
    jobs.drain(LATER)

    assert [*answers, again] == [True, False, False]
    assert Settlement.objects.count() == 1
    assert kinds().count("payments.payment.settled") == 1
    assert Message.objects.filter(template="payments.paid", channel="in_app").count() == 1


def test_callbacks_out_of_order_do_not_move_a_payment_back(company, asked):
    company.press(start(asked), "pay-muddled")

    for content in company.sent:
        callback(company, content)
        jobs.drain(LATER)

    assert [content["data"]["currentStatus"] for content in company.sent] == ["SUCCESS", "OTP_SENT"]
    assert intent().state == states.SUCCEEDED


def test_a_callback_is_only_a_hint(company, asked):
    start(asked)
    payment = next(iter(company.app.store.payments.values()))
    from wasl.payments.sandbox.trial_wallet.callbacks import message

    callback(company, message(company.app.store, payment, "PENDING", status="SUCCESS"))
    jobs.drain(LATER)

    assert not selectors.is_settled(asked.id)
    assert not Settlement.objects.exists()


@pytest.mark.parametrize(
    ("trap", "value", "reason"),
    [
        ("amount_offset", -1000, "OTHER_AMOUNT"),
        ("amount_offset", 0.5, "OTHER_AMOUNT"),
        ("currency", "USD", "OTHER_CURRENCY"),
        ("reference", "11111111-1111-4111-8111-111111111111", "OTHER_REFERENCE"),
    ],
)
def test_money_that_does_not_match_goes_to_a_person(company, asked, trap, value, reason):
    company.press(start(asked))
    setattr(company.traps, trap, value)

    services.confirm_intent(intent_id=intent().id, now=LATER)
    setattr(company.traps, trap, type(value)())
    services.confirm_intent(intent_id=intent().id, now=LATER)

    assert (intent().state, intent().failure) == (states.NEEDS_REVIEW, reason)
    assert not Settlement.objects.exists()
    assert "payments.intent.in-review" in kinds()
    assert list(selectors.in_review([1])) == [intent()]
    assert Message.objects.filter(template="payments.in-review", channel="demo_phone").exists()


def test_a_forged_callback_is_refused_and_changes_nothing(company, asked):
    company.press(start(asked))
    from wasl.payments.providers.sandbox import secrets

    for key in ("wrong", secrets.client_secret("a seed for tests"), ""):
        with pytest.raises(services.UnableToBelieveCallback):
            callback(company, company.sent[0], key or "x")
    jobs.drain(LATER)

    assert intent().state == states.INITIATED
    kept = ProviderMessage.objects.filter(is_verified=False)
    assert {message.problem for message in kept} == {"WRONG_SIGNATURE"}
    assert set(kept[0].content) == {"bytes", "sha256"}
    assert callback(company, company.sent[0])


def test_a_forger_cannot_fill_the_table(company, asked):
    for _attempt in range(70):
        with pytest.raises(services.UnableToBelieveCallback):
            services.receive_callback(
                provider="sandbox", request=CallbackRequest(body=b"{}"), now=LATER
            )

    assert ProviderMessage.objects.count() == 60


def test_a_provider_that_is_down_loses_nothing(company, asked, settings):
    settings.WASL_SANDBOX_URL = "http://127.0.0.1:9"

    with pytest.raises(services.UnableToReachProvider) as caught:
        start(asked)

    assert "لم يُخصم منك شيء" in str(caught.value)
    assert intent().state == states.FAILED
    settings.WASL_SANDBOX_URL = company.app.base_url
    company.press(start(asked, now=LATER))
    services.confirm_intent(intent_id=selectors.newest_intent(asked.id).id, now=LATER)
    assert selectors.is_settled(asked.id)


def test_a_provider_that_is_down_when_asked_is_asked_again(company, asked):
    company.press(start(asked), "pay-lost")
    company.traps.fail["inquiry"] = [503, 503]

    for minutes in (1, 2, 10):
        services.sweep(now=NOW + timedelta(minutes=minutes))
        jobs.drain(NOW + timedelta(minutes=minutes))

    assert selectors.is_settled(asked.id)
    assert intent().asked_count == 3


@pytest.mark.parametrize("fault", [{"malformed_inquiry": True}])
def test_an_answer_that_cannot_be_read_settles_nothing(company, asked, fault):
    company.press(start(asked))
    for name, value in fault.items():
        setattr(company.traps, name, value)

    with pytest.raises(services.UnableToAskProvider):
        services.confirm_intent(intent_id=intent().id, now=LATER)

    assert intent().state == states.INITIATED
    assert intent().ask_next_at > LATER


def test_a_lost_answer_to_the_start_is_tied_back_by_the_callback(company, asked):
    company.traps.lose["init"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        start(asked)
    lost = intent()
    payment = next(iter(company.app.store.payments.values()))
    company.press(company.app.page_url(payment))

    callback(company, company.sent[0])
    jobs.drain(LATER)

    assert (lost.state, lost.provider_payment_id) == (states.INIT_UNKNOWN, None)
    assert intent().provider_payment_id == payment.transaction_id
    assert selectors.is_settled(asked.id)


def test_a_lost_answer_that_nobody_follows_up_ends_with_its_time(company, asked):
    company.traps.lose["init"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        start(asked)

    for minutes in (1, 16, 17):
        services.sweep(now=NOW + timedelta(minutes=minutes))
        jobs.drain(NOW + timedelta(minutes=minutes))

    assert intent().state == states.EXPIRED
    assert not selectors.due_for_asking(NOW + timedelta(days=30))


def test_a_double_click_uses_one_attempt(company, asked):
    first, second = start(asked), start(asked)

    assert first == second
    assert PaymentIntent.objects.count() == 1
    assert len(company.app.store.payments) == 1


def test_a_second_click_while_the_first_is_on_its_way_is_told_to_wait(company, asked, monkeypatch):
    from wasl.payments.providers.sandbox import SandboxProvider

    real, clicks = SandboxProvider.start, []

    def slow(self, order):
        if not clicks:
            clicks.append(1)
            with pytest.raises(services.UnableToStartAgain):
                start(asked)
        return real(self, order)

    monkeypatch.setattr(SandboxProvider, "start", slow)

    start(asked)

    assert clicks
    assert PaymentIntent.objects.count() == 1


def test_a_late_success_after_our_expiry_is_credited_to_the_request(company, asked):
    page = start(asked)
    company.press(page, "pay-lost")
    late = NOW + timedelta(minutes=20)
    start(asked, now=late)
    first, second = PaymentIntent.objects.order_by("created_at")

    services.confirm_intent(intent_id=first.id, now=late)

    assert first.state == states.EXPIRED
    assert selectors.is_settled(asked.id)
    assert second.state == states.INITIATED


def test_paying_twice_keeps_the_second_as_credit(company, asked):
    first_page = start(asked)
    late = NOW + timedelta(minutes=16)
    second_page = start(asked, now=late)
    company.press(first_page, "pay-lost")
    company.press(second_page, "pay-lost")

    services.sweep(now=late + timedelta(minutes=1))
    jobs.drain(late + timedelta(minutes=1))

    assert sorted(Settlement.objects.values_list("is_credit", flat=True)) == [False, True]
    assert kinds().count("payments.payment.settled") == 1
    assert kinds().count("payments.payment.credited") == 1


def test_a_cancelled_request_is_not_paid_but_money_that_comes_is_kept(company, asked):
    page = start(asked)
    services.cancel_request(request_id=asked.id, actor=Actor.system(), now=LATER)
    services.cancel_request(request_id=asked.id, actor=Actor.system(), now=LATER)
    with pytest.raises(services.UnableToPay):
        start(asked)

    company.press(page)
    services.confirm_intent(intent_id=intent().id, now=LATER)

    assert Settlement.objects.get().is_credit
    assert not selectors.is_settled(asked.id)
    assert kinds().count("payments.request.cancelled") == 1


def test_a_paid_request_cannot_be_cancelled(company, asked):
    company.press(start(asked))
    services.confirm_intent(intent_id=intent().id, now=LATER)

    with pytest.raises(services.UnableToCancelRequest):
        services.cancel_request(request_id=asked.id, actor=Actor.system(), now=LATER)


def test_an_expired_payment_is_closed_once_the_company_says_so(company, asked):
    start(asked)
    company.app.store.offset += timedelta(minutes=16)

    services.confirm_intent(intent_id=intent().id, now=NOW + timedelta(minutes=16))
    services.sweep(now=NOW + timedelta(days=2))

    assert intent().state == states.EXPIRED
    assert intent().closed_at is not None
    assert jobs.drain(NOW + timedelta(days=2)) == 0


def test_asking_again_returns_the_open_request(asked, payer):
    again = {
        "payer": payer,
        "purpose": "connections.fee",
        "subject": ("case", CASE),
        "directorate_id": 1,
        "now": LATER,
    }

    same = services.request_payment(amount=AMOUNT, **again)
    other = services.request_payment(amount=AMOUNT + 1000, **again)

    asked.refresh_from_db()
    assert same.id == asked.id
    assert (asked.status, other.status) == ("CANCELLED", "OPEN")
    assert selectors.request_for("case", CASE) == other


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_is_asked_for_less_than_a_dinar(payer, amount):
    with pytest.raises(services.UnableToRequestPayment):
        services.request_payment(
            payer=payer,
            purpose="connections.fee",
            subject=("case", CASE),
            amount=amount,
            directorate_id=1,
            now=NOW,
        )


def test_an_unknown_provider_is_refused(asked):
    with pytest.raises(services.UnableToPayThisWay):
        start(asked, provider="zaincash")


@pytest.mark.parametrize(
    "change",
    [
        "state = 'INITIATED'",
        "amount = amount + 1",
        "key = gen_random_uuid()",
        "provider_payment_id = 'other'",
    ],
)
def test_the_database_holds_an_attempt_to_its_course(company, asked, change):
    company.press(start(asked))
    services.confirm_intent(intent_id=intent().id, now=LATER)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_paymentintent SET " + change)


@pytest.mark.parametrize("table", ["payments_settlement", "payments_providermessage"])
@pytest.mark.parametrize("change", ["UPDATE {} SET provider = 'x'", "DELETE FROM {}"])
def test_what_came_in_is_never_changed(company, asked, table, change):
    company.press(start(asked))
    services.confirm_intent(intent_id=intent().id, now=LATER)

    refused = pytest.raises(DatabaseError, match=r"permission denied|only ever added")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


def test_a_paid_request_stays_paid_in_the_database(company, asked):
    company.press(start(asked))
    services.confirm_intent(intent_id=intent().id, now=LATER)

    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentRequest.objects.update(status="OPEN", settled_at=None)


def test_the_ranks_in_python_and_in_the_database_are_the_same():
    with connection.cursor() as cursor:
        for state, rank in states.RANKS.items():
            cursor.execute("SELECT payments_state_rank(%s)", [state])
            assert cursor.fetchone() == (rank,)


def test_rows_are_hidden_from_other_people_and_offices(company, asked, payer):
    company.press(start(asked))
    services.confirm_intent(intent_id=intent().id, now=LATER)
    tables = (PaymentRequest, PaymentIntent, ProviderMessage, Settlement)

    with scope.within_person(people.citizen().id):
        assert [model.objects.count() for model in tables] == [0, 0, 0, 0]
    with scope.within_staff([2]):
        assert [model.objects.count() for model in tables] == [0, 0, 0, 0]
    with scope.within_person(payer.id):
        assert [model.objects.count() for model in tables] == [1, 1, 0, 1]
    with scope.within_case(CASE):
        assert [model.objects.count() for model in tables] == [1, 0, 0, 0]


def test_the_page_address_is_encrypted_at_rest(company, asked):
    page = start(asked)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row(i.*)::text FROM payments_paymentintent i")
        row = cursor.fetchone()[0]

    token = page.split("token=")[1]
    assert token not in row
    assert token.encode().hex() not in row
    assert intent().redirect_url == page


def test_the_demo_pays_along_the_same_path(asked, settings):
    paid = services.settle_for_demo(request_id=asked.id, now=LATER)

    assert paid.state == states.SUCCEEDED
    assert selectors.is_settled(asked.id)
    with pytest.raises(services.UnableToPay):
        services.settle_for_demo(request_id=asked.id, now=LATER)
    settings.WASL_DEMO = False
    with pytest.raises(services.UnableToPayForDemo):
        services.settle_for_demo(request_id=asked.id, now=LATER)
