"""Who wants to know of which kind of event. Subscribers are jobs, named, not imported."""

from collections import defaultdict

_SUBSCRIBERS: dict[str, list[str]] = defaultdict(list)


def subscribe(kind: str, job_name: str) -> None:
    """
    Have the job run for every event of the kind, at least once, after the event's transaction.

    The job is given `event_id` and `recorded_at` (texts); `events.selectors.get` loads the event.
    """
    if job_name not in _SUBSCRIBERS[kind]:
        _SUBSCRIBERS[kind].append(job_name)


def subscribers(kind: str) -> tuple[str, ...]:
    """The jobs that run for the kind."""
    return tuple(_SUBSCRIBERS.get(kind, ()))


def all_subscriptions() -> dict[str, tuple[str, ...]]:
    """Every kind that somebody subscribed to, with the jobs."""
    return {kind: tuple(jobs) for kind, jobs in _SUBSCRIBERS.items() if jobs}
