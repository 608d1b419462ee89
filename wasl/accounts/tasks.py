"""Sweeping up: codes and sessions that have ended."""

from datetime import datetime

from wasl.accounts import services
from wasl.core import jobs


@jobs.job("accounts.forget_old")
def forget_old(*, now: datetime) -> None:
    """Delete yesterday's codes and the sessions that have expired."""
    services.forget_codes(now=now)
    services.forget_sessions(now=now)


jobs.periodic("accounts.forget_old", cron="17 2 * * *")
