"""Housekeeping of the queue itself."""

from datetime import datetime

from django.db import connection

from wasl.core import jobs
from wasl.core.jobs import job

STALLED_AFTER_SECONDS = 60
KEPT_DAYS = 3


@job("core.retry_stalled")
def retry_stalled(*, now: datetime) -> None:
    """
    Put the jobs of dead workers back into the queue.

    The library does not do so by itself; a killed worker would keep its jobs for ever. It sends a
    heartbeat every ten seconds, so a minute of silence means death. Jobs are idempotent.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL
            WHERE status = 'doing' AND NOT EXISTS (
                -- A twin that waits already will do the work.
                SELECT FROM procrastinate_jobs twin
                WHERE twin.status = 'todo' AND twin.queueing_lock = procrastinate_jobs.queueing_lock
            ) AND NOT EXISTS (
                SELECT FROM procrastinate_workers w
                WHERE w.id = procrastinate_jobs.worker_id
                    AND w.last_heartbeat > now() - make_interval(secs => %s)
            )
            """,
            [STALLED_AFTER_SECONDS],
        )


@job("core.remove_old")
def remove_old(*, now: datetime) -> None:
    """Forget jobs that succeeded a while ago; those that failed stay for a person to see."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs j WHERE j.status = 'succeeded' AND NOT EXISTS (
                SELECT FROM procrastinate_events e
                WHERE e.job_id = j.id AND e.at > now() - make_interval(days => %s)
            )
            """,
            [KEPT_DAYS],
        )


jobs.periodic("core.retry_stalled", cron="* * * * *")
jobs.periodic("core.remove_old", cron="17 2 * * *")
