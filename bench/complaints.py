"""Taking in reports over the website's own view, and what is near a place among a million reports."""

import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from bench.scratch import NOW, directorate

Row = dict[str, Any]
SIGNS, CASES, PICTURES, BARE, ROUNDS = 400, 150, 40, 400, 60
MILLION = 1_000_000

_MANY = """
INSERT INTO complaints_report (id, directorate_id, reference, category_id, category_code, reporter_id, channel,
    is_urgent, lat, lon, district_code, account_no, answers, received_at, updated_at, closed_at, outcome)
SELECT gen_random_uuid(), 1, 'B' || n, %(category)s, 'pole', %(person)s, 'WEB', false,
    33.20 + random() * 0.25, 44.25 + random() * 0.2, '', '', '{}', %(now)s, %(now)s,
    CASE WHEN n %% 50 = 0 THEN NULL ELSE %(now)s END, CASE WHEN n %% 50 = 0 THEN '' ELSE 'DONE' END
FROM generate_series(1, %(count)s) AS n
"""


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_complaints", meters=1), override_settings(ALLOWED_HOSTS=["*"]):
        from wasl.network.models import Transformer

        place = Transformer.objects.order_by("code").first()
        where = {"lat": str(place.lat), "lon": str(place.lon), "send": "1"}
        bare = _rate(_bare_write, BARE)
        signs = _rate(_post("no_power", {**where, "q_extent": "street"}), SIGNS)
        cases = _rate(_post("voltage", {**where, "q_when": "always"}), CASES)
        pictures = _rate(_post("voltage", {**where, "q_when": "always"}, is_photo=True), PICTURES)
        near = _near(place.lat, place.lon)
    return [
        _row("reports of no power over HTTP, without a photograph", signs[0], "a second"),
        _row("the same, 99th percentile", signs[1], "ms"),
        _row("reports that open a case", cases[0], "a second"),
        _row("reports that open a case, with a photograph", pictures[0], "a second"),
        _row("bare writes of report, event and sign", bare[0], "a second"),
        _row("a report of no power against its bare writes", bare[0] / signs[0], "times"),
        _row("what is near, among a million reports, median", near, "ms", "< 10"),
    ]


def _row(name: str, value: float, unit: str, limit: str = "") -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _rate(work: Callable[[], None], count: int) -> tuple[float, float]:
    """How often a second, and the 99th percentile in milliseconds."""
    work()
    times = []
    for _turn in range(count):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return count / sum(times), sorted(times)[int(count * 0.99) - 1] * 1000


def _post(code: str, values: dict[str, str], *, is_photo: bool = False) -> Callable[[], None]:
    from wasl.web.demonstration.citizens import picture

    photo = picture("bench") if is_photo else b""
    turn = iter(range(10**6))

    def send() -> None:
        # Each from an address of its own: one alone may not send so many.
        number = next(turn)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        given: dict[str, Any] = dict(values)
        if is_photo:
            given["photos"] = SimpleUploadedFile("a.jpg", photo, "image/jpeg")
        answer = Client(REMOTE_ADDR=address).post(f"/complaints/new/{code}/", given)
        if answer.status_code != 302:
            raise RuntimeError(f"{code}: {answer.status_code}")

    return send


def _bare_write() -> None:
    """The rows of a report of no power by plain SQL, in one transaction."""
    from wasl.core import scope

    with scope.within_system(), connection.cursor() as cursor:
        for statement, values in bare_statements():
            cursor.execute(statement, values)


def bare_statements() -> list[tuple[str, dict[str, Any]]]:
    """The statements that write person, report and sign of one report of no power."""
    values = {"id": uuid4(), "now": NOW}
    return [
        (
            (
                "INSERT INTO accounts_user (id, kind, password, language, is_active, session_epoch, created_at)"
                " VALUES (%(id)s, 'CITIZEN', '!', 'ar', true, 0, %(now)s)"
            ),
            values,
        ),
        (
            (
                "INSERT INTO complaints_report (id, directorate_id, reference, category_id, category_code, reporter_id,"
                " channel, is_urgent, lat, lon, district_code, account_no, answers, received_at, updated_at, outcome)"
                " SELECT %(id)s, 1, left(%(id)s::text, 18), c.id, c.code, %(id)s, 'WEB', false, 33.3, 44.3, '', '',"
                " '{}', %(now)s, %(now)s, '' FROM complaints_categoryversion c WHERE c.code = 'no_power'"
            ),
            values,
        ),
        (
            (
                "INSERT INTO outages_signal (id, directorate_id, source, source_id, says, category, transformer_code,"
                " account_no, at, recorded_at) VALUES (%(id)s, 1, 'REPORT', %(id)s, 'OFF', 'no_power', 'X', '',"
                " %(now)s, %(now)s)"
            ),
            values,
        ),
        (
            (
                "INSERT INTO events_event (directorate_id, recorded_at, id, kind, subject_type, subject_id, actor_kind,"
                " actor_role, data, public, salt, commitment) VALUES (1, %(now)s, %(id)s, 'complaints.report.received',"
                " 'report', %(id)s, 'CITIZEN', '', '{}', '{}', decode(repeat('00', 32), 'hex'),"
                " decode(repeat('00', 32), 'hex'))"
            ),
            values,
        ),
    ]


def _near(lat: float, lon: float) -> float:
    from tests.people import citizen
    from wasl.complaints import selectors
    from wasl.core import scope

    person = citizen(now=NOW)
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM complaints_categoryversion WHERE code = 'pole'")
        category = cursor.fetchone()[0]
        cursor.execute(
            _MANY, {"category": category, "person": person.id, "now": NOW, "count": MILLION}
        )
        cursor.execute("ANALYZE complaints_report")
    times = []
    with scope.within_system():
        for _turn in range(ROUNDS):
            began = time.perf_counter()
            selectors.near_reports(1, "pole", lat=lat, lon=lon, on=NOW.date())
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
