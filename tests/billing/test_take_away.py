"""What a citizen takes away: the bill on paper, the data as CSV and as Green Button."""

import csv
import io
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests import people
from tests.billing import billed
from wasl.billing import bill_paper, espi, espi_reading, export
from wasl.billing.models import BillCancellation, Reading
from wasl.core.calendars import BAGHDAD

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
HERE = Path(__file__).parent / "espi"


def _schema() -> etree.XMLSchema | None:
    """
    The published schema (NAESB, version 4.0), where it lies beside the project or is named.

    It is not part of the project. Without it the feed's units and its way back are still tested.
    """
    named = os.environ.get("WASL_ESPI_SCHEMA")
    places = [Path(named)] if named else [up / "shared/data/espi/espi.xsd" for up in HERE.parents]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        return None
    text = found.read_bytes()
    own = b'xmlns="http://naesb.org/espi"'
    # The public copy lacks the declaration of its own namespace.
    whole = text if own in text else text.replace(b"<xs:schema", b"<xs:schema " + own, 1)
    return etree.XMLSchema(etree.fromstring(whole))


SCHEMA = _schema()
NAMES = {"a": espi.ATOM, "e": espi.ESPI}


def resources(content: bytes) -> list[etree._Element]:
    return list(etree.fromstring(content).iterfind("a:entry/a:content/*", NAMES))


def require_valid(content: bytes) -> None:
    found = resources(content)
    assert found
    for each in found:
        alone = etree.fromstring(etree.tostring(each))
        assert SCHEMA is None or SCHEMA.validate(alone), SCHEMA.error_log


@pytest.mark.django_db
def test_the_feed_is_valid_and_gives_the_same_readings_back(tariffs) -> None:
    made = billed.build(estimated=2)
    content = export.green_button(billed.account_of(made), now=NOW)

    require_valid(content)
    wanted = [
        (r.basis_on, r.read_on, r.consumption_kwh, r.is_estimate)
        for r in Reading.objects.exclude(source="FIRST").order_by("read_on")
    ]
    found = [(i.from_on, i.to_on, i.kwh, i.is_estimate) for i in espi_reading.read(content)]
    assert found == wanted
    assert len(wanted) == 14


@pytest.mark.django_db
def test_the_feed_speaks_the_standards_units(tariffs) -> None:
    made = billed.build(months=2)
    root = etree.fromstring(export.green_button(billed.account_of(made), now=NOW))

    def first(path: str) -> str | None:
        return root.findtext(f".//{path}", namespaces=NAMES)

    bill = made.bills[0]
    midnight = datetime(2026, 9, 1, tzinfo=BAGHDAD)
    assert first("e:ReadingType/e:uom") == "72"
    assert first("e:ReadingType/e:currency") == "368"
    assert first("e:ReadingType/e:flowDirection") == "1"
    assert first("e:ReadingType/e:accumulationBehaviour") == "4"
    assert first("e:LocalTimeParameters/e:tzOffset") == "10800"
    assert first("e:IntervalReading/e:timePeriod/e:start") == str(int(midnight.timestamp()))
    assert first("e:IntervalReading/e:timePeriod/e:duration") == str(30 * 86400)
    summaries = root.findall(".//e:UsageSummary/e:billLastPeriod", namespaces=NAMES)
    assert str(bill.amount * 100_000) in {each.text for each in summaries}


DAYS = st.integers(0, 4000).map(lambda n: date.fromordinal(date(2016, 1, 1).toordinal() + n))


@given(
    intervals=st.lists(
        st.builds(
            lambda on, days, kwh, is_estimate: espi.Interval(
                from_on=on, to_on=date.fromordinal(on.toordinal() + days), kwh=kwh,
                is_estimate=is_estimate,
            ),
            DAYS, st.integers(1, 400), st.integers(0, 10**9), st.booleans(),
        ),
        min_size=1, max_size=20, unique_by=lambda i: (i.from_on, i.is_estimate),
    ),
    amount=st.integers(-(10**12), 10**12),
)  # fmt: skip
def test_any_readings_survive_the_round_trip(intervals, amount) -> None:
    summary = espi.Summary(
        from_on=intervals[0].from_on, to_on=intervals[0].to_on, kwh=intervals[0].kwh, amount=amount,
        is_estimate=False, tariff="t", issued_at=NOW,
    )  # fmt: skip
    content = espi.feed(
        account_no="0100000017", title="<&>", intervals=intervals, summaries=[summary], now=NOW
    )

    require_valid(content)
    wanted = sorted(intervals, key=lambda each: (each.from_on, each.is_estimate))
    assert espi_reading.read(content) == wanted


