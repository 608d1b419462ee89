"""Companies' files and the bank beside our books: matched with reasons, once, and to the dinar."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import people
from tests.billing import town
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import selectors as billing
from wasl.core import identifiers, jobs
from wasl.customers.models import Account
from wasl.directorates import seeding
from wasl.events.models import Event
from wasl.payments import providers, services, states
from wasl.payments.company_files import UnableToReadCompanyFile
from wasl.payments.models import (
    BankEntry,
    BankStatement,
    CompanyLine,
    DayClose,
    Match,
    PaymentIntent,
    Settlement,
)
from wasl.payments.sandbox.bank import Booking, message
from wasl.payments.services import Choice
from wasl.payments.services.settlement import apply_answer

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
PROVIDER = "sandbox"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def clerk(name: int) -> Actor:
    return Actor(kind="STAFF", user_id=people.staff("CASHIER_CONTROLLER").id, directorate_id=1)


@pytest.fixture
def payer(db, settings) -> User:
    settings.WASL_DEMO = True
    seeding.run(now=NOW)
    return people.citizen()


@pytest.fixture
def one(payer) -> Actor:
    return clerk(1)


@pytest.fixture
def other(payer) -> Actor:
    return clerk(2)


@pytest.fixture
def numbers(payer: User) -> list[str]:
    made = town.build(3)
    Account.objects.filter(account_no__in=made[:2]).update(holder_id=payer.id)
    return made


def pay(payer: User, number: str, amount: int, fee: int = 0, now: datetime = NOW) -> Settlement:
    """A payment through the company, whose answer names its fee."""
    asked = services.open_basket(
        payer=payer, choices=[Choice(account_no=number, amount=amount)], now=now
    )
    key = uuid4()
    intent = PaymentIntent.objects.create(
        id=identifiers.new_id(now), request=asked, directorate_id=1, payer_id=payer.id,
        provider=PROVIDER, provider_payment_id=f"P-{key}", key=key, amount=amount,
        state=states.INITIATED, created_at=now, expires_at=now + timedelta(minutes=15),
    )  # fmt: skip
    answer = providers.ProviderStatus(
        status=providers.Status.SUCCEEDED, raw_status="SUCCESS", key=str(key), amount=amount,
        provider_payment_id=f"P-{key}", currency="IQD", fee_amount=fee,
    )  # fmt: skip
    apply_answer(intent_id=intent.id, answer=answer, now=now)
    return Settlement.objects.get(intent=intent)


def company_file(*rows: tuple[str, int, int, str], day: date = DAY) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ["payment_id", "merchant_reference", "amount", "fee", "currency", "time", "status"]
    )
    for payment_id, amount, fee, status in rows:
        table.writerow([payment_id, "", amount, fee, "IQD", f"{day}T10:00:00+03:00", status])
    return out.getvalue().encode()


def take(content: bytes, by: Actor, now: datetime = NOW):
    return services.import_company_file(
        directorate_id=1, provider=PROVIDER, name="day.csv", content=content, actor=by, now=now
    )


def bank(*bookings: Booking, by: Actor, number: str = "M1", now: datetime = NOW, **values):
    if "opening" not in values and "054" not in values.get("version", ""):
        booked = BankEntry.objects.filter(status="BOOK").aggregate(sum=Sum("amount"))
        values["opening"] = booked["sum"] or 0
    now += timedelta(seconds=BankStatement.objects.count())  # one after the other
    content = message(bookings, day=now.date(), number=number, **values)
    (made,) = services.import_bank_file(
        directorate_id=1, name="bank.xml", content=content, actor=by, now=now
    )
    return made


def books(day: date = DAY) -> dict[str, int]:
    return {line.ledger_account: line.balance for line in billing.trial_balance(1, day)}


def close(by: Actor, now: datetime = NOW) -> DayClose:
    return services.close_day(directorate_id=1, day=now.date(), actor=by, now=now)


def differences(closed: DayClose) -> dict[str, int]:
    return {
        check["code"]: check["books"] - check["other"]
        for check in closed.checks
        if check["books"] != check["other"]
    }


def test_a_day_from_payment_to_bank_balances(payer, numbers, one) -> None:
    first, second = pay(payer, numbers[0], 15_000, fee=150), pay(payer, numbers[1], 20_000)
    assert close(one).is_balanced

    file = take(
        company_file(
            (first.provider_payment_id, 15_000, 150, "SUCCESS"),
            (second.provider_payment_id, 20_000, 200, "SUCCESS"),
        ),
        one,
    )
    assert file.net_amount == 34_650
    assert not CompanyLine.objects.exclude(problem="").exists()
    assert books()["COMPANY_FEES"] == 350
    assert books()["CLEARING"] == 34_650
    closed = close(one)
    assert closed.is_balanced
    clearing = next(c for c in closed.checks if c["code"] == "CLEARING")
    assert clearing["items"] == [{"code": "FILE_NOT_PAID", "count": 2, "amount": 34_650}]

    bank(
        Booking(amount="34650.000", reference="B1", text=f"PAYOUT {file.payout_reference}"), by=one
    )
    assert books()["CLEARING"] == 0
    assert books()["BANK"] == 34_650
    assert Match.objects.get().basis == "FREE_TEXT"
    closed = close(one)
    assert closed.is_balanced
    assert closed.revision == 3
    assert Event.objects.filter(kind="payments.day.closed").count() == 3


def test_money_at_the_bank_goes_to_the_account_that_it_names(payer, numbers, one) -> None:
    a, b, c = numbers
    bank(
        Booking(amount="1000.000", reference="1", structured=f"RF18{a}", text=b),
        Booking(amount="2000", reference="2", end_to_end_id=b, text=c),
        Booking(amount="3000", reference="3", text=f"حساب {c[:2]}-{c[2:9]}-{c[9:]} شكرا"),
        Booking(amount="4000", reference="4", text="thanks"),
        Booking(amount="5000", reference="5", text=f"{a} and {b}"),
        Booking(amount="6000", reference="6", text=a[:-1] + str((int(a[-1]) + 1) % 10)),
        Booking(amount="700.500", reference="7", text=a),
        Booking(amount="8000", reference="8", text=a, status="PDNG"),
        by=one,
    )  # fmt: skip

    assert [billing.balance(1, number) for number in numbers] == [-1000, -2000, -3000]
    found = {entry.entry_reference: entry.problem for entry in BankEntry.objects.all()}
    assert found == {
        "1": "", "2": "", "3": "", "4": "UNMATCHED", "5": "AMBIGUOUS", "6": "UNMATCHED",
        "7": "FRACTION", "8": "NOT_BOOKED",
    }  # fmt: skip
    assert set(Match.objects.values_list("basis", flat=True)) == {
        "STRUCTURED", "END_TO_END", "FREE_TEXT",
    }  # fmt: skip
    assert books() == {"BANK": 21_000, "RECEIVABLE": -6_000, "UNALLOCATED": -15_000}
    assert Event.objects.filter(kind="payments.account.paid").count() == 3
    closed = close(one)
    assert closed.is_balanced
    kept = next(c for c in closed.checks if c["code"] == "UNALLOCATED")
    assert kept["items"] == [{"code": "BANK_UNMATCHED", "count": 3, "amount": 15_000}]


def test_what_the_bank_says_again_is_not_money_again(payer, numbers, one) -> None:
    booking = Booking(amount="1000", reference="B1", text=numbers[0])
    batch = Booking(
        amount="500", reference="B2",
        parts=[Booking(amount="200", reference="t1"), Booking(amount="300", reference="t2")],
    )  # fmt: skip
    bank(booking, batch, by=one, number="notice", version="camt.054.001.08")
    again = bank(
        booking, batch, Booking(amount="50", reference="B3"), by=one, number="statement", opening=0,
    )  # fmt: skip

    assert again.known_count == 3
    assert books()["BANK"] == 1550
    with pytest.raises(services.UnableToImportStatement, match="before"):
        bank(booking, by=one, number="statement")
    # Two equal amounts on one day without any reference are two, within one message.
    bank(Booking(amount="10"), Booking(amount="10"), by=one, number="cash")
    assert books()["BANK"] == 1570
    assert close(one).is_balanced


def test_all_of_a_message_or_nothing(payer, numbers, one) -> None:
    twice = Booking(amount="1000", reference="same", text=numbers[0])
    with pytest.raises(services.UnableToImportStatement, match="twice"):
        bank(twice, twice, by=one)

    assert books() == {}
    assert not BankEntry.objects.exists()


def test_a_reversal_takes_back_what_it_names_and_nothing_else(payer, numbers, one) -> None:
    bank(Booking(amount="1000", reference="B1", end_to_end_id="E1", text=numbers[0]), by=one)
    bank(
        Booking(amount="-1000", reference="B2", end_to_end_id="E1", text=numbers[1], is_reversal=True),
        Booking(amount="-300", reference="B3", text=numbers[1], is_reversal=True),
        by=one, number="M2",
    )  # fmt: skip

    assert [billing.balance(1, number) for number in numbers] == [0, 0, 0]
    assert BankEntry.objects.get(entry_reference="B3").problem == "REVERSAL"
    assert books()["UNALLOCATED"] == 300
    assert close(one).is_balanced


def test_a_payout_of_another_amount_or_twice_is_for_persons(payer, numbers, one) -> None:
    paid = pay(payer, numbers[0], 15_000)
    file = take(company_file((paid.provider_payment_id, 15_000, 100, "SUCCESS")), one)
    name = file.payout_reference
    bank(Booking(amount="14000", reference="1", end_to_end_id=name), by=one)
    bank(Booking(amount="14900", reference="2", end_to_end_id=name), by=one, number="M2")
    bank(Booking(amount="14900", reference="3", end_to_end_id=name), by=one, number="M3")

    problems = dict(BankEntry.objects.values_list("entry_reference", "problem"))
    assert problems == {"1": "OTHER_AMOUNT", "2": "", "3": "OTHER_AMOUNT"}
    assert books()["CLEARING"] == 0
    assert close(one).is_balanced


def test_lines_that_do_not_fit_say_why(payer, numbers, one) -> None:
    good, odd = pay(payer, numbers[0], 15_000), pay(payer, numbers[1], 20_000)
    take(company_file((good.provider_payment_id, 15_000, 0, "SUCCESS"), day=DAY), one)
    take(
        company_file(
            (good.provider_payment_id, 15_000, 0, "SUCCESS"),
            (odd.provider_payment_id, 21_000, 0, "SUCCESS"),
            ("nobody's", 5_000, 0, "SUCCESS"),
            (good.provider_payment_id, -15_000, 0, "REFUND"),
            ("", 7, 0, "SUCCESS"),
            ("pending", 9, 0, "PENDING"),
        ),
        one,
    )

    assert list(
        CompanyLine.objects.filter(file__lines_count=5)
        .order_by("number")
        .values_list("problem", flat=True)
    ) == ["DUPLICATE", "OTHER_AMOUNT", "UNKNOWN", "REFUND_UNKNOWN", "UNREADABLE"]
    assert close(one).is_balanced
    with pytest.raises(services.UnableToImportFile, match="before"):
        take(company_file((good.provider_payment_id, 15_000, 0, "SUCCESS"), day=DAY), one)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"payment_id,status\n1,SUCCESS\n"])
def test_no_company_writes_so(payer, one, content) -> None:
    with pytest.raises((UnableToReadCompanyFile, services.UnableToImportFile)):
        take(content, one)


def test_a_payment_known_only_to_the_company_is_asked_about_and_matched(
    payer, numbers, one, monkeypatch
) -> None:
    asked = services.open_basket(
        payer=payer, choices=[Choice(account_no=numbers[0], amount=9_000)], now=NOW
    )
    key = uuid4()
    PaymentIntent.objects.create(
        id=identifiers.new_id(NOW), request=asked, directorate_id=1, payer_id=payer.id,
        provider=PROVIDER, provider_payment_id="P-late", key=key, amount=9_000,
        state=states.INITIATED, created_at=NOW, expires_at=NOW,
    )  # fmt: skip

    class Company:
        def confirm(self, provider_payment_id: str) -> providers.ProviderStatus:
            return providers.ProviderStatus(
                status=providers.Status.SUCCEEDED, raw_status="SUCCESS", key=str(key),
                amount=9_000, provider_payment_id=provider_payment_id, currency="IQD",
            )  # fmt: skip

    monkeypatch.setattr(providers, "get", lambda name: Company())
    take(company_file(("P-late", 9_000, 90, "SUCCESS")), one)
    assert CompanyLine.objects.get().problem == "NOT_SETTLED"
    jobs.drain(NOW)
    assert billing.balance(1, numbers[0]) == -9_000

    closed = close(one)
    assert closed.is_balanced
    assert Match.objects.get().target == "SETTLEMENT"
    assert books()["CLEARING"] == 8_910


def test_two_persons_decide_what_the_bank_did_not_say(payer, numbers, one, other) -> None:
    bank(Booking(amount="4000", reference="4", text="thanks"), by=one)
    entry = BankEntry.objects.get()

    def propose(name: str, by: Actor = one) -> Match:
        return services.propose_match(
            directorate_id=1, item=entry, target="ACCOUNT", name=name,
            reason="the customer came with the slip", actor=by, now=NOW,
        )  # fmt: skip

    def decide(match: Match, by: Actor, is_agreed: bool = True) -> Match:
        return services.decide_match(
            directorate_id=1, match_id=match.id, is_agreed=is_agreed, actor=by, now=NOW
        )

    with pytest.raises(services.UnableToMatch):
        propose("0100000018")
    match = propose(numbers[1])
    with pytest.raises(services.UnableToMatch, match="already"):
        propose(numbers[0], other)
    with pytest.raises(services.UnableToDecideMatch, match="somebody else"):
        decide(match, one)
    assert billing.balance(1, numbers[1]) == 0
    decide(match, one, is_agreed=False)
    decide(propose(numbers[1], other), one)
    assert billing.balance(1, numbers[1]) == -4_000
    assert books().get("UNALLOCATED") == 0
    with pytest.raises(services.UnableToMatch, match="already"):
        propose(numbers[0])
    assert close(one).is_balanced


def test_the_database_wants_two_persons_too(payer, numbers, one) -> None:
    bank(Booking(amount="4000", reference="4"), by=one)
    match = services.propose_match(
        directorate_id=1, item=BankEntry.objects.get(), target="KEPT", name="", reason="",
        actor=one, now=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(id=match.id).update(
            status="STANDS", decided_by=one.user_id, decided_at=NOW
        )


def test_a_line_of_another_amount_is_decided_and_the_rest_kept(payer, numbers, one, other) -> None:
    paid = pay(payer, numbers[0], 15_000)
    file = take(
        company_file(
            (paid.provider_payment_id, 16_000, 0, "SUCCESS"), ("who", 5_000, 50, "SUCCESS")
        ),
        one,
    )
    bank(Booking(amount="20950", reference="1", end_to_end_id=file.payout_reference), by=one)
    assert close(one).is_balanced
    for line, target, name in zip(
        CompanyLine.objects.order_by("number"),
        ("SETTLEMENT", "KEPT"),
        (paid.receipt_no, ""),
        strict=True,
    ):
        match = services.propose_match(
            directorate_id=1, item=line, target=target, name=name, reason="", actor=one, now=NOW
        )
        services.decide_match(
            directorate_id=1, match_id=match.id, is_agreed=True, actor=other, now=NOW
        )
    closed = close(one)
    assert closed.is_balanced, differences(closed)
    assert books() == {
        "BANK": 20_950, "CLEARING": 0, "COMPANY_FEES": 50, "RECEIVABLE": -15_000,
        "UNALLOCATED": -6_000,
    }  # fmt: skip


def test_money_that_nobody_can_explain_is_named(payer, numbers, one) -> None:
    pay(payer, numbers[0], 15_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_transfer (directorate_id, entry, line, kind, debit, credit, amount,"
            " bill_key, party, posted_on, recorded_at) VALUES (1, 'by-hand', 0, 'SETTLEMENT', 'BANK',"
            " 'CLEARING', 777, '', 'sandbox', %s, %s)",
            [DAY, NOW],
        )

    closed = close(one)

    assert not closed.is_balanced
    assert differences(closed) == {"CLEARING": -777, "BANK": 777}


def test_a_posting_into_a_closed_day_is_found_out(payer, numbers, one) -> None:
    pay(payer, numbers[0], 15_000)
    close(one)
    later = NOW + timedelta(days=1)
    assert services.close_yesterday(now=later) == 1
    assert close(one, later).is_balanced
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_transfer (directorate_id, entry, line, kind, debit, credit, amount,"
            " account_no, bill_key, party, posted_on, recorded_at) VALUES (1, 'late', 0, 'ADJUSTMENT',"
            " 'RECEIVABLE', 'ADJUSTMENTS', 5, %s, '', '', %s, %s)",
            [numbers[0], DAY, later],
        )

    assert differences(close(one, later)) == {"LAST_CLOSE": 5}


def test_a_missing_statement_is_named(payer, one) -> None:
    bank(Booking(amount="10", reference="1"), by=one, opening=100, closing=110)
    bank(Booking(amount="5", reference="2"), by=one, number="M3", opening=130, closing=135)

    assert differences(close(one)) == {"STATEMENTS": -20}


def test_a_cut_in_the_middle_leaves_nothing(payer, numbers, one, monkeypatch) -> None:
    from wasl.payments.services import bank_statements

    def cut(*_given, **_named):
        raise DatabaseError("the connection broke")

    monkeypatch.setattr(bank_statements, "_record", cut)
    with pytest.raises(DatabaseError), transaction.atomic():
        bank(Booking(amount="1000", reference="1", text=numbers[0]), by=one)
    assert books() == {}
    monkeypatch.undo()
    bank(Booking(amount="1000", reference="1", text=numbers[0]), by=one)
    assert books()["BANK"] == 1000


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_happens_the_day_balances(payer, numbers, one, other, data) -> None:
    """Payments, files that lie, odd entries, in any order: each sum is explained to the dinar."""
    try:
        with transaction.atomic():
            _whatever(payer, numbers, one, other, data)
            raise InterruptedError
    except InterruptedError:
        pass


def _whatever(payer, numbers, one, other, data) -> None:
    amounts = data.draw(st.lists(st.integers(250, 50_000), min_size=1, max_size=4))
    paid = [pay(payer, numbers[n % 3], a, fee=a % 7) for n, a in enumerate(amounts)]
    rows = []
    for each in paid:
        if data.draw(st.booleans()):
            off = data.draw(st.sampled_from([0, 0, 0, 250, -100]))
            rows.append(
                (
                    each.provider_payment_id,
                    each.amount + off,
                    data.draw(st.integers(0, 9)),
                    "SUCCESS",
                )
            )
    if data.draw(st.booleans()):
        rows.append(("stranger", data.draw(st.integers(1, 9_999)), 0, "SUCCESS"))
    file = take(company_file(*rows), one) if rows else None
    bookings = []
    if file and data.draw(st.booleans()) and file.net_amount > 0:
        bookings.append(
            Booking(amount=str(file.net_amount), reference="po", text=file.payout_reference)
        )
    for n, target in enumerate(data.draw(st.lists(st.sampled_from(["", *numbers]), max_size=3))):
        amount = data.draw(st.integers(1, 9_999))
        sign = data.draw(st.sampled_from(["", "-"]))
        bookings.append(Booking(amount=f"{sign}{amount}", reference=f"b{n}", text=target))
    if bookings:
        bank(*bookings, by=one, number=f"m{uuid4().hex[:8]}")
    for item in [*BankEntry.objects.exclude(problem=""), *CompanyLine.objects.exclude(problem="")]:
        if data.draw(st.booleans()):
            kind = data.draw(st.sampled_from(["ACCOUNT", "KEPT", "FEES", "COMPANY", "SETTLEMENT"]))
            names = {"ACCOUNT": numbers[0], "COMPANY": PROVIDER, "SETTLEMENT": paid[0].receipt_no}
            try:
                match = services.propose_match(
                    directorate_id=1, item=item, target=kind, name=names.get(kind, ""), reason="",
                    actor=one, now=NOW,
                )  # fmt: skip
            except services.UnableToMatch:
                continue
            services.decide_match(
                directorate_id=1, match_id=match.id, actor=other, now=NOW,
                is_agreed=data.draw(st.booleans()),
            )  # fmt: skip
    closed = close(one)
    assert differences(closed) == {}
    assert sum(books().values()) == 0
