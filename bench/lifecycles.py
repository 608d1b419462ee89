"""
The life of a complaint, with none, a hundred thousand and a million others in the books.

One life is the four calls of the published comparison (create, assign, resolve, search): a citizen
reports a dangerous wire; a technician is drawn by lot; they record that it is safe, with a
photograph; the complaint is found again in the public list of its day and by its reference. All of
it by the services that the pages call, with the events, the notices and the process engine.
"""

import multiprocessing
import statistics
import time
from datetime import timedelta
from typing import Any

from django.db import connection, connections
from django.test import Client, override_settings

from bench.scratch import NOW, directorate

Row = dict[str, Any]
LIVES, WORKERS = 150, 2
SIZES = (0, 100_000, 1_000_000)


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    rates = []
    rows: list[Row] = []
    with directorate("bench_lives", meters=1), override_settings(ALLOWED_HOSTS=["*"]):
        live(0)  # what is loaded once
        held = 0
        for size in SIZES:
            fill(held, size)
            held = size
            rate, times = together()
            rates.append(rate)
            p95 = sorted(times)[int(len(times) * 0.95) - 1] * 1000
            rows += [
                _row(f"lives of complaints among {size:,}", rate, "a second"),
                _row(f"one life among {size:,}, 95th percentile", p95, "ms", "< 150"),
            ]
    rows.append(_row("lives among a million against none", rates[-1] / rates[0], "times", "> 0.85"))
    return rows


def _row(name: str, value: float, unit: str, limit: str = "") -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def live(number: int) -> float:
    """One life; its seconds."""
    from tests.casework.conftest import NOW as SCENE_NOW
    from wasl.accounts.actors import Actor
    from wasl.casework import services as casework
    from wasl.casework.models import Task
    from wasl.complaints import places, selectors, services
    from wasl.core import jobs, scope
    from wasl.core.uploads import CleanUpload
    from wasl.network.models import Transformer

    assert SCENE_NOW
    now = NOW + timedelta(seconds=number)
    place_of = Transformer.objects.order_by("code").first()
    began = time.perf_counter()
    with scope.within_system():
        category = selectors.category("wire", NOW.date())
        place = places.resolve(on=NOW.date(), lat=place_of.lat, lon=place_of.lon)
    said = services.Said(category=category, place=place, words="sparks", is_urgent=True)
    sent = services.report(said=said, reporter=None, now=now)
    case_id = sent.report.case_id
    from wasl.casework.assignment import assign

    with scope.within_system():
        task = Task.objects.get(case_id=case_id, key="make_safe")
        assign(task_id=task.id, now=now)
        task = Task.objects.select_related("assignee").get(id=task.id)
    actor = Actor.for_user(task.assignee, task.role, 1)
    photo = CleanUpload(content=b"\xff\xd8\xff" + b"x" * 30_000, content_type="image/jpeg")
    casework.attach_document(case_id=case_id, kind="REPAIR_PHOTO", upload=photo, actor=actor, now=now)
    casework.complete_task(task_id=task.id, actor=actor, outcome="DONE", now=now, token=str(task.id))
    client = Client()
    day = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = client.get(f"/open311/v2/requests.json?service_code=wire&start_date={day}&end_date={day}")
    single = client.get(f"/open311/v2/requests/{sent.report.reference}.json")
    assert single.status_code == listed.status_code == 200, (single.content, listed.content)
    _ = jobs
    return time.perf_counter() - began
