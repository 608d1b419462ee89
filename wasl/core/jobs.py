"""
Background jobs, kept in PostgreSQL by procrastinate.

A service enqueues by name, in its own transaction: the job exists if and only if the change does.
Jobs run at least once, so each is idempotent. Nothing else in Wasl imports procrastinate.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wasl.core import scope

JobFunction = Callable[..., None]
_REGISTERED: dict[str, JobFunction] = {}
DEFAULT_QUEUE = "default"


class _Queue:
    """Where this process puts its jobs, and takes them from when it drains."""

    name = DEFAULT_QUEUE


@contextmanager
def own_queue(name: str) -> Iterator[None]:
    """
    Keep the jobs of this process apart, for as long as the block lasts, and `drain` them alone.

    For the demonstration, which is told under a simulated clock while others use the system. What
    is left at the end goes to the workers. Not for several threads.
    """
    _Queue.name = name
    try:
        yield
    finally:
        _Queue.name = DEFAULT_QUEUE
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET queue_name = %s WHERE queue_name = %s",
                [DEFAULT_QUEUE, name],
            )


def forget_periodic() -> None:
    """This function will let this process's worker leave alone what is due at fixed times."""
    app.periodic_registry.periodic_tasks.clear()


def job(name: str, *, retries: int = 5) -> Callable[[JobFunction], JobFunction]:
    """
    Declare a job under a dotted name, for example `casework.run_operation`.

    The function takes `now` and its own keyword arguments (JSON values). It runs in one transaction
    with sight of all rows. When it raises, it is tried again after 2, 4, 8 … seconds.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in _REGISTERED:
            raise ValueError(f"two jobs are called {name}")
        _REGISTERED[name] = function

        def run(**arguments: Any) -> None:
            # The worker is an edge of the system: here the clock is read.
            _run(function, timezone.now(), arguments)  # noqa: TID251

        run.__name__ = function.__name__
        app.task(name=name, retry=RetryStrategy(max_attempts=retries, exponential_wait=2))(run)
        return function

    return register


def periodic(name: str, *, cron: str) -> None:
    """Run the job `name`, which takes only `now`, at the times of the cron expression."""
    function = _REGISTERED[name]

    def run(timestamp: int) -> None:
        _run(function, timezone.now(), {})  # noqa: TID251

    app.periodic(cron=cron)(
        app.task(name=f"{name}.periodically", queueing_lock=name, lock=name, pass_context=False)(
            run
        )
    )


def names() -> set[str]:
    """The names of all declared jobs."""
    return set(_REGISTERED)


def enqueue(
    name: str,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    run_at: datetime | None = None,
    **arguments: Any,
) -> None:
    """
    This function will put a job in the queue, in the transaction that is open.

    Jobs with the same `lock` run one after the other; a second job with the same `queueing_lock`
    is dropped while the first still waits. `run_at` postpones.
    """
    task = app.configure_task(
        name,
        lock=lock,
        queueing_lock=queueing_lock,
        schedule_at=run_at,
        queue=_Queue.name,
        allow_unknown=True,
    )
    if queueing_lock is None:
        task.defer(**arguments)
        return
    try:
        with transaction.atomic():
            task.defer(**arguments)
    except AlreadyEnqueued:
        return  # It waits already: that is what a queueing lock asks for.


def drain(now: datetime, *, limit: int = 100_000) -> int:
    """
    This function will run, in this process, every job that is due at `now`; the number run.

    For tests and for the demo's simulated clock, where no worker listens. A job that raises stops
    the drain, and stays in the queue.
    """
    done = 0
    while done < limit:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """
                DELETE FROM procrastinate_jobs WHERE id = (
                    SELECT id FROM procrastinate_jobs
                    WHERE status = 'todo' AND queue_name = %s
                        AND (scheduled_at IS NULL OR scheduled_at <= %s)
                    ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
                ) RETURNING task_name, args
                """,
                [_Queue.name, now],
            )
            row = cursor.fetchone()
            if row is None:
                return done
            arguments = json.loads(row[1]) if isinstance(row[1], str) else row[1]
            _run(_REGISTERED[row[0]], now, arguments)
        done += 1
    return done


def _run(function: JobFunction, now: datetime, arguments: dict[str, Any]) -> None:
    with scope.within_system():
        function(now=now, **arguments)
