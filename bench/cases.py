"""
One step of a case, end to end: lock, engine, save, event, enqueue, in one transaction.

Beside it, in the same run, the bare cost of the same rows written by plain SQL in one transaction.
"""

import json
import time
from random import Random
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from bench.scratch import NOW, directorate

Row = dict[str, Any]
CASES = 80


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_cases", meters=4):
        from wasl.casework.models import CaseState

        seconds, rows = _steps()
        bare = _bare(rows)
        largest = max(len(s.encode()) for s in CaseState.objects.values_list("state", flat=True))
    return [
        _row("case step, end to end", CASES / seconds, "steps/s", ""),
        _row("the same rows by plain SQL", CASES / bare, "steps/s", ""),
        _row("case step against plain SQL", seconds / bare, "times", ""),
        _row("state of a case, largest", largest / 1024, "KB", "< 16"),
    ]


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _steps() -> tuple[float, dict[str, Any]]:
    """Documents reviews of as many cases: each opens further steps when the other branch is done."""
    from wasl.accounts.actors import Actor
    from wasl.casework import services
    from wasl.casework.models import Task
    from wasl.core import jobs, scope
    from wasl.web.demonstration import citizens

    chance = Random(2)
    with scope.within_system():
        for number in range(1, CASES + 1):
            citizen = citizens.register(number, chance, NOW)
            citizens.apply_for(
                service="new-connection",
                citizen=citizen,
                directorate_id=1,
                account_no="",
                chance=chance,
                now=NOW,
            )
    jobs.drain(NOW)
    tasks = list(Task.objects.ready().filter(key="review").select_related("assignee"))
    assert len(tasks) == CASES
    began = time.perf_counter()
    for task in tasks:
        services.complete_task(
            task_id=task.id,
            actor=Actor.for_user(task.assignee, task.role, 1),
            outcome="ACCEPT",
            now=NOW,
            token=str(task.id),
        )
    return time.perf_counter() - began, {"tasks": [str(t.id) for t in tasks]}


_EVENT = """
INSERT INTO events_event (directorate_id, recorded_at, id, kind, subject_type, subject_id, actor_kind,
    actor_id, actor_role, data, public, salt, commitment)
VALUES (1, %s, %s, 'casework.task.completed', 'case', %s, 'STAFF', NULL, 'INSPECTOR', %s, '{}',
    decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))
"""


def _bare(rows: dict[str, Any]) -> float:
    """Two events, a task and its predecessor, case, state and a job, for each step."""
    data = json.dumps({"task": "x" * 36, "key": "review", "stage": "review", "outcome": "ACCEPT"})
    began = time.perf_counter()
    for task in rows["tasks"]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT case_id FROM casework_task WHERE id = %s", [task])
            case = cursor.fetchone()[0]
            cursor.execute("SELECT * FROM casework_case WHERE id = %s FOR UPDATE", [case])
            cursor.execute("SELECT * FROM casework_task WHERE id = %s FOR UPDATE", [task])
            cursor.execute("UPDATE casework_task SET data = '{}' WHERE id = %s", [task])
            cursor.execute(
                "UPDATE casework_casestate SET state = state || '' WHERE case_id = %s", [case]
            )
            cursor.execute("UPDATE casework_case SET revision = revision + 1 WHERE id = %s", [case])
            cursor.execute(
                "INSERT INTO casework_task SELECT (jsonb_populate_record(t, jsonb_build_object("
                "'id', gen_random_uuid(), 'engine_id', gen_random_uuid()))).* "
                "FROM casework_task t WHERE id = %s",
                [task],
            )
            for _event in range(2):
                cursor.execute(_EVENT, [NOW, uuid4(), case, data])
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
                "VALUES ('default', 'bench', '{}', 'succeeded')"
            )
    return time.perf_counter() - began
