"""The rating, against the ministry's own examples and against a second implementation."""

import json
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wasl.billing import rating
from wasl.billing.models import Tariff, TariffBlock
from wasl.billing.rating import Stretch, UnableToFindTariff, UnableToRate
from wasl.directorates import seeding

from .conftest import NOW

FEDERAL = [(0, 1500, 10), (1500, 3000, 35), (3000, 4000, 80), (4000, None, 120)]
REGION = [(0, 400, 72), (400, 800, 108), (800, 1200, 175), (1200, 1600, 265), (1600, None, 350)]
TARIFFS = {"iq-residential-2018": FEDERAL, "krg-residential-2025": REGION}


def by_hand(kwh: int, stretches: list[Stretch]) -> Fraction:
    """The rule in fractions, block by block, as the text of the tariff says it."""
    days, total = sum(each.days for each in stretches), Fraction(0)
    for each in stretches:
        use = Fraction(kwh * each.days, days)
        for lower, upper, price in TARIFFS[each.tariff]:
            low = Fraction(lower * each.days, 30)
            high = use if upper is None else min(use, Fraction(upper * each.days, 30))
            total += max(Fraction(0), high - low) * price
    return total


def ask(kwh: int, days: int, tariff: str = "iq-residential-2018") -> rating.Quote:
    return rating.quote(kwh=kwh, stretches=[Stretch(tariff=tariff, days=days)])


@pytest.mark.usefixtures("tariffs")
class TestExamples:
    @pytest.mark.parametrize(("kwh", "total"), [(1500, 15_000), (3000, 67_500), (0, 0), (1, 10)])
    def test_the_ministrys_own_bills(self, kwh: int, total: int) -> None:
        assert ask(kwh, 30).total == total

    def test_the_regions_own_example_of_stretching(self) -> None:
        month, cycle = (
            ask(kwh, days, "krg-residential-2025") for kwh, days in ((400, 30), (600, 45))
        )
        assert month.total == 400 * 72
        assert cycle.total == 600 * 72
        assert len(month.lines) == len(cycle.lines) == 1

    def test_every_block(self) -> None:
        quote = ask(5000, 30)
        assert [line["amount"] for line in quote.lines] == [15_000, 52_500, 80_000, 120_000]
        assert quote.lines[1] == {
            "part": 1, "tariff": "iq-residential-2018", "block": 2, "from_on": None, "days": 30,
            "from": 1500, "to": 3000, "kwh": 1500, "rate": 35, "amount": 52_500,
        }  # fmt: skip
        assert quote.lines[3]["to"] is None

    def test_nothing_used_is_explained_too(self) -> None:
        assert [line["kwh"] for line in ask(0, 30).lines] == [0]

    @pytest.mark.parametrize(("kwh", "days"), [(-1, 30), (5, 0), (10**10, 30)])
    def test_what_no_bill_can_have(self, kwh: int, days: int) -> None:
        with pytest.raises(UnableToRate):
            ask(kwh, days)

    def test_an_unknown_tariff(self) -> None:
        with pytest.raises(UnableToFindTariff):
            ask(5, 30, "no-such-tariff")

    def test_whole_months(self) -> None:
        tariff = Tariff.objects.create(
            code="months", tariff_class="RESIDENTIAL", valid_from=NOW, proration="MONTHS",
            name_ar="x", name_ckb="x", name_en="x", source="test",
        )  # fmt: skip
        TariffBlock.objects.create(
            tariff=tariff, position=1, from_kwh=0, to_kwh=100, price_fils=10_000
        )
        TariffBlock.objects.create(tariff=tariff, position=2, from_kwh=100, price_fils=20_500)
        assert ask(150, 31, "months").total == 1000 + 1025
        assert ask(150, 61, "months").total == 1500
        assert ask(250, 61, "months").total == 2000 + 1025


@pytest.mark.usefixtures("tariffs")
class TestCommand:
    def test_json(self) -> None:
        out = StringIO()
        words = ["--tariff", "iq-residential-2018", "--kwh", "1500", "--days", "30", "--json"]
        call_command("quote", *words, stdout=out)
        answer = json.loads(out.getvalue())
        assert answer["total"] == 15_000
        assert {"from", "to", "kwh", "rate", "amount"} <= answer["lines"][0].keys()

    def test_a_change_of_tariff(self) -> None:
        out = StringIO()
        names = ["--tariff", "iq-residential-2018:20", "--tariff", "krg-residential-2025:10"]
        call_command("quote", *names, "--kwh", "300", "--json", stdout=out)
        answer = json.loads(out.getvalue())
        assert answer["total"] == 200 * 10 + 100 * 72
        assert [line["days"] for line in answer["lines"]] == [20, 10]

    def test_for_people(self) -> None:
        out = StringIO()
        call_command("quote", "--tariff", "iq-residential-2018", "--kwh", "3000", stdout=out)
        assert out.getvalue().splitlines()[-1] == "67,500 dinars"

    def test_before_the_database_is_made(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DROP TABLE billing_tariffuse, billing_tariffblock, billing_tariff")
            cursor.execute("DROP AGGREGATE billing_lcm(numeric)")
        out = StringIO()
        call_command(
            "quote", "--tariff", "krg-residential-2025", "--kwh", "600", "--days", "45", stdout=out
        )
        assert out.getvalue().splitlines()[-1] == "43,200 dinars"

    def test_what_is_wrong_is_said(self) -> None:
        with pytest.raises(CommandError, match="no tariff"):
            call_command("quote", "--tariff", "none", "--kwh", "1")


class TestAgainstFractions(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        seeding.run(now=NOW)

    @given(
        kwh=st.integers(0, 100_000),
        days=st.lists(
            st.tuples(st.sampled_from(sorted(TARIFFS)), st.integers(1, 200)), min_size=1, max_size=4
        ),
    )
    def test_total_and_lines(self, kwh: int, days: list[tuple[str, int]]) -> None:
        stretches = [Stretch(tariff=name, days=number) for name, number in days]
        quote = rating.quote(kwh=kwh, stretches=stretches)
        wanted = by_hand(kwh, stretches)
        assert quote.total == (2 * wanted.numerator + wanted.denominator) // (
            2 * wanted.denominator
        )
        assert sum(line["amount"] for line in quote.lines) == quote.total
        assert all(line["amount"] >= 0 for line in quote.lines)

    @given(kwh=st.integers(0, 5000), days=st.integers(1, 60), factor=st.integers(2, 6))
    def test_twice_the_use_in_twice_the_days(self, kwh: int, days: int, factor: int) -> None:
        once, often = (ask(kwh * n, days * n, "krg-residential-2025") for n in (1, factor))
        assert abs(often.total - factor * once.total) <= factor
