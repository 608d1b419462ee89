"""
Who may see which rows, told to PostgreSQL for the length of a transaction.

Row-level security asks `wasl_sees(directorate, person, case)`; it answers from four settings that
these functions make, always transaction-local, so that a pooled connection forgets them.
Outside a scope nothing is seen. This is the net under `visible_to(user)`, not instead of it.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

from django.db import connection, transaction


class _Local(threading.local):
    """The scopes of the blocks that this thread is in, the innermost last."""

    def __init__(self) -> None:
        self.nested: list[tuple[str, str]] = []


_LOCAL = _Local()
# What was set before is read first: the one statement hangs on the other.
_ENTER = """
WITH before AS MATERIALIZED (
    SELECT current_setting('wasl.scope', true) AS kind, current_setting('wasl.of', true) AS of
)
SELECT kind, of, set_config('wasl.scope', %s, true), set_config('wasl.of', %s, true) FROM before
"""
_WRITE = "SELECT set_config('wasl.scope', %s, true), set_config('wasl.of', %s, true)"


def apply(kind: str, of: str = "") -> None:
    """This function will set the scope for the rest of the open transaction."""
    if _LOCAL.nested:
        _LOCAL.nested[-1] = (kind, of)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [kind, of])


def apply_staff(directorate_ids: Iterable[int]) -> None:
    """This function will show the rows of these directorates."""
    apply("STAFF", ",".join(str(number) for number in sorted(directorate_ids)))


def apply_country() -> None:
    """This function will show the rows of every directorate: to the ministry and the auditors."""
    apply("COUNTRY")


def apply_person(user_id: UUID) -> None:
    """This function will show the rows of one citizen."""
    apply("PERSON", str(user_id))


@contextmanager
def _within(kind: str, of: str = "") -> Iterator[None]:
    if _LOCAL.nested and _LOCAL.nested[-1] == (kind, of):
        yield  # Services call services: the scope is set already, by a block of this thread.
        return
    is_ours = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, [kind, of])
            before = cursor.fetchone() or ("", "")
        _LOCAL.nested.append((kind, of))
        try:
            yield
        finally:
            _LOCAL.nested.pop()
        # After an exception the savepoint restores the settings by itself; so does the end of a
        # transaction that is ours.
        if not is_ours:
            apply(before[0] or "", before[1] or "")


def within_system() -> AbstractContextManager[None]:
    """Jobs, and services that have already checked who asks: every row is seen."""
    return _within("SYSTEM")


def within_staff(directorate_ids: Iterable[int]) -> AbstractContextManager[None]:
    """The rows of these directorates are seen."""
    return _within("STAFF", ",".join(str(n) for n in sorted(directorate_ids)))


def within_person(user_id: UUID) -> AbstractContextManager[None]:
    """The rows of one citizen are seen."""
    return _within("PERSON", str(user_id))


def within_case(case_id: UUID) -> AbstractContextManager[None]:
    """The rows of one case are seen: tracking by reference and secret."""
    return _within("CASE", str(case_id))
