"""
Tests work with the application's rights, as web and worker do.

So a test fails when the code wants to change what is append-only, or forgets the scope of a
transaction. `@pytest.mark.owner` gives a test the rights of the tables' owner.
"""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished
from django.db import connection, connections

from wasl.core.database import APP_ROLE

_DB_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.fixture(autouse=True)
def _application_role(request: pytest.FixtureRequest) -> Iterator[None]:
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not _DB_FIXTURES & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    if request.node.get_closest_marker("owner"):
        yield
        return
    if connection.in_atomic_block:
        yield from _within_transaction()
    else:
        yield from _within_session()


def _within_transaction() -> Iterator[None]:
    """The test is one transaction: what is set in it ends with it."""

    def see_all(**_signal: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('wasl.scope', 'SYSTEM', true)")

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
    see_all()
    # A request narrows the scope for the rest of its transaction, which here is the whole test's.
    request_finished.connect(see_all)
    yield
    request_finished.disconnect(see_all)


def _within_session() -> Iterator[None]:
    """Transactions are real: the session has the role, and so have the threads of a live server."""
    options = connections.settings["default"].setdefault("OPTIONS", {})
    options["assume_role"] = APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
        cursor.execute("SELECT set_config('wasl.scope', 'SYSTEM', false)")
    yield
    options.pop("assume_role", None)
    # A fresh connection has forgotten role and scope.
    connection.close()
    _empty_tables_without_managed_model()


def _empty_tables_without_managed_model() -> None:
    """Django empties the tables of its models next; queue, events and counters it does not know."""
    known = {"django_migrations", *connection.introspection.django_table_names()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
            "AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in known]
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))} CASCADE")
