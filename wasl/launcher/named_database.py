"""
A database that DATABASE_URL names: does it answer, and may the demo live in it?

Demo mode lets anybody become any demo person. It is switched on here only in a database that was
empty when the local system first saw it, and that bears our mark since: never in one with data.
"""

from enum import Enum

import psycopg

from wasl import environment
from wasl.launcher.console import UnableToStart

_OLDEST = 15


class Content(Enum):
    """What the database holds."""

    NOTHING = "nothing"
    DEMO = "demo"
    DATA = "data"


def look() -> Content:
    """
    This function will look into the database.

    :raises UnableToStart: when it does not answer, or is too old.
    """
    with _connect() as connection:
        version = connection.info.server_version // 10000
        if version < _OLDEST:
            raise UnableToStart(
                f"The database is a PostgreSQL {version}; Wasl needs {_OLDEST} or newer."
            )
        names = {
            row[0]
            for row in connection.execute(
                "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') "
                "AND relnamespace = current_schema()::regnamespace"
            )
        }
    if "wasl_demo_mark" in names:
        return Content.DEMO
    return Content.DATA if names else Content.NOTHING


def mark_as_demo() -> None:
    """This function will mark the database as one whose people are made up."""
    with _connect() as connection:
        connection.execute("CREATE TABLE wasl_demo_mark (made_at timestamptz DEFAULT now())")


def _connect() -> "psycopg.Connection[tuple[str]]":
    try:
        return psycopg.connect(environment.secret("DATABASE_URL"), connect_timeout=10)
    except psycopg.Error as error:
        raise UnableToStart(
            f"The database that DATABASE_URL names cannot be used: {str(error).strip()}"
        ) from None
