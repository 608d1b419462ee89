"""
Two Open311 programs that nobody here wrote talk to the server over HTTP, and are given nothing.

`georeport` (Apache-2.0) reads in both formats. `three` (Code for America, MIT) also sends; it was
written for Python 2, so it gets the one name that a later Python has dropped, and nothing else.
"""

import io
import itertools
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from georeport import GeoReport

from wasl.complaints import services
from wasl.complaints.models import Report
from wasl.core import jobs, scope
from wasl.directorates import seeding
from wasl.network.models import Transformer
from wasl.web.demonstration import setting
from wasl.web.demonstration.citizens import picture

WORDS = "العمود مائل قرب الفرن، شارع ١٤ رمضان"


@pytest.fixture
def endpoint(transactional_db, live_server, settings, tmp_path) -> str:
    settings.WASL_DEMO = True
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    settings.WASL_PUBLIC_URL = live_server.url
    now = timezone.now()
    with scope.within_system():
        seeding.run(now=now)
        setting.prepare(directorate_id=1, meters=4, now=now, chance=Random(3))
    jobs.drain(now)
    return f"{live_server.url}/open311/v2/"


@pytest.fixture
def three(endpoint: str, monkeypatch):
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    module = pytest.importorskip("three.core")
    _client, key = services.register_client(
        code="THREE", name="Three", jurisdictions=[], now=timezone.now()
    )
    made = module.Three(endpoint, api_key=key)
    yield made
    # It keeps its connection for ever; the server's thread, and with it the database, would wait.
    made.session.get(f"{endpoint}services.json", headers={"Connection": "close"})


def test_three_sends_a_report_with_a_photograph_and_follows_it(three, endpoint: str) -> None:
    place = Transformer.objects.filter(directorate_id=1).order_by("code").first()
    offered = {each["service_code"]: each for each in three.services()}
    asked = three.services("street_light")["attributes"]
    answer = asked[0]["values"][0]["key"]
    photo = io.BytesIO(picture("pole"))
    photo.name = "pole.jpg"

    (made,) = three.post(
        "street_light", lat=place.lat, long=place.lon, description=WORDS, name="Zainab Ali",
        phone="07701234567", media=photo, **{f"attribute[{asked[0]['code']}]": answer},
    )  # fmt: skip

    number = made["service_request_id"]
    report = Report.objects.get(reference=number)
    assert report.words == WORDS
    assert offered["street_light"]["type"] == "realtime"
    (seen,) = three.request(number)
    assert (seen["service_request_id"], seen["status"]) == (number, "open")
    assert number in {each["service_request_id"] for each in three.requests("street_light")}
    today = timezone.now()
    days = {
        "start": (today - timedelta(days=1)).strftime("%m-%d-%Y"),
        "end": (today + timedelta(days=1)).strftime("%m-%d-%Y"),
    }
    assert number in {each["service_request_id"] for each in three.requests(**days)}
    discovered = three.discovery(url=endpoint.replace("v2/", "discovery.json"))
    assert b"http://wiki.open311.org/GeoReport_v2" in discovered


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_georeport_reads_services_definitions_and_reports(endpoint: str, three, kind: str) -> None:
    place = Transformer.objects.filter(directorate_id=1).order_by("code").first()
    (made,) = three.post("wire", lat=place.lat, long=place.lon, description=WORDS)
    (again,) = three.post("pole", lat=place.lat, long=place.lon, description=WORDS)
    reader = GeoReport(endpoint, jurisdiction="karkh", output_format=kind)

    listed = reader.get_service_list()
    assert {"wire", "pole", "no_power"} <= {each["service_code"] for each in listed}
    assert all(each["service_name"] for each in listed)
    definition = reader.get_service_definition("street_light")
    assert definition["service_code"] == "street_light"
    single = reader.get_service_request(made["service_request_id"])
    assert single["service_code"] == "wire"
    both = reader.get_service_requests(service_code="wire,pole", status="open")
    assert {each["service_request_id"] for each in both} == {
        made["service_request_id"],
        again["service_request_id"],
    }
