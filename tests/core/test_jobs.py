"""Jobs exist if and only if the change does, and outlive the death of their worker."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from wasl.core import jobs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
RAN: list[str] = []

if "tests.core.note" not in jobs.names():

    @jobs.job("tests.core.note")
    def note(*, now: datetime, word: str) -> None:
        """Remember the word."""
        RAN.append(word)

    @jobs.job("tests.core.fail")
    def fail(*, now: datetime) -> None:
        """Never succeeds."""
        raise OSError("no")


@pytest.fixture(autouse=True)
def _forget() -> None:
    RAN.clear()


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_change_that_is_undone_leaves_no_job() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("tests.core.note", word="undone")
        raise RuntimeError

    assert waiting() == 0


@pytest.mark.django_db
def test_jobs_run_when_they_are_due_and_in_order() -> None:
    jobs.enqueue("tests.core.note", word="later", run_at=NOW + timedelta(hours=1))
    jobs.enqueue("tests.core.note", word="first")
    jobs.enqueue("tests.core.note", word="second")

    assert jobs.drain(NOW) == 2
    assert RAN == ["first", "second"]
    assert jobs.drain(NOW + timedelta(hours=2)) == 1


@pytest.mark.django_db
def test_one_that_waits_already_is_not_queued_again() -> None:
    for _time in range(3):
        jobs.enqueue("tests.core.note", word="x", queueing_lock="only-one")

    assert waiting() == 1


@pytest.mark.django_db
def test_a_job_that_fails_stays_in_the_queue() -> None:
    jobs.enqueue("tests.core.fail")

    with pytest.raises(OSError, match="no"):
        jobs.drain(NOW)
    assert waiting() == 1


@pytest.mark.django_db
def test_the_jobs_of_a_dead_worker_go_back_and_those_of_a_living_one_stay() -> None:
    jobs.enqueue("tests.core.note", word="of the dead")
    jobs.enqueue("tests.core.note", word="of the living")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '1 hour'), (now()) RETURNING id"
        )
        dead, living = (row[0] for row in cursor.fetchall())
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = "
            "CASE WHEN args ->> 'word' = 'of the dead' THEN %s ELSE %s END",
            [dead, living],
        )

    jobs.enqueue("core.retry_stalled")
    jobs.drain(NOW)

    assert RAN == ["of the dead"]


@pytest.mark.django_db
def test_a_queue_of_ones_own_is_drained_alone_and_left_to_the_workers() -> None:
    jobs.enqueue("tests.core.note", word="of everybody")

    with jobs.own_queue("apart"):
        jobs.enqueue("tests.core.note", word="apart")
        jobs.enqueue("tests.core.note", word="left", run_at=NOW + timedelta(hours=1))
        assert jobs.drain(NOW) == 1

    assert RAN == ["apart"]
    assert jobs.drain(NOW + timedelta(hours=2)) == 2
    assert RAN == ["apart", "of everybody", "left"]
