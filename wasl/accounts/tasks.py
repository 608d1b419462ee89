"""Sweeping up: codes, sessions and counters of attempts that have ended."""

from datetime import datetime

from wasl.accounts import services
from wasl.core import jobs, limits


@jobs.job("accounts.forget_old")
def forget_old(*, now: datetime) -> None:
    """Delete yesterday's codes, the sessions that have expired, the counters that have ended."""
    services.forget_codes(now=now)
    services.forget_sessions(now=now)
    limits.sweep(now)


jobs.periodic("accounts.forget_old", cron="17 2 * * *")
