"""The jobs of casework."""

from datetime import datetime
from uuid import UUID

from wasl.casework import assignment, draws, selectors, services
from wasl.core import jobs
from wasl.core.jobs import job


@job("casework.run_operation")
def run_operation(*, now: datetime, task_id: str) -> None:
    """Do the automatic work of a task."""
    services.run_operation(task_id=UUID(task_id), now=now)


@job("casework.assign_task")
def assign_task(*, now: datetime, task_id: str) -> None:
    """Hand a task to somebody. An empty pool is no failure: the sweep below tries again."""
    try:
        assignment.assign(task_id=UUID(task_id), now=now)
    except draws.UnableToDraw:
        return


@job("casework.assign_waiting")
def assign_waiting(*, now: datetime) -> None:
    """Try again for every task that nobody could be drawn for."""
    for task_id, directorate_id in selectors.unassigned():
        jobs.enqueue(
            "casework.assign_task",
            lock=f"draws-{directorate_id}",
            queueing_lock=f"assign-{task_id}",
            task_id=str(task_id),
        )


@job("casework.expire_tasks")
def expire_tasks(*, now: datetime) -> None:
    """Turn silence past the term into its outcome."""
    for task_id in selectors.expired(now):
        services.expire_task(task_id=task_id, now=now)


jobs.periodic("casework.assign_waiting", cron="*/5 * * * *")
jobs.periodic("casework.expire_tasks", cron="*/10 * * * *")
