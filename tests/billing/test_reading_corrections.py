"""A wrong reading that was accepted gives its place to another, and its bills are made anew."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import people
from wasl.accounts.actors import Actor
from wasl.billing import bill_pages, selectors, services
from wasl.billing.models import Bill, Reading, ReadingCorrection
from wasl.billing.services import UnableToCorrectReading
from wasl.core import scope
from wasl.customers.models import MeterAssignment
from wasl.directorates import seeding
from wasl.events.models import Event

from . import town
from .conftest import NOW
from .cycles import MONTHS, bill_month

TODAY = date(2026, 11, 2)
LATER = NOW + timedelta(hours=1)
ASKS = Actor(kind="STAFF", user_id=uuid4(), role="CASHIER_CONTROLLER", directorate_id=1)
AGREES = Actor(kind="STAFF", user_id=uuid4(), role="SUPERVISOR", directorate_id=1)


def ask(number: str, on: date, figure: int, revision: int = 0, **more) -> ReadingCorrection:
    values = {"reason": ReadingCorrection.Reason.MISREAD, "note": "letter 7", "actor": ASKS} | more
    return services.ask_reading_correction(
        directorate_id=1, account_no=number, read_on=on, revision=revision, register_kwh=figure,
        now=NOW, **values,
    )  # fmt: skip


def decide(asked: ReadingCorrection, actor: Actor = AGREES, is_agreed: bool = True) -> list[Bill]:
    return services.decide_reading_correction(
        directorate_id=1, correction_id=asked.id, is_agreed=is_agreed, actor=actor, now=LATER, today=TODAY,
    )  # fmt: skip


def standing(number: str) -> dict[str, Bill]:
    return {bill.period: bill for bill in selectors.standing_bills(1, number)}


def three_months(number: str, uses: tuple[int, int, int]) -> None:
    """January, February and March, read by a reader and billed."""
    for month, use in enumerate(uses, start=1):
        town.read(number, MONTHS[month], use)
        bill_month(month)


@pytest.fixture
def number(tariffs) -> str:
    return town.build(1)[0]


def test_the_bills_are_as_if_it_had_been_read_right(number: str) -> None:
    three_months(number, (300, 900, 100))
    before = standing(number)
    made = decide(ask(number, MONTHS[2], 700))

    assert [bill.period for bill in made] == ["2026-02", "2026-03"]
    after = standing(number)
    assert [after[f"2026-0{month}"].kwh for month in (1, 2, 3)] == [300, 400, 600]
    assert after["2026-01"].revision == 0
    assert (after["2026-02"].opening_kwh, after["2026-02"].closing_kwh) == (300, 700)
    assert (after["2026-03"].opening_kwh, after["2026-03"].closing_kwh) == (700, 1300)
    assert selectors.balance(1, number) == sum(bill.amount for bill in after.values())
    assert selectors.drifted_balances(1) == []
    # What the cancelled bill was made from can still be seen.
    assert [r.register_kwh for r in bill_pages.readings_of(before["2026-02"])] == [1200]
    assert [r.register_kwh for r in bill_pages.readings_of(after["2026-02"])] == [700]
    event = Event.objects.get(kind="billing.reading.corrected")
    assert event.public == {"reason": "MISREAD"}


class Equality(TestCase):
    def setUp(self) -> None:
        seeding.run(now=NOW)

    @settings(max_examples=6, deadline=None)
    @given(
        uses=st.tuples(*[st.integers(400, 700)] * 3),
        which=st.integers(1, 3),
        # Nothing so odd that the run would hold it back: then there is no bill to compare.
        share=st.floats(0.4, 0.6),
    )
    def test_whatever_was_read_wrong(self, uses, which: int, share: float) -> None:
        with scope.within_system():
            self.check(uses, which, share)

    def check(self, uses, which: int, share: float) -> None:
        wrong, right = town.build(2)
        totals = [sum(uses[:n]) for n in range(4)]
        top = totals[which + 1] if which < 3 else totals[which] + 500
        figure = totals[which - 1] + round((top - totals[which - 1]) * share)
        read = list(totals)
        read[which] = figure
        for number, figures in ((wrong, read), (right, totals)):
            for month in range(1, 4):
                town.read(number, MONTHS[month], figures[month] - figures[month - 1])
        for month in range(1, 4):
            bill_month(month)
        if figure != totals[which]:
            decide(ask(wrong, MONTHS[which], totals[which]))

        one, other = (
            [(b.period, b.kwh, b.energy_amount, b.lines) for b in standing(n).values()]
            for n in (wrong, right)
        )
        assert one == other
        assert selectors.balance(1, wrong) == selectors.balance(1, right)


def test_corrected_twice(number: str) -> None:
    three_months(number, (300, 900, 100))
    decide(ask(number, MONTHS[1], 350))
    decide(ask(number, MONTHS[1], 320, revision=1))

    rows = Reading.objects.filter(account_no=number, read_on=MONTHS[1]).order_by("revision")
    assert [(r.register_kwh, r.status) for r in rows] == [
        (300, "REPLACED"), (350, "REPLACED"), (320, "ACCEPTED"),
    ]  # fmt: skip
    assert [bill.kwh for bill in standing(number).values()] == [100, 880, 320]


def test_the_first_figure_of_a_meter_can_be_corrected(number: str) -> None:
    town.read(number, MONTHS[1], 300)
    bill_month(1)
    (bill,) = decide(ask(number, town.OPENED, 50))

    assert (bill.period, bill.opening_kwh, bill.kwh) == ("2026-01", 50, 250)
    first = Reading.objects.get(account_no=number, source="FIRST", status="ACCEPTED")
    assert (first.register_kwh, first.revision) == (50, 1)
    services.follow_meters(directorate_id=1, account_no=number, now=NOW)
    assert Reading.objects.filter(account_no=number, source="FIRST").count() == 2


def test_it_needs_no_bill(number: str) -> None:
    town.read(number, MONTHS[1], 300)
    assert decide(ask(number, MONTHS[1], 200)) == []
    town.read(number, MONTHS[2], 100)
    bill_month(2)
    assert standing(number)["2026-02"].kwh == 300


def test_two_people_or_nothing(number: str) -> None:
    reader = uuid4()
    town.read(number, MONTHS[1], 300, reader=reader)
    asked = ask(number, MONTHS[1], 200)
    with pytest.raises(UnableToCorrectReading, match="somebody else"):
        decide(asked, ASKS)
    with pytest.raises(UnableToCorrectReading, match="took the readings"):
        decide(asked, Actor(kind="STAFF", user_id=reader, role="SUPERVISOR", directorate_id=1))
    with pytest.raises(UnableToCorrectReading, match="asked for already"):
        ask(number, MONTHS[1], 201)
    assert decide(asked, is_agreed=False) == []
    with pytest.raises(UnableToCorrectReading, match="decided already"):
        decide(asked)
    assert Reading.objects.get(account_no=number, read_on=MONTHS[1]).status == "ACCEPTED"


@pytest.mark.parametrize("figure", [1_200, 250, 999_999])
def test_what_does_not_fit_between_its_neighbours_changes_nothing(number: str, figure: int) -> None:
    """Above the next reading, below the one before, and past all use."""
    three_months(number, (300, 500, 100))
    with pytest.raises(UnableToCorrectReading, match="would be"):
        decide(ask(number, MONTHS[2], figure))

    assert not Reading.objects.filter(status="REPLACED").exists()
    assert [bill.revision for bill in standing(number).values()] == [0, 0, 0]
    assert ReadingCorrection.objects.get().status == "ASKED"


def test_an_estimate_is_no_matter_for_a_correction(number: str) -> None:
    three_months(number, (300, 500, 100))
    bill_month(4)
    estimate = Reading.objects.get(account_no=number, source="ESTIMATE")
    with pytest.raises(UnableToCorrectReading, match="next real reading"):
        ask(number, estimate.read_on, 950)


def test_a_reading_that_waits_on_a_corrected_one_is_entered_again(number: str) -> None:
    town.read(number, MONTHS[1], 300)
    held = services.record_reading(
        directorate_id=1, account_no=number, read_on=MONTHS[2], register_kwh=300 + 28 * 200,
        source=Reading.Source.READER, actor=Actor(kind="STAFF", user_id=uuid4()), now=NOW, today=TODAY,
    )  # fmt: skip
    assert held.status == "HELD"
    decide(ask(number, MONTHS[1], 900))
    values = {
        "directorate_id": 1, "account_no": number, "read_on": MONTHS[2],
        "revision": held.revision, "actor": AGREES, "now": NOW,
    }  # fmt: skip
    with pytest.raises(services.UnableToDecideReading, match="corrected since"):
        services.decide_reading(**values, is_accepted=True)
    again = services.correct_reading(**values, register_kwh=300 + 28 * 200, today=TODAY)
    assert again.consumption_kwh == 5000


def test_the_database_keeps_it(number: str) -> None:
    reader = uuid4()
    town.read(number, MONTHS[1], 300, reader=reader)
    one = Reading.objects.filter(account_no=number, read_on=MONTHS[1])
    for change in (
        {"status": "REPLACED"},
        {"status": "REPLACED", "replaced_by": reader, "replaced_at": NOW},
        {"status": "REPLACED", "replaced_by": uuid4(), "replaced_at": NOW, "register_kwh": 5},
        {"status": "REPLACED", "replaced_by": uuid4(), "replaced_at": NOW, "consumption_kwh": 5},
        {"replaced_by": uuid4(), "replaced_at": NOW},
        {"status": "REJECTED"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            one.update(**change)
    asked = ask(number, MONTHS[1], 200)
    same = ReadingCorrection.objects.filter(id=asked.id)
    with pytest.raises(DatabaseError), transaction.atomic():
        same.update(status="REFUSED", decided_by=asked.asked_by, decided_at=NOW)
    decide(asked)
    for act in (same.delete, lambda: same.update(note="x"), lambda: one.update(status="ACCEPTED")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_an_exchanged_meter_went_round(number: str) -> None:
    """The last figure of the old meter is lower than its first, and audited like any other."""
    decide(ask(number, town.OPENED, 999_000))
    MeterAssignment.objects.filter(account_no=number).update(
        first_reading_kwh=999_000, valid_to=NOW.replace(month=2, day=1), final_reading_kwh=400
    )
    services.follow_meters(directorate_id=1, account_no=number, now=NOW)

    last = Reading.objects.get(account_no=number, source="FINAL")
    assert (last.status, last.code, last.consumption_kwh) == ("ACCEPTED", 8, 1400)


# --- the pages


@pytest.fixture
def desk(client: Client, number: str) -> Client:
    town.read(number, MONTHS[1], 300)
    bill_month(1)
    client.cookies["wasl_lang"] = "en"
    return people.sign_in(client, people.staff("CASHIER_CONTROLLER", now=NOW))


def page(number: str) -> str:
    return f"/billing/corrections/{number}/{MONTHS[1]}/0/"


def test_one_asks_and_another_agrees_on_the_pages(desk: Client, number: str) -> None:
    found = desk.get("/billing/corrections/", {"account_no": number}).content.decode()
    assert page(number) in found
    assert desk.get(page(number)).status_code == 200
    assert Event.objects.filter(kind="billing.reading.opened").count() == 1
    sent = desk.post(
        page(number), {"register_kwh": "٢٥٠", "reason": "MISTYPED", "note": "the photograph"}
    )
    assert sent.status_code == 302
    asked = ReadingCorrection.objects.get()
    own = desk.get(page(number)).content.decode()
    assert "Somebody else decides" in own
    assert "decide_correction" not in own
    desk.post(f"/billing/corrections/{asked.id}/agree/")
    assert ReadingCorrection.objects.get().status == "ASKED"

    second = people.sign_in(Client(), people.staff("SUPERVISOR", now=NOW))
    second.cookies["wasl_lang"] = "en"
    assert f"/{asked.id}/agree/" in second.get(page(number)).content.decode()
    answer = second.post(f"/billing/corrections/{asked.id}/agree/", follow=True)
    assert "1 bill was made anew." in answer.content.decode()
    assert standing(number)["2026-01"].kwh == 250


@pytest.mark.parametrize(
    "wrong", [{}, {"register_kwh": "-5"}, {"register_kwh": "5", "reason": "BECAUSE", "note": "x"}]
)
def test_what_is_missing_is_asked_for(desk: Client, number: str, wrong: dict[str, str]) -> None:
    assert desk.post(page(number), {"x": "y", **wrong}).status_code == 422
    assert not ReadingCorrection.objects.exists()


def test_nobody_else_comes_near(desk: Client, number: str) -> None:
    asked = ask(number, MONTHS[1], 200)
    for role in ("INSPECTOR", "AUDITOR"):
        other = people.sign_in(Client(), people.staff(role, now=NOW))
        assert other.get(page(number)).status_code in {403, 404}
        assert other.post(f"/billing/corrections/{asked.id}/agree/").status_code in {403, 404}
    elsewhere = people.sign_in(Client(), people.staff("SUPERVISOR", directorate_id=2, now=NOW))
    assert elsewhere.get(page(number)).status_code == 404
    assert elsewhere.post(f"/billing/corrections/{asked.id}/agree/").status_code == 404
    assert desk.post(f"/billing/corrections/{UUID(int=5)}/agree/").status_code == 404
    assert ReadingCorrection.objects.get().status == "ASKED"


def test_a_day_that_is_none(desk: Client, number: str) -> None:
    assert desk.get(f"/billing/corrections/{number}/yesterday/0/").status_code == 404
    gone = MONTHS[1] + timedelta(days=1)
    assert desk.get(f"/billing/corrections/{number}/{gone}/0/").status_code == 404
