"""How often somebody may try: counters in an unlogged table, exact under any number of workers."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import ngettext_lazy

from wasl.core.errors import Unable

_HIT = """
INSERT INTO core_rate_limit AS held (key, started_at, ends_at, hits)
VALUES (%(key)s, %(now)s, %(ends)s, 1)
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN held.ends_at <= %(now)s THEN 1 ELSE held.hits + 1 END,
    started_at = CASE WHEN held.ends_at <= %(now)s THEN %(now)s ELSE held.started_at END,
    ends_at = CASE WHEN held.ends_at <= %(now)s THEN %(ends)s ELSE held.ends_at END
RETURNING hits, ends_at
"""


class UnableToTryAgainYet(Unable):
    """Too many attempts in a short time."""

    code = "TOO_MANY_ATTEMPTS"
    message = ngettext_lazy(
        "Too many attempts. Wait %(minutes)s minute, then try again.",
        "Too many attempts. Wait %(minutes)s minutes, then try again.",
        "minutes",
    )

    def __str__(self) -> str:
        return str(self.message % self.values)


def _count(key: str, per_seconds: int, now: datetime) -> tuple[int, datetime]:
    ends = now + timedelta(seconds=per_seconds)
    with connection.cursor() as cursor:
        cursor.execute(_HIT, {"key": key, "now": now, "ends": ends})
        hits, ends_at = cursor.fetchone()
    return hits, ends_at


def hit(key: str, *, limit: int, per_seconds: int, now: datetime) -> bool:
    """
    This function will count one attempt; whether it is within the limit of its period.

    A period begins with its first attempt. The key holds nothing personal: pass a blind index.
    """
    hits, _ends_at = _count(key, per_seconds, now)
    return hits <= limit


def require(key: str, *, limit: int, per_seconds: int, now: datetime) -> None:
    """
    This function will count one attempt.

    Call it outside the block that rolls back on an error, or the attempt is forgotten with it.
    :raises UnableToTryAgainYet: beyond the limit; it names the minutes that are left.
    """
    hits, ends_at = _count(key, per_seconds, now)
    if hits > limit:
        raise UnableToTryAgainYet(minutes=max(1, -int((now - ends_at).total_seconds() // 60)))


def require_unspent(key: str, *, limit: int, now: datetime) -> None:
    """
    This function will look whether the limit of a key is spent, and count nothing.

    For what counts only when it was wrong, as reading one's own matter every minute is no attempt.
    :raises UnableToTryAgainYet: when it is; it names the minutes that are left.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ends_at FROM core_rate_limit WHERE key = %s AND hits >= %s AND ends_at > %s",
            [key, limit, now],
        )
        row = cursor.fetchone()
    if row is not None:
        raise UnableToTryAgainYet(minutes=max(1, -int((now - row[0]).total_seconds() // 60)))


def sweep(now: datetime) -> int:
    """This function will forget the periods that have ended; the number forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_rate_limit WHERE ends_at <= %s", [now])
        return int(cursor.rowcount)
