"""
The life of a complaint, with none, a hundred thousand and a million others in the books.

One life is the four calls of the published comparison (create, assign, resolve, search): somebody
reports a dangerous wire without signing in; a technician is drawn by lot; they record that it is
safe, with a photograph; and the complaint is found again, in the public list of its category and by
its reference, over the website's own views. All with the events, the notices, the process engine and
the database's guards. `WASL_LIVES` names the sizes (0,100000,1000000).
"""

import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connections
from django.test import Client, override_settings

from bench import old_cases
from bench.scratch import NOW, directorate

Row = dict[str, Any]
SECONDS, WORKERS = 20, 2
SIZES = tuple(int(each) for each in os.environ.get("WASL_LIVES", "0,100000,1000000").split(","))
FLAT = 0.85
_numbers = count(1)


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    rows: list[Row] = []
    rates = []
    with directorate("bench_lives", meters=1), override_settings(ALLOWED_HOSTS=["*"]):
        case_id, person_id = live()
        held = 0
        for size in SIZES:
            old_cases.fill(case_id=case_id, person_id=person_id, held=held, wanted=size)
            held = size
            times = _together()
            rates.append(len(times) / SECONDS)
            p95 = sorted(times)[max(0, int(len(times) * 0.95) - 1)] * 1000
            rows += [
                _row(
                    f"lives of complaints among {size:,}, {WORKERS} at once", rates[-1], "a second"
                ),
                _row(f"one life among {size:,}, median", statistics.median(times) * 1000, "ms"),
                _row(f"one life among {size:,}, 95th percentile", p95, "ms", "< 150"),
            ]
    flat = rates[-1] / rates[0]
    return [*rows, _row("lives among the most against among none", flat, "times", f"> {FLAT}")]


def _row(name: str, value: float, unit: str, limit: str = "") -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _together() -> Sequence[float]:
    """Several processes live for some seconds; how long each life took."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    workers = [context.Process(target=_work, args=(told,)) for _n in range(WORKERS)]
    for each in workers:
        each.start()
    times = [took for _worker in workers for took in told.get(timeout=SECONDS * 20)]
    for each in workers:
        each.join()
    return times


def _work(told: "multiprocessing.Queue[list[float]]") -> None:
    live()
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        live()
        times.append(time.perf_counter() - began)
    told.put(times)


def live() -> tuple[UUID, UUID]:
    """One life; its case and its person."""
    from wasl.accounts.actors import Actor
    from wasl.casework import assignment
    from wasl.casework import services as casework
    from wasl.casework.models import Task
    from wasl.complaints import places, selectors, services
    from wasl.core import scope
    from wasl.core.uploads import CleanUpload
    from wasl.network.models import Transformer

    now = NOW + timedelta(seconds=next(_numbers) % 3000)
    near = Transformer.objects.order_by("code").first()
    with scope.within_system():
        category = selectors.category("wire", NOW.date())
        place = places.resolve(on=NOW.date(), lat=near.lat, lon=near.lon)
    said = services.Said(category=category, place=place, words="sparks", is_urgent=True)
    report = services.report(said=said, reporter=None, now=now).report
    with scope.within_system():
        waiting = Task.objects.only("id").get(case_id=report.case_id, key="make_safe")
        task = assignment.assign(task_id=waiting.id, now=now)
    actor = Actor.for_user(task.assignee, task.role, 1)
    photo = CleanUpload(content=b"\xff\xd8\xff" + b"x" * 30_000, content_type="image/jpeg")
    casework.attach_document(
        case_id=report.case_id, kind="REPAIR_PHOTO", upload=photo, actor=actor, now=now
    )
    casework.complete_task(
        task_id=task.id, actor=actor, outcome="DONE", now=now, token=str(task.id)
    )
    client = Client(REMOTE_ADDR=f"10.0.{next(_numbers) % 250}.1")
    listed = client.get("/open311/v2/requests.json?service_code=wire&page_size=20")
    single = client.get(f"/open311/v2/requests/{report.reference}.json")
    assert single.status_code == listed.status_code == 200, (single.content, listed.content)
    return report.case_id, report.reporter_id
