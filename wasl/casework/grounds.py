"""Who is left out of a task's draw, and on which ground: conflicts that anybody can check."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from wasl.accounts import selectors as accounts
from wasl.casework import conflicts
from wasl.casework.definitions import StepDefinition
from wasl.casework.models import Case, Task

# One statement, as every draw asks it: what the person did in this case, and in the applicant's last
# one, and whether two people keep them out of draws.
_KNOWN = """
SELECT completed_by_id, 'EARLIER_STEP' FROM casework_task
WHERE case_id = %(case)s AND status = 'DONE' AND completed_by_id = ANY(%(staff)s)
    AND (key <> %(key)s OR key = ANY(%(not_same_as)s))
UNION
SELECT completed_by_id, 'LAST_TIME' FROM casework_task
WHERE status = 'DONE' AND completed_by_id = ANY(%(staff)s) AND case_id = (
    SELECT id FROM casework_case WHERE applicant_id = %(applicant)s AND id <> %(case)s
    ORDER BY submitted_at DESC LIMIT 1)
UNION
SELECT user_id, 'DUTY' FROM casework_dutyexclusion
WHERE user_id = ANY(%(staff)s) AND valid_from <= %(now)s
    AND (valid_to IS NULL OR valid_to > %(now)s)
"""


def of(
    task: Task,
    case: Case,
    step: StepDefinition,
    staff: Sequence[UUID],
    held: Sequence[UUID],
    now: datetime,
) -> dict[UUID, str]:
    """
    The grounds by person, of `staff`; the first that applies is the one that is named.

    EARLIER_STEP (same person earlier in the case, or in a step that the process keeps apart: so an
    appeal never goes to the refuser), RELATION (declared), LAST_TIME (handled this applicant's
    previous case), INVOLVED (had a part in the matter), DUTY (kept out by two people), HELD_BEFORE
    (the task was taken from them; `held`).
    """
    known = _known(task, case, step, staff, now)
    related = accounts.related_staff(applicant=case.applicant, staff_ids=staff)
    found: dict[UUID, str] = {}
    for ground, people in (
        ("EARLIER_STEP", known["EARLIER_STEP"]),
        ("RELATION", related),
        ("LAST_TIME", known["LAST_TIME"]),
        ("INVOLVED", conflicts.involved(case)),
        ("DUTY", known["DUTY"]),
        ("HELD_BEFORE", held),
    ):
        _mark(found, people, ground, staff)
    return found


def _mark(
    found: dict[UUID, str], people: Iterable[UUID], ground: str, staff: Sequence[UUID]
) -> None:
    for person in people:
        if person in staff:
            found.setdefault(person, ground)


def _known(
    task: Task, case: Case, step: StepDefinition, staff: Sequence[UUID], now: datetime
) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {"EARLIER_STEP": [], "LAST_TIME": [], "DUTY": []}
    with connection.cursor() as cursor:
        cursor.execute(
            _KNOWN,
            {
                "case": case.id,
                "staff": list(staff),
                "key": task.key,
                "not_same_as": list(step.not_same_as),
                "applicant": case.applicant_id,
                "now": now,
            },
        )
        for person, ground in cursor.fetchall():
            found[ground].append(person)
    return found
