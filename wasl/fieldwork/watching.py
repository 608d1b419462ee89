"""
What has changed since a moment, in whatever order transactions end: nothing twice, nothing missed.

A number that grows with each row would not do: a lower one may become visible after a higher one. So
a reader's place is a PostgreSQL snapshot, "xmin:xmax:running": seen is exactly what that snapshot
sees. It is the id of the server-sent event, and what a browser brings back when it was cut off.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from wasl.fieldwork.models import Change

SNAPSHOT = re.compile(r"\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19}){0,500})?")
MOST = 2_000


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One change: of which directorate, what happened, to what."""

    id: int
    directorate_id: int
    kind: str
    subject_type: str
    subject_id: str


@dataclass(frozen=True, kw_only=True)
class News:
    """What is new up to `place`. `is_lost`: the reader was away too long, and looks at everything anew."""

    place: str
    changes: tuple[Changed, ...] = ()
    is_lost: bool = False


def here() -> str:
    """The place of who has just looked at everything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


# One statement has one snapshot: what it returns and the place it names are of the same moment.
_NEW = """
SELECT pg_current_snapshot()::text, c.id, c.directorate_id, c.kind, c.subject_type, c.subject_id
FROM (SELECT 1) AS always LEFT JOIN (
    SELECT * FROM fieldwork_change
    WHERE xid >= pg_snapshot_xmin(%(place)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(xid, %(place)s::pg_snapshot)
    ORDER BY id LIMIT %(most)s
) AS c ON true ORDER BY c.id
"""
# The place lies ahead (of another database), or before the oldest change that is kept.
_IS_KNOWN = """
SELECT pg_snapshot_xmax(%(place)s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
    AND NOT EXISTS (SELECT FROM fieldwork_changesforgotten
        WHERE upto >= pg_snapshot_xmin(%(place)s::pg_snapshot))
"""


def is_place(text: str) -> bool:
    """Whether a text from outside can be a place."""
    return bool(SNAPSHOT.fullmatch(text)) and _in_order(text)


def _in_order(text: str) -> bool:
    least, most, running = text.split(":")
    numbers = [int(each) for each in running.split(",") if each]
    low, high = int(least), int(most)
    is_sorted = numbers == sorted(set(numbers))
    return 0 < low <= high < 2**62 and is_sorted and all(low <= n < high for n in numbers)


def since(place: str) -> News:
    """
    What has changed since a place, of every directorate: the caller shows each reader their own.

    The scope of the transaction is for the caller to set.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IS_KNOWN, {"place": place})
        if not cursor.fetchone()[0]:
            return News(place=here(), is_lost=True)
        cursor.execute(_NEW, {"place": place, "most": MOST + 1})
        rows = cursor.fetchall()
    changes = tuple(
        Changed(id=row[1], directorate_id=row[2], kind=row[3], subject_type=row[4], subject_id=str(row[5]))
        for row in rows
        if row[1] is not None
    )  # fmt: skip
    if len(changes) > MOST:
        return News(place=rows[0][0], is_lost=True)
    return News(place=rows[0][0], changes=changes)


def forget(*, before: datetime) -> int:
    """This function will forget old changes; who comes back from before them is told to look anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM fieldwork_change WHERE at < %s RETURNING xid),"
            " noted AS (INSERT INTO fieldwork_changesforgotten (upto)"
            " SELECT max(xid) FROM gone HAVING count(*) > 0)"
            " SELECT count(*) FROM gone",
            [before],
        )
        count = int(cursor.fetchone()[0])
        # Only the latest matters.
        cursor.execute(
            "DELETE FROM fieldwork_changesforgotten"
            " WHERE upto < (SELECT max(upto) FROM fieldwork_changesforgotten)"
        )
        return count


def newest(directorate_id: int, most: int) -> list[Change]:
    """The latest changes of a directorate, the newest first."""
    return list(Change.objects.filter(directorate_id=directorate_id).order_by("-id")[:most])
