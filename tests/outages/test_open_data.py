"""Feeds of what is off now, and the public figures of reliability, computed again from the open rows."""

import csv
import io
import json
import re
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from lxml import etree

from tests.outages import grid
from wasl.accounts.actors import Actor
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.directorates import seeding
from wasl.outages import reliability_pages, selectors, services
from wasl.outages.models import Outage

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


@pytest.fixture
def now(db) -> datetime:
    grid.build()
    seeding.load_districts(grid.NOW)
    return timezone.now()


def fall(code: str, at: datetime, minutes: int = 0, count: int = 4) -> None:
    """So many customers of a transformer report at a time; it is back after so many minutes."""
    grid.report(code, count, at=at)
    services.infer(directorate_id=1, now=at)
    if minutes:
        outage = Outage.objects.get(state="OPEN", element_code=code)
        end = at + timedelta(minutes=minutes)
        services.restore(outage_id=outage.id, at=end, actor=Actor.system(), now=end)
    jobs.drain(at + timedelta(minutes=minutes))


def test_feeds_tell_districts_and_not_homes(now) -> None:
    fall("F0-1-0", now - timedelta(minutes=5))
    client = Client()
    listed = json.loads(client.get("/outages/now.json").content)["outages"]
    assert [(each["cause"], each["customers"]) for each in listed] == [("FAULT", grid.CUSTOMERS)]
    rows = list(csv.DictReader(io.StringIO(client.get("/outages/now.csv").content.decode())))
    assert rows[0]["customers"] == str(grid.CUSTOMERS)
    features = json.loads(client.get("/outages/now.geojson").content)["features"]
    assert features[0]["properties"] == listed[0]

    feed = etree.fromstring(client.get("/outages/now.atom").content)
    names = [each.text for each in feed.findall("a:entry/a:id", ATOM)]
    assert len(names) == 1
    again = etree.fromstring(client.get("/outages/now.atom").content)
    assert [each.text for each in again.findall("a:entry/a:id", ATOM)] == names

    alert = etree.fromstring(client.get("/outages/now.cap?directorate=karkh").content)
    order = [etree.QName(each).localname for each in alert.find("c:info", CAP)]
    standard = ["language", "category", "event", "urgency", "severity", "certainty", "onset",
                "senderName", "headline", "area"]  # fmt: skip
    assert order == standard
    assert alert.findtext("c:info/c:severity", namespaces=CAP) == "Minor"
    sent = alert.findtext("c:sent", namespaces=CAP)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00", sent)
    assert "Cookie" in client.get("/outages/now.atom")["Vary"]
    assert client.get("/outages/now.cap?directorate=paris").status_code == 404
    assert client.get("/outages/now.exe").status_code == 404


def test_few_customers_are_told_as_few(now) -> None:
    from wasl.network.models import ServicePoint

    keep = ServicePoint.objects.filter(transformer__code="F1-0-0").values_list("id", flat=True)[:6]
    ServicePoint.objects.filter(transformer__code="F1-0-0").exclude(id__in=list(keep)).delete()
    fall("F1-0-0", now - timedelta(minutes=5), count=4)
    (told,) = json.loads(Client().get("/outages/now.json").content)["outages"]
    assert (told["customers"], told["fewer_than"]) == (None, 10)


def test_anybody_computes_the_same_figures(now, tmp_path, capsys) -> None:
    today = now.astimezone(BAGHDAD).date()
    for days, code, minutes in ((20, "F0-0-0", 90), (12, "F0-1-2", 600), (3, "F1-0-1", 3)):
        fall(code, now - timedelta(days=days), minutes)
    client = Client()
    page = client.get("/outages/reliability/")
    assert page.status_code == 200
    figures = json.loads(client.get("/outages/reliability/data.json").content)
    assert figures["interruptions"] == 2
    assert figures["maifi"] == pytest.approx(grid.CUSTOMERS / figures["customers"])
    assert figures["customer_minutes"] == pytest.approx(690 * grid.CUSTOMERS)
    rows = client.get("/outages/reliability/data.csv").content
    file = tmp_path / "rows.csv"
    file.write_bytes(rows)
    call_command(
        "reliability", events=file, customers=figures["customers"], json=True,
        first=today.replace(month=1, day=1), last=today,
    )  # fmt: skip
    again = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    for name, value in again.items():
        assert figures[name] == value, name


def test_the_open_rows_lead_to_no_home(now) -> None:
    account = grid.account("F0-0-0", 0)
    grid.report("F0-0-0", 1, at=now - timedelta(days=2))
    services.infer(directorate_id=1, now=now - timedelta(days=2))
    services.infer(directorate_id=1, now=now - timedelta(days=1))
    for outage in Outage.objects.filter(state="OPEN"):
        services.restore(outage_id=outage.id, at=now, actor=Actor.system(), now=now)
    rows = Client().get("/outages/reliability/data.csv").content.decode()
    assert account not in rows
    assert "F0-0-0" not in rows
    (row,) = csv.DictReader(io.StringIO(rows))
    assert (row["customers"], row["feeder"]) == ("1", "")
    told = selectors.interruptions(1, now - timedelta(days=9), now + timedelta(days=1))
    assert {each.interruption.group for each in told}.isdisjoint({f"S:{account}", "F0-0-0"})


@pytest.mark.parametrize(
    "query", ["year=abcd", "year=99999", "year=1800", "directorate=", "year=٢٠٢٦"]
)
def test_odd_questions_get_this_year(now, query: str) -> None:
    assert Client().get(f"/outages/reliability/?{query}").status_code == 200


def test_nobody_served_is_said(db) -> None:
    assert Client().get("/outages/reliability/").status_code == 200
    assert Client().get("/outages/reliability/data.json").status_code == 404
    assert Client().get("/outages/reliability/?directorate=77").status_code == 200


def test_months_are_whole(now) -> None:
    figures = reliability_pages.figures(1, 2025, now.date())
    assert figures is not None
    assert len(figures["months"]) == 12
