"""The life of a case: submitted, refused, reopened, withdrawn, closed."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.casework import definitions
from wasl.casework.engine import ENGINE
from wasl.casework.models import Case, CaseState, ProcessVersion, Task
from wasl.casework.services import steps
from wasl.core import identifiers, references, scope
from wasl.core.calendars import Limit
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.events import services as events

BAGHDAD = ZoneInfo("Asia/Baghdad")


class UnableToSubmit(Unable):
    """No published process is in force for the service."""

    code = "NO_PROCESS"
    message = _("This service has no published process at present. Try again later, or call us.")


class UnableToWithdraw(Unable):
    """The case is closed, or has gone too far to be withdrawn."""

    code = "TOO_LATE_TO_WITHDRAW"
    message = _("This application can no longer be withdrawn.")


def submit(
    *,
    process_key: str,
    applicant: User,
    actor: Actor,
    directorate_id: int,
    variables: Mapping[str, Any],
    now: datetime,
    secret: str = "",
) -> tuple[Case, str]:
    """
    This function will open a case on the process version in force, and take its first steps.

    Gives the case and its tracking secret, which is told once and stored only as a hash.
    `variables` are the declared case variables: codes and figures, never a personal detail. A caller
    that must be able to tell the secret again gives one of its own.

    :raises UnableToSubmit: when no version is published for today.
    """
    today = now.astimezone(BAGHDAD).date()
    process = ProcessVersion.objects.in_force(process_key, today).first()
    if process is None:
        raise UnableToSubmit
    secret = secret or references.new_secret()
    salt = secrets.token_bytes(16)
    with scope.within_system():
        case = Case.objects.create(
            id=identifiers.new_id(now),
            reference=references.new_reference(),
            directorate_id=directorate_id,
            service=process_key,
            process=process,
            applicant=applicant,
            secret_salt=salt,
            secret_hash=references.hash_secret(secret, salt=salt),
            stage=definitions.first_stage(process),
            submitted_at=now,
            due_at=_promised(process, directorate_id, now),
        )
        events.record(
            kind="casework.case.submitted",
            subject=("case", case.id),
            actor=actor,
            directorate_id=directorate_id,
            data={
                "service": process_key,
                "process_version": process.version,
                "process_sha256": process.sha256,
            },
            now=now,
        )
        compiled = definitions.compiled(process)
        steps.apply(case=case, step=ENGINE.start(compiled, dict(variables)), now=now)
    return case, secret


def _promised(process: ProcessVersion, directorate_id: int, now: datetime) -> datetime | None:
    limit = definitions.total_limit(process)
    if not limit:
        return None
    calendar = directorates.calendar_for(directorate_id, on=now)
    return calendar.add_working_minutes(now, Limit.parse(limit).working_minutes(calendar))


@transaction.atomic
def withdraw(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """
    This function will end an open case because its applicant wishes so.

    A second wish finds it withdrawn, and changes nothing.

    :raises UnableToWithdraw: when it is closed otherwise, or past the stage up to which the
        process lets the citizen withdraw.
    """
    with scope.within_system():
        case = steps.lock(case_id)
        if case.outcome == Case.Outcome.WITHDRAWN:
            return case
        if not may_withdraw(case) or actor.user_id != case.applicant_id:
            raise UnableToWithdraw
        record = CaseState.objects.get(case=case)
        events.record(
            kind="casework.case.withdrawn",
            subject=("case", case.id),
            actor=actor,
            directorate_id=case.directorate_id,
            data={},
            now=now,
        )
        steps.finish(case, Case.Outcome.WITHDRAWN, actor, now)
        step = ENGINE.cancel(definitions.compiled(case.process), record.state)
        steps.apply(case=case, step=step, now=now)
        Task.objects.filter(case=case, status__in=["READY", "INCIDENT"]).update(
            status=Task.Status.CANCELLED
        )
    return case


def may_withdraw(case: Case) -> bool:
    """Whether the case is open and has not passed the process's last stage for withdrawing."""
    last = definitions.withdraw_until(case.process)
    order = definitions.stage_order(case.process)
    return case.is_open and (not last or order.get(case.stage, 0) <= order.get(last, 0))


def close(*, case_id: UUID, now: datetime) -> None:
    """This function will close a case as completed, ahead of its reopening term. Idempotent."""
    case = steps.lock(case_id)
    if case.is_open:
        steps.finish(case, Case.Outcome.COMPLETED, Actor.system(), now)


def reopen(*, case_id: UUID, now: datetime) -> None:
    """This function will open a closed case again; its clock goes on. Idempotent."""
    case = steps.lock(case_id)
    if case.is_open:
        return
    case.status, case.outcome, case.closed_at = Case.Status.OPEN, Case.Outcome.NONE, None
    case.used_minutes = None
    case.save(update_fields=["status", "outcome", "closed_at", "used_minutes"])
    events.record(
        kind="casework.case.reopened",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={},
        now=now,
    )


def refuse(*, case_id: UUID, now: datetime) -> None:
    """This function will put a refusal on record with its listed reason; an appeal may follow."""
    case = steps.lock(case_id)
    decided = (
        Task.objects.filter(case=case, status=Task.Status.DONE, outcome="REFUSE")
        .order_by("-completed_at")
        .first()
    )
    events.record(
        kind="casework.case.refused",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={"reason": decided.reason if decided and decided.reason else "unlisted"},
        now=now,
    )
