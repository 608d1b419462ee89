"""Open data: months that are over, small counts withheld, nothing of persons, nothing that runs."""

import csv
import io
from datetime import datetime, timedelta

import pytest

from wasl.complaints import services
from wasl.complaints.models import Report
from wasl.core import tables
from wasl.core.calendars import BAGHDAD

from .conftest import NOW, Caller, Town

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 15, 12, 0, tzinfo=BAGHDAD)
ASKED = {"directorate": "karkh", "month": "2026-10"}


@pytest.fixture
def month(town: Town) -> None:
    """Twelve lamps, three poles and a complaint about staff."""
    for code, number in (("street_light", 12), ("pole", 3), ("conduct", 1)):
        for metres in range(number):
            said = town.said(code, metres, words="my name is Ali")
            services.report(said=said, reporter=None, now=NOW)
    Report.objects.update(received_at=OCTOBER)
    lamps = Report.objects.filter(category_code="street_light")
    lamps.update(closed_at=OCTOBER + timedelta(hours=30), outcome="DONE")


def test_reports_of_a_month_withhold_what_is_small(call: Caller, month: None) -> None:
    found = call("getReportsOfMonth", query=ASKED)
    counts = {(each["district"], each["category"]): each["reports"] for each in found["counts"]}
    assert "conduct" not in {category for _district, category in counts}
    assert all(number is None for (_d, category), number in counts.items() if category == "pole")
    # The lamps are withheld with the poles: else the sum would tell of three.
    assert counts["*", "*"] == 15
    assert {number for (_d, category), number in counts.items() if category != "*"} == {None}
    (hours,) = found["repair_hours"]
    assert (hours["category"], hours["ended"], hours["half"]) == ("street_light", 12, 30)


def test_the_same_for_a_spreadsheet_and_a_map(call: Caller, month: None) -> None:
    table = call("getReportsAsCsv", query=ASKED).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["month"] for row in rows} == {"2026-10"}
    assert [row["reports"] for row in rows if row["district"] == row["category"] == "*"] == ["15"]
    squares = call("getReportsAsGeoJson", query=ASKED)["features"]
    assert [each["properties"]["reports"] for each in squares] == [15]
    assert "Ali" not in table


def test_a_running_month_and_unknown_places_are_not_told(call: Caller, month: None) -> None:
    call("getReportsOfMonth", 404, query=ASKED | {"month": "2099-01"})
    call("getReportsOfMonth", 404, query=ASKED | {"directorate": "nowhere"})
    call("getReportsOfMonth", 422, query=ASKED | {"month": "2026-13"})
    assert call("getReportsOfMonth", query=ASKED | {"month": "2026-09"})["counts"] == []


def test_the_catalogue_leads_to_everything(call: Caller, month: None) -> None:
    for each in call("getCatalogue")["datasets"]:
        for form in each["distributions"]:
            path = "/" + form["href"].split("/", 3)[3]
            answer = call.client.get(path, ASKED if "reports" in path else {})
            assert answer.status_code == 200, path
            assert answer["Content-Type"].startswith(form["media_type"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "|calc", "%0A"])
def test_no_cell_runs_in_a_spreadsheet(text: str) -> None:
    line = tables.table(["a", "b"], [{"a": text, "b": -3}]).split("\r\n", 1)[1]
    assert line.startswith(("'", "\"'"))
    assert line.endswith(",-3\r\n")
