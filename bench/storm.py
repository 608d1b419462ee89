"""
A storm: people report over HTTP, as fast as two cores take it, while the inference runs beside it.

Two feeders, a section and five transformers fail at once. The households under them report one
after the other, in any order, through the website's own form, without signing in; one in twenty-five
reports something else, with a photograph, which opens a case. Web server, worker and PostgreSQL are
the real ones and share the machine with those who send. Afterwards every report that was accepted
must be there, and within ten seconds the list of outages must name what failed, and nothing else.
`WASL_STORM_SECONDS` says how long (60; 600 for the whole storm).
"""

import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import connection

from bench.scratch import directorate
from bench.start import _free_port

Row = dict[str, Any]
SECONDS = int(os.environ.get("WASL_STORM_SECONDS", "60"))
SENDERS, BARE_SECONDS, PHOTO_EVERY = 8, 5, 25
# As many customers as can report in that time, and half as many again.
FEEDERS, SECTIONS, TRANSFORMERS, CUSTOMERS = 10, 2, 20, max(20, SECONDS // 3)
LIMIT_SECONDS = 10
FAILED = (
    ("FEEDER", "B0"), ("FEEDER", "B1"), ("SECTION", "B2-1"), ("TRANSFORMER", "B3-0-4"),
    ("TRANSFORMER", "B4-1-7"), ("TRANSFORMER", "B5-0-1"), ("TRANSFORMER", "B6-1-19"),
    ("TRANSFORMER", "B9-0-0"),
)  # fmt: skip


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_storm", meters=1):
        from wasl.core import scope

        with scope.within_system():
            places = _network()
        with _running() as port:
            time.sleep(2)
            bare = _bare()
            sent = _Storm(port, places).blow()
            return _rows(sent, bare, _right_after())


def _rows(sent: "_Storm", bare: float, right_after: float) -> list[Row]:
    from wasl.complaints.models import Report
    from wasl.core import scope
    from wasl.outages.models import Signal

    with scope.within_system():
        there = Report.objects.filter(received_at__gte=sent.began_at).count()
        signs = Signal.objects.filter(recorded_at__gte=sent.began_at).count()
    lost = sent.accepted - there
    signs_lost = sent.accepted - sent.with_photo - signs
    rate = sent.accepted / sent.seconds
    name = f"storm of {sent.seconds:,.0f} s"
    return [
        _row(f"{name}: reports taken in over HTTP", rate, "a second"),
        _row(f"{name}: 99th percentile, without a photograph", sent.p99(sent.plain), "ms"),
        _row(f"{name}: 99th percentile, with a photograph", sent.p99(sent.photo), "ms"),
        _row(f"{name}: answers that were no acceptance", len(sent.refused), "answers", "0"),
        _row(f"{name}: reports accepted and not there", abs(lost), "reports", "0"),
        _row(f"{name}: signs accepted and not there", abs(signs_lost), "signs", "0"),
        _row("list of outages right, after its end", right_after, "s", f"< {LIMIT_SECONDS}"),
        _row("bare writes of a report's rows, same server", bare, "a second"),
        _row("a report over HTTP against its bare writes", bare / rate, "times"),
    ]


def _row(name: str, value: float, unit: str, limit: str = "") -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _network() -> list[tuple[float, float]]:
    """A network in the middle of Karkh; the places of the households under what fails."""
    from wasl.customers import account_numbers
    from wasl.network.models import Feeder, FeederSection, ServicePoint, Substation, Transformer

    known = datetime(2020, 1, 1, tzinfo=UTC)
    station = Substation.objects.create(
        directorate_id=1, code="BS", name_ar="محطة", lat=33.31, lon=44.36
    )
    number, off = 100_000, []
    for f in range(FEEDERS):
        feeder = Feeder.objects.create(directorate_id=1, substation=station, code=f"B{f}")
        upper = None
        for s in range(SECTIONS):
            upper = FeederSection.objects.create(
                directorate_id=1, feeder=feeder, code=f"B{f}-{s}", upstream=upper
            )
            for t in range(TRANSFORMERS):
                lat, lon = 33.29 + 0.0017 * (f * SECTIONS + s), 44.33 + 0.0019 * t
                made = Transformer.objects.create(
                    directorate_id=1, feeder=feeder, section=upper, code=f"B{f}-{s}-{t}",
                    kind="POLE", rated_kva=400, lat=lat, lon=lon, installed_date=date(2020, 1, 1),
                )  # fmt: skip
                ServicePoint.objects.bulk_create(
                    ServicePoint(
                        directorate_id=1, transformer=made, load_kw=3, phases=1,
                        account_no=account_numbers.number(1, number + n), connected_at=known,
                    )
                    for n in range(CUSTOMERS)
                )  # fmt: skip
                number += CUSTOMERS
                above = {("FEEDER", f"B{f}"), ("SECTION", f"B{f}-{s}"), ("TRANSFORMER", made.code)}
                if above & set(FAILED):
                    off += [(lat, lon)] * CUSTOMERS
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return off


@contextmanager
def _running() -> Iterator[int]:
    """Web server and worker as `wasl run` starts them; the port."""
    from wasl.launcher import surroundings
    from wasl.launcher.processes import stop

    port = _free_port()
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    address = re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"], count=1)
    if f"/{name}" not in address:
        address = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    folder = tempfile.mkdtemp(prefix="wasl-storm-")
    env = surroundings.with_application_rights(
        {**os.environ, "DATABASE_URL": address, "WASL_DATA_DIR": folder, "WASL_CHANNELS": "in_app"}
    )
    python = sys.executable
    commands = [
        [python, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "2", "--blocking-threads", "4",
         "--log-level", "warning", "wasl.wsgi:application"],
        [python, "-m", "wasl", "worker"],
    ]  # fmt: skip
    running = []
    try:
        for command in commands:
            log = open(f"{folder}/{len(running)}.log", "wb")  # noqa: SIM115
            running.append(
                subprocess.Popen(command, env=env, stdout=log, stderr=log, process_group=0)  # noqa: S603
            )
        _wait(port)
        yield port
    finally:
        for process in running:
            stop(process, 15, patience=20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            talk = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            talk.request("GET", "/complaints/")
            if talk.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server did not come up")


class _Storm:
    def __init__(self, port: int, places: list[tuple[float, float]]) -> None:
        from wasl.web.demonstration.citizens import picture

        chance = Random(11)
        chance.shuffle(places)
        self.port, self.places, self.chance = port, iter(places), chance
        self.picture = picture("bench")
        self.lock = threading.Lock()
        self.plain: list[float] = []
        self.photo: list[float] = []
        self.refused: list[str] = []
        self.number = self.with_photo = 0
        self.began_at = datetime.now(UTC)
        self.seconds = 0.0

    @property
    def accepted(self) -> int:
        return len(self.plain) + len(self.photo)

    @staticmethod
    def p99(times: list[float]) -> float:
        return sorted(times)[max(0, int(len(times) * 0.99) - 1)] * 1000 if times else 0.0

    def blow(self) -> "_Storm":
        began = time.perf_counter()
        until = began + SECONDS
        senders = [threading.Thread(target=self._send, args=(until,)) for _n in range(SENDERS)]
        for each in senders:
            each.start()
        for each in senders:
            each.join()
        self.seconds = time.perf_counter() - began
        return self

    def _send(self, until: float) -> None:
        while time.perf_counter() < until:
            with self.lock:
                place = next(self.places, None)
                self.number += 1
                number = self.number
            if place is None:
                return
            is_photo = number % PHOTO_EVERY == 0
            began = time.perf_counter()
            answer = self._report(number, place, is_photo=is_photo)
            took = time.perf_counter() - began
            with self.lock:
                if not answer.startswith("302"):
                    self.refused.append(answer)
                elif is_photo:
                    self.photo.append(took)
                    self.with_photo += 1
                else:
                    self.plain.append(took)

    def _report(self, number: int, place: tuple[float, float], *, is_photo: bool) -> str:
        """One household, from an address of its own; the answer's status and where it leads."""
        lat = place[0] + self.chance.uniform(-2e-4, 2e-4)
        given = {
            "lat": f"{lat:.6f}", "lon": f"{place[1]:.6f}", "send": "1",
            "csrfmiddlewaretoken": "a" * 32, "token": uuid.uuid4().hex,
        }  # fmt: skip
        code, given = ("voltage", {**given, "q_when": "always"}) if is_photo else (
            "no_power", {**given, "q_extent": "street"}
        )  # fmt: skip
        body, kind = _form(given, self.picture if is_photo else b"")
        address = f"127.{1 + (number >> 16 & 63)}.{number >> 8 & 255}.{number & 255 or 1}"
        talk = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(address, 0)
        )
        try:
            headers = {"Content-Type": kind, "Cookie": "csrftoken=" + "a" * 32}
            talk.request("POST", f"/complaints/new/{code}/", body, headers)
            answer = talk.getresponse()
            answer.read()
            return f"{answer.status} {answer.headers.get('Location', '')}"
        except OSError as error:
            return f"no answer: {error}"
        finally:
            talk.close()


def _form(given: dict[str, str], picture: bytes) -> tuple[bytes, str]:
    if not picture:
        return urlencode(given).encode(), "application/x-www-form-urlencoded"
    edge = "----storm"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in given.items()
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    whole = b"".join([*parts, head.encode(), picture, f"\r\n--{edge}--\r\n".encode()])
    return whole, f"multipart/form-data; boundary={edge}"


def _bare() -> float:
    """The same rows by plain SQL, over as many connections; transactions a second."""
    from bench.complaints import bare_statements

    done = [0] * SENDERS
    until = time.perf_counter() + BARE_SECONDS
    parameters = connection.get_connection_params()
    kept = {
        k: parameters[k]
        for k in ("dbname", "user", "password", "host", "port")
        if parameters.get(k)
    }

    def write(index: int) -> None:
        with psycopg.connect(**kept) as own:
            while time.perf_counter() < until:
                with own.transaction(), own.cursor() as cursor:
                    cursor.execute("SELECT set_config('wasl.scope', 'SYSTEM', true)")
                    for statement, values in bare_statements():
                        cursor.execute(statement, values)
                done[index] += 1

    writers = [threading.Thread(target=write, args=(index,)) for index in range(SENDERS)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    return sum(done) / BARE_SECONDS


def _right_after() -> float:
    """Seconds until the list of outages names what failed and nothing else; 999 when it never does."""
    from wasl.core import scope
    from wasl.outages.models import Outage

    began = time.perf_counter()
    found: set[tuple[str, str]] = set()
    while time.perf_counter() - began < LIMIT_SECONDS * 6:
        with scope.within_system():
            rows = Outage.objects.filter(state="OPEN").exclude(element_kind="SERVICE")
            found = set(rows.values_list("element_kind", "element_code"))
        if found == set(FAILED):
            return time.perf_counter() - began
        time.sleep(0.1)
    print("expected", set(FAILED) - found, "not expected", found - set(FAILED))
    return 999.0