def test_a_feed_of_another_utility_is_read() -> None:
    found = espi_reading.read((HERE / "other-utility.xml").read_bytes())

    # 15-minute values in Wh; local midnight in Baghdad decides about the day.
    assert [each.kwh for each in found] == [3]
    assert found[0].from_on == date(2026, 3, 1)


BOMB = b'<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><f>&b;</f>'


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"not xml",
        b"<feed/>",
        BOMB,
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>",
    ],
)
def test_what_is_no_feed_is_refused(wrong: bytes) -> None:
    with pytest.raises(espi_reading.UnableToReadFeed):
        espi_reading.read(wrong)


@pytest.mark.django_db
def test_the_files_hold_every_row(client: Client, tariffs) -> None:
    made = billed.build(months=6, unpaid=2)
    people.sign_in(client, made.holder)

    def rows(name: str) -> list[dict[str, str]]:
        answer = client.get(f"/bills/account/{made.account_no}/data/{name}")
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        return list(csv.DictReader(answer.content.decode().splitlines()))

    assert len(rows("readings.csv")) == 7  # with the first one
    assert [int(row["amount_iqd"]) for row in rows("bills.csv")] == [b.amount for b in made.bills]
    assert [int(row["amount_iqd"]) for row in rows("payments.csv")] == [
        b.amount for b in made.bills[:4]
    ]
    packed = client.get(f"/bills/account/{made.account_no}/data/everything.zip").content
    assert set(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == set(export.FILES) - {
        "everything.zip"
    }
    assert client.get(f"/bills/account/{made.account_no}/data/passwords").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["pdf/"])
def test_data_and_paper_are_the_holders_alone(client: Client, billed_account, page) -> None:
    people.sign_in(client, people.citizen())
    number = billed_account.account_no

    assert client.get(billed_account.url(page=page)).status_code == 404
    for name in export.FILES:
        assert client.get(f"/bills/account/{number}/data/{name}").status_code == 404


def pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_bill_is_one_page_in_every_language(client, billed_account, language) -> None:
    people.sign_in(client, billed_account.holder)
    answer = client.get(billed_account.url(page=f"pdf/?language={language}"))

    assert answer["Content-Type"] == "application/pdf"
    assert pages(answer.content) == 1
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert billed_account.last.number in str(pdf.docinfo["/Title"])


@pytest.mark.django_db
def test_a_bill_of_many_prices_stays_on_one_page(billed_account) -> None:
    bill = billed_account.last
    bill.lines = [
        line | {"part": part, "from_on": f"2026-0{part}-01"}
        for part in range(1, 9)
        for line in billed_account.bills[10].lines
    ]
    content = bill_paper.bill_pdf(
        billed.account_of(billed_account), bill, billed_account.holder,
        on=NOW.date(), language="ar",
    )  # fmt: skip

    assert pages(content) == 1


@pytest.mark.django_db
def test_a_cancelled_bill_says_so_on_paper(billed_account, monkeypatch) -> None:
    told = {}
    monkeypatch.setattr(bill_paper.paper, "render", lambda template, data: told.update(data) or b"")
    account, bill = billed.account_of(billed_account), billed_account.last
    values = {"on": NOW.date(), "language": "en"}
    bill_paper.bill_pdf(account, bill, billed_account.holder, **values)
    assert told["void"] == ""
    assert told["due_amount"] == f"{bill.amount:,}"
    assert sum(int(b["amount"].replace(",", "")) for b in told["blocks"]) == bill.energy_amount

    BillCancellation.objects.create(
        directorate_id=1, account_no=bill.account_no, period=bill.period, revision=0,
        reason="OTHER", asked_by=uuid4(), agreed_by=uuid4(), cancelled_at=NOW,
    )  # fmt: skip
    bill_paper.bill_pdf(account, bill, billed_account.holder, **values)
    assert "CANCELLED" in told["void"]
