"""The public calculator and the published tariffs."""

import csv
import re

import pytest
from django.test import Client

from wasl.billing import drawings, rating
from wasl.billing.models import TariffBlock

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, tariffs: None) -> Client:
    client.cookies["wasl_lang"] = "en"
    return client


def ask(page: Client, **asked: object):
    return page.get("/bills/calculator/", asked)


@pytest.mark.parametrize(("kwh", "total"), [(1500, "15,000"), (3000, "67,500")])
def test_the_calculator_agrees_with_the_ministrys_own_bills(page, kwh, total) -> None:
    answer = ask(page, tariff="iq-residential-2018", kwh=kwh, days=30)

    assert total in answer.content.decode()
    assert answer.context["answer"]["total"] == int(total.replace(",", ""))


def test_the_calculator_says_what_the_quote_says(page) -> None:
    answer = ask(page, tariff="krg-residential-2025", kwh=1234, days=41).context["answer"]
    quote = rating.quote(
        kwh=1234, stretches=[rating.Stretch(tariff="krg-residential-2025", days=41)]
    )

    assert answer["total"] == quote.total
    used = [block.amount for block in answer["groups"][0].blocks if block.is_used]
    assert used == [line["amount"] for line in quote.lines]


def test_arabic_digits_are_understood(page) -> None:
    answer = ask(page, tariff="iq-residential-2018", kwh="١٥٠٠", days="٣٠")

    assert answer.context["answer"]["total"] == 15_000


@pytest.mark.parametrize(
    "wrong",
    [{"kwh": "many"}, {"kwh": "-1"}, {"days": "0"}, {"days": "99999"}, {"tariff": "none"}, {"kwh": "9" * 30}],
)  # fmt: skip
def test_a_wrong_question_is_answered_with_what_is_wrong(page, wrong) -> None:
    answer = ask(page, **{"tariff": "iq-residential-2018", "kwh": 10, "days": 30} | wrong)

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert answer.context["answer"] is None


def test_blocks_not_reached_are_drawn_as_wide_as_the_days_make_them(page) -> None:
    group = ask(page, tariff="iq-residential-2018", kwh=100, days=45).context["answer"]["groups"][0]

    assert [(block.from_kwh, block.to_kwh) for block in group.blocks] == [
        (0, 2250), (2250, 4500), (4500, 6000), (6000, None),
    ]  # fmt: skip
    assert [block.is_used for block in group.blocks] == [True, False, False, False]


def test_an_unverified_tariff_says_so(page) -> None:
    answer = ask(page, tariff="iq-commercial-2018", kwh=100, days=30).content.decode()
    verified = ask(page, tariff="iq-residential-2018", kwh=100, days=30).content.decode()

    assert "These prices are unverified." in answer
    assert "These prices are unverified." not in verified


def test_tariffs_show_source_basis_and_doubt(page) -> None:
    text = page.get("/bills/tariffs/").content.decode()

    assert text.count(">unverified<") == 5
    assert "Council of Ministers, 2018" in text
    assert text.index("iq-residential-2018") < text.index("Not confirmed")
    assert text.index("iq-commercial-2018") > text.index("Not confirmed")


def test_open_data_holds_every_block(page) -> None:
    data = page.get("/bills/tariffs.json").json()["tariffs"]
    rows = list(csv.DictReader(page.get("/bills/tariffs.csv").content.decode().splitlines()))

    assert sum(len(tariff["blocks"]) for tariff in data) == TariffBlock.objects.count() == len(rows)
    first = next(row for row in rows if row["code"] == "krg-residential-2025")
    assert (first["to_kwh"], first["price_fils"], first["is_verified"]) == ("400", "72000", "True")


def test_a_bar_is_as_full_as_the_block_and_begins_where_writing_begins() -> None:
    block = drawings.Block(from_kwh=0, to_kwh=1000, rate=10, kwh=250, amount=2500)

    def fill(is_rtl: bool) -> tuple[str, str]:
        drawn = drawings.blocks([block], is_rtl=is_rtl, title="t")
        found = re.search(r'w-blocks__fill" x="(\d+)" y="\d+" width="(\d+)"', drawn)
        assert found
        return found.group(1), found.group(2)

    assert fill(False) == ("0", "80")
    assert fill(True) == ("240", "80")


def test_drawings_escape_what_they_are_told() -> None:
    drawn = drawings.months(
        [drawings.Month(label="<script>", kwh=1)], is_rtl=True, title='" onload="x'
    )

    assert "<script>" not in drawn
    assert 'onload="' not in drawn
