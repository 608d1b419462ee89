"""What holds for every request: languages, tags, other sites, and whatever is sent to break it."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from tests import people
from wasl.complaints import selectors
from wasl.core import api_requests
from wasl.core.problems import Refusal

from .conftest import Caller, Town

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/reports"


def post(body: bytes | str, kind: str = "application/json", **headers: str):
    given = {"Idempotency-Key": uuid4().hex, **headers}
    return Client().post(REPORTS, data=body, content_type=kind, headers=given)


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert told["status"] == status
    assert told["type"].startswith("urn:wasl:problem:")
    return told


def test_words_are_in_the_language_asked_for() -> None:
    titles = {
        language: problem(Client().get("/api/v1/nothing", headers={"Accept-Language": asked}), 404)[
            "title"
        ]
        for language, asked in {
            "ar": "ar",
            "ckb": "fr, ckb;q=0.8, en;q=0.2",
            "en": "en-US",
            "": "xx",
        }.items()
    }
    assert titles["en"] == "We found nothing here."
    assert titles["ar"] == titles[""]
    assert len(set(titles.values())) == 3


def test_who_knows_the_tag_is_told_that_nothing_changed(call: Caller) -> None:
    first = Client().get("/api/v1/categories")
    assert first["Cache-Control"] == "public, max-age=300"
    again = Client().get("/api/v1/categories", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = {"If-None-Match": first["ETag"], "Accept-Language": "en"}
    assert Client().get("/api/v1/categories", headers=other).status_code == 200
    head = Client().head("/api/v1/categories")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])


def test_pages_of_others_may_read_what_is_everybodys_and_nothing_else(call: Caller) -> None:
    for path in ("/api/v1/categories", "/api/v1/outages", "/api/v1/openapi.json"):
        assert Client().get(path)["Access-Control-Allow-Origin"] == "*"
        assert Client().options(path)["Access-Control-Allow-Methods"] == "GET, HEAD"
    client = people.sign_in(Client(), people.citizen())
    for answer in (client.get("/api/v1/my/reports"), post("{}"), client.options(REPORTS)):
        assert "Access-Control-Allow-Origin" not in answer
    assert client.get("/api/v1/my/reports")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 422, "WRONG_FIELDS"),
        ("{", 400, "WRONG_JSON"),
        (b"\xff\xfe\x00", 400, "WRONG_JSON"),
        ('{"words": "a\\u0000b"}', 400, "UNREADABLE_TEXT"),
        ('{"words": "\\ud800"}', 400, "UNREADABLE_TEXT"),
        ('{"\\u0000": 1}', 400, "UNREADABLE_TEXT"),
        ('{"words": "a", "words": "b"}', 400, "KEY_TWICE"),
        ('{"place": {"lat": NaN}}', 400, "WRONG_JSON"),
        ('{"place": {"lat": 1e999, "lon": -1e999}}', 422, "WRONG_FIELDS"),
        ('{"place": {"lat": ' + "9" * 5000 + "}}", 400, "WRONG_JSON"),
        ("[" * 100_000, 400, "WRONG_JSON"),
        ("[" * 500 + "]" * 500, 400, "TOO_DEEP"),
        ("[]", 422, "WRONG_FIELDS"),
        ("null", 422, "WRONG_FIELDS"),
        ('"' + "x" * 300_000 + '"', 413, "TOO_LARGE"),
    ],
)
def test_what_cannot_be_kept_is_refused(body: str | bytes, status: int, code: str) -> None:
    answer = post(body)
    if body == "":
        assert answer.status_code in {400, 422}
        return
    assert problem(answer, status)["code"] == code


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"]
)
def test_other_types_are_refused(kind: str) -> None:
    problem(post("{}", kind), 415)


def test_addresses_that_cannot_be_read_are_refused(call: Caller) -> None:
    for query in ("category=a%00b", "category=%ED%A0%80", "x%00=1"):
        assert Client().get(f"/api/v1/known?{query}").status_code in {400, 422}
    problem(Client().get("/api/v1/reports/a%00"), 400)
    answer = Client().delete("/api/v1/categories")
    problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_a_fault_of_ours_is_a_problem_too(call: Caller, monkeypatch) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(selectors, "categories", fail)
    told = problem(Client(raise_request_exception=False).get("/api/v1/categories"), 500)
    assert "fault of ours" not in json.dumps(told)


@pytest.mark.parametrize("body", [b"", b"\x00", b"-", b"nul", b"'x'"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        api_requests.parse(body)
    assert caught.value.status == 400


def test_the_page_about_it_shows_every_operation(call: Caller, town: Town) -> None:
    page = Client().get("/api/").content.decode()
    for methods in call.document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "://" not in page.replace("http://www.w3.org", "").replace(
        "https://creativecommons.org", ""
    )
