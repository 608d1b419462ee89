"""Open311 GeoReport v2 as the specification has it, in both formats, and against its traps."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from wasl.complaints import open311_format, services
from wasl.complaints.models import PartnerUpdate, Report
from wasl.complaints.services import reporting
from wasl.core import jobs
from wasl.web.demonstration.citizens import picture

from .conftest import NOW, Town

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"


@pytest.fixture
def key(town: Town) -> str:
    _client, made = services.register_client(
        code="CITY", name="City app", jurisdictions=[], now=NOW
    )
    return made


def get(path: str, expected: int = 200, **given):
    answer = Client().get(f"{V2}/{path}", given)
    assert answer.status_code == expected, answer.content
    if path.endswith("xml"):
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        return etree.fromstring(answer.content)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(answer.content)


def post(key: str, town: Town, expected: int = 200, path: str = "requests.json", **given):
    values = {
        "api_key": key, "service_code": "street_light", "attribute[fault]": "off",
        "lat": town.transformer.lat, "long": town.transformer.lon,
    }  # fmt: skip
    values = {name: value for name, value in (values | given).items() if value is not None}
    answer = Client().post(f"{V2}/{path}", values)
    assert answer.status_code == expected, answer.content
    return json.loads(answer.content) if path.endswith("json") else etree.fromstring(answer.content)


def test_discovery_leads_to_the_endpoint(town: Town) -> None:
    found = json.loads(Client().get("/open311/discovery.json").content)
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith("/open311/v2/")
    assert endpoint["formats"] == ["text/xml", "application/json"]
    root = etree.fromstring(Client().get("/open311/discovery.xml").content)
    assert root.tag == "discovery"
    assert [each.text for each in root.iter("format")] == endpoint["formats"]


def test_services_and_their_questions_in_both_formats(town: Town) -> None:
    listed = get("services.json")
    codes = {each["service_code"] for each in listed}
    assert "conduct" not in codes
    assert {"wire", "no_power"} <= codes
    assert all(isinstance(each["metadata"], bool) for each in listed)
    xml = get("services.xml")
    assert [each.findtext("service_code") for each in xml] == [
        each["service_code"] for each in listed
    ]
    assert xml[0].findtext("metadata") in {"true", "false"}
    question = get("services/street_light.json")["attributes"][0]
    assert (question["code"], question["datatype"], question["order"]) == (
        "fault", "singlevaluelist", 1,
    )  # fmt: skip
    assert {each["key"] for each in question["values"]} == {"off", "day", "broken"}
    assert get("services/wire.json")["attributes"] == []
    assert (
        get("services/street_light.xml").find("attributes/attribute/values/value/key").text == "off"
    )
    assert get("services/nothing.json", 404)[0]["code"] == "404"
    assert get("services.json", 404, jurisdiction_id="paris")
    assert get("services.json", jurisdiction_id="") == listed


def test_a_report_is_made_and_read_back(town: Town, key: str) -> None:
    (made,) = post(key, town, description="المصباح مطفأ\nمنذ أسبوع", first_name="علي", phone="0770")
    report = Report.objects.get(reference=made["service_request_id"])
    assert (report.words, report.channel) == ("المصباح مطفأ\nمنذ أسبوع", "OPEN311")
    (shown,) = get(f"requests/{report.reference}.json")
    assert shown["status"] == "open"
    assert shown["service_name"] == "إنارة الشارع"
    # Nothing of the reporter, and the point of a home rounded.
    assert not {"علي", "0770"} & set(json.dumps(shown, ensure_ascii=False).split('"'))
    assert "أسبوع" not in json.dumps(shown, ensure_ascii=False)
    assert shown["lat"] == round(town.transformer.lat, 3)
    (root,) = get(f"requests/{report.reference}.xml")
    assert root.findtext("service_request_id") == report.reference
    assert get(f"tokens/{report.reference}.json") == [
        {"service_request_id": report.reference, "token": report.reference}
    ]
    assert get("requests/AAAA-AAAA-A.json", 404)[0]["code"] == "404"


def test_all_faults_come_at_once(town: Town, key: str) -> None:
    found = post(
        key,
        town,
        400,
        service_code="street_light",
        lat="91",
        description="x" * 4001,
        **{"attribute[fault]": "moon"},
    )
    assert len(found) == 3
    assert post("wrong", town, 403)[0]["code"] == "403"
    assert post(key, town, 404, service_code="conduct")
    assert post(key, town, 400, long=None)
    assert post(key, town, 400, **{"attribute[fault]": None})
    errors = post(key, town, 400, path="requests.xml", lat="1", long="1")
    assert (errors.tag, errors[0].tag) == ("errors", "error")
    assert Report.objects.count() == 0


def test_the_same_sent_again_is_one(town: Town, key: str) -> None:
    first, second = (post(key, town)[0]["service_request_id"] for _ in range(2))
    assert first == second
    assert post(key, town, description="another")[0]["service_request_id"] != first
    assert Report.objects.count() == 2


def test_pictures_are_kept_by_address_and_uploaded(town: Town, key: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("a.jpg", picture("pole"), "image/jpeg")
    post(
        key, town, service_code="pole", media=upload,
        media_url=["https://a.example/1.jpg", "file:///etc/passwd", "https://a.example/2.jpg"],
    )  # fmt: skip
    assert Report.objects.get().answers["media_url"] == [
        "https://a.example/1.jpg", "https://a.example/2.jpg",
    ]  # fmt: skip


def test_too_many_pictures_and_no_words_are_said(town: Town, key: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    many = [SimpleUploadedFile(f"{n}.jpg", picture("x"), "image/jpeg") for n in range(5)]
    (fault,) = post(key, town, 400, media=many)
    assert fault["description"].startswith("media: ")
    (fault,) = post(key, town, 400, service_code="other")
    assert fault["description"].startswith("description: ")


def test_a_long_description_is_kept_whole(town: Town, key: str) -> None:
    post(key, town, service_code="other", description="س" * 4000)
    assert Report.objects.get().words == "س" * 4000


def test_nothing_of_the_programs_reporter_is_kept(town: Town, key: str) -> None:
    first = post(key, town, phone="07701234567", email="a@b.example")
    assert post(key, town, phone="07701234568")[0] != first[0]
    values = {name: str(value) for name, value in vars(Report.objects.first()).items()}
    assert "07701234567" not in "".join(values.values())


def test_what_the_services_refuse_is_said_in_the_format(town: Town, key: str, monkeypatch) -> None:
    monkeypatch.setattr(reporting, "PROCESS", "not-published")
    (fault,) = post(key, town, 400, service_code="pole")
    assert fault["code"] == "400"
    assert Report.objects.count() == 0


def test_the_extended_list_costs_no_query_a_report(
    town: Town, key: str, django_assert_max_num_queries
) -> None:
    for metres in range(12):
        services.report(said=town.said("pole", metres), reporter=None, now=timezone.now())
    with django_assert_max_num_queries(40):
        assert len(get("requests.json", extensions="true")) == 12


def test_filters_and_pages(town: Town, key: str) -> None:
    now = timezone.now()
    ids = [
        services.report(said=town.said(code), reporter=None, now=now).report
        for code in ("pole", "wire", "wire", "conduct")
    ]
    for each, age in zip(ids, (1, 2, 100, 1), strict=True):
        Report.objects.filter(id=each.id).update(received_at=now - timedelta(days=age))

    def listed(**given) -> list[str]:
        return [each["service_request_id"] for each in get("requests.json", **given)]

    pole, wire, old, conduct = (each.reference for each in ids)
    assert listed() == [wire, pole]
    assert listed(service_code="pole,nothing") == [pole]
    assert listed(service_request_id=f"{old},{conduct}") == [old]
    assert listed(status="closed") == []
    assert listed(status="open,closed") == [wire, pole]
    assert listed(page="2", page_size="1") == [pole]
    begin = (now - timedelta(days=101)).strftime("%Y-%m-%dT%H:%M:%S")
    assert listed(start_date=f"{begin}Z") == [old]
    assert listed(start_date=f"{begin} 00:00") == [old]  # an unescaped +
    assert listed(jurisdiction_id="karkh") == [wire, pole]
    for wrong in (
        {"start_date": "yesterday"}, {"start_date": begin}, {"status": "new"}, {"page": "0"},
        {"start_date": f"{begin}Z", "end_date": now.strftime("%Y-%m-%dT%H:%M:%SZ")},
    ):  # fmt: skip
        get("requests.json", 400, **wrong)


def test_updates_go_both_ways(town: Town, key: str) -> None:
    report = services.report(said=town.said("wire"), reporter=None, now=NOW).report
    jobs.drain(NOW)
    town.do(report, "make_safe", "DONE")
    begin, end = "2026-11-22T00:00:00Z", "2026-11-24T23:00:00Z"
    (ours,) = get("servicerequestupdates.json", start_date=begin, end_date=end)
    assert (ours["service_request_id"], ours["status"]) == (report.reference, "fixed")
    assert begin <= ours["updated_datetime"] <= end
    given = {
        "service_request_id": report.reference, "update_id": "u1", "status": "INVESTIGATING",
        "updated_datetime": "2026-11-24T10:00:00+03:00", "description": "seen", "service_code": None,
        "attribute[fault]": None,
    }  # fmt: skip
    path = "servicerequestupdates.json"
    first, second = (post(key, town, path=path, **given)[0]["update_id"] for _ in range(2))
    assert first == second
    assert PartnerUpdate.objects.get().words == "seen"
    assert post(key, town, 400, path=path, **(given | {"status": "gone"}))
    assert post("wrong", town, 403, path=path, **given)
    report.refresh_from_db()
    assert report.is_open
    assert get(f"requests/{report.reference}.json", extensions="true")[0]["notes"]


@pytest.mark.parametrize(
    "path", ["requests.csv", "nothing.json", "requests.json/", "../v2/x.xml", "services/a.b.json"]
)
def test_what_is_not_there_is_said_in_the_format(town: Town, path: str) -> None:
    answer = Client().get(f"{V2}/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith(("text/xml", "application/json"))


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_wrong_methods_get_no_page(town: Town, method: str) -> None:
    answer = getattr(Client(), method)(f"{V2}/requests.json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json; charset=utf-8")


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.dictionaries(
        st.sampled_from(
            ["service_request_id", "service_code", "start_date", "end_date", "status", "page",
             "page_size", "extensions", "updated_after", "jurisdiction_id"]
        ),
        st.text(max_size=30) | st.integers().map(str) | st.datetimes().map(lambda t: t.isoformat() + "Z"),
    )
)  # fmt: skip
def test_no_question_breaks_it(town: Town, values) -> None:
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in values.items())
    answer = Client().get(f"{V2}/requests.json?{query}")
    assert answer.status_code in {200, 400, 404}
    assert isinstance(json.loads(answer.content), list)


@given(text=st.text())
def test_any_text_is_xml(text: str) -> None:
    content = open311_format.body("errors", [{"code": "400", "description": text}], "xml")
    shown = etree.fromstring(content).findtext("error/description") or ""
    wanted = open311_format.without_controls(text)
    assert shown.replace("\r\n", "\n").replace("\r", "\n") == wanted.replace("\r\n", "\n").replace(
        "\r", "\n"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"service_code": "wire\0"}, {"end_date": "2026-11-01T00:00:00-23:59"},
        {"updated_after": "2026-11-01T00:00:00+23:59"}, {"service_request_id": "\0"},
    ],
)  # fmt: skip
def test_what_the_database_could_not_take_is_no_fault_of_ours(town: Town, given) -> None:
    assert get("requests.json", **given) == []


def test_a_program_of_one_jurisdiction_writes_nothing_to_anothers_files(town: Town) -> None:
    report = town.report("pole", words="it leans")
    _client, elsewhere = services.register_client(
        code="BASRA", name="Another city", jurisdictions=[2], now=NOW
    )
    given = {
        "service_request_id": report.reference, "update_id": "u1", "status": "INVESTIGATING",
        "updated_datetime": "2026-11-24T10:00:00+03:00", "description": "x", "service_code": None,
    }  # fmt: skip
    path = "servicerequestupdates.json"
    told = post(elsewhere, town, 403, path=path, **given)
    assert told[0]["description"] == "this api_key is not for that jurisdiction"
    assert not PartnerUpdate.objects.exists()
