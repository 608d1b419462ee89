"""Jobs of the connection services: a settled fee moves its case; events become notices."""

from datetime import datetime
from typing import Any

from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.casework import definitions
from wasl.casework import services as casework
from wasl.casework.models import Case, Task
from wasl.connections import services
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.core.jobs import job
from wasl.events import selectors as events
from wasl.notifications import services as notifications
from wasl.payments import selectors as payments
from wasl.payments import services as payment_services


@job("connections.fee_settled")
def fee_settled(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """The fee of a case is settled: its pay step is done. A repetition finds it done."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    if event.data["subject_type"] != "case" or event.data.get("purpose") != "connections.fee":
        return
    waiting = Task.objects.ready().filter(case_id=event.data["subject_id"], key="pay").first()
    if waiting is not None:
        casework.complete_task(
            task_id=waiting.id,
            actor=Actor.system(),
            outcome="PAID",
            record={"amount": event.data["amount"], "payment": str(event.data["request"])},
            token=event_id,
            now=now,
        )


@job("connections.cancel_fee")
def cancel_fee(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """A case is over: a fee that is still asked for is taken back, so that nobody pays in vain."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    asked = payments.request_for("case", event.subject_id, "connections.fee")
    if asked is not None and asked.is_open:
        payment_services.cancel_request(request_id=asked.id, actor=Actor.system(), now=now)


@job("connections.remove_files")
def remove_files(*, now: datetime, paths: list[str]) -> None:
    """Remove the files of drafts that are gone."""
    services.remove_files(paths=paths)


@job("connections.sweep_drafts")
def sweep_drafts(*, now: datetime) -> None:
    """Throw away what nobody has gone on with for thirty days."""
    services.sweep_drafts(now=now)


jobs.periodic("connections.sweep_drafts", cron="25 1 * * *")


# Which notice goes out when a step opens for the citizen; any other step of theirs is "your turn".
_NOTICES = {
    "pay": "connections.fee_due",
    "confirm": "connections.confirm",
    "appeal": "connections.refused",
}

# Who comes to the place: the citizen is told beforehand what for, and that nothing is paid to them.
_VISITORS = {role for role in Role if role.is_field_work}


@job("connections.tell_of_task")
def tell_of_task(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """Tell the citizen that something waits for them, or that the case moved to a field visit."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    case = Case.objects.select_related("process", "applicant").get(id=event.subject_id)
    step = definitions.step(case.process, event.data["key"])
    if step.kind == "CITIZEN" and not step.is_optional:
        _notify(case, _NOTICES.get(step.key, "connections.your_turn"), now, step=dict(step.label))
    elif step.role in _VISITORS:
        due = datetime.fromisoformat(event.data["due"]) if event.data.get("due") else now
        _notify(
            case,
            "connections.visit",
            now,
            step=dict(step.label),
            date=due.astimezone(BAGHDAD).date(),
        )


@job("connections.tell_of_end")
def tell_of_end(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """Tell the citizen how the case ended."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    case = Case.objects.select_related("process", "applicant").get(id=event.subject_id)
    template = {"COMPLETED": "connections.completed", "EXPIRED": "connections.expired"}.get(
        event.data["outcome"]
    )
    if template:
        _notify(case, template, now)


@job("connections.tell_of_reopening")
def tell_of_reopening(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """Tell the citizen that the case is open again."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    case = Case.objects.select_related("process", "applicant").get(id=event.subject_id)
    _notify(case, "connections.reopened", now)


def _notify(case: Case, template: str, now: datetime, **more: Any) -> None:
    values: dict[str, Any] = {"reference": case.reference}
    if template in {"connections.your_turn", "connections.visit"}:
        values |= more
    notifications.notify(
        recipient=case.applicant,
        template=template,
        values=values,
        directorate_id=case.directorate_id,
        now=now,
        subject=("case", case.id),
    )
