"""
What every app's migrations ask of PostgreSQL: append-only tables, and rows seen only in scope.

Migrations may import this module, and no other of Wasl: what it returns does not change meaning.
"""

import logging

from django.db import connections
from django.db.migrations import RunSQL

APP_ROLE = "wasl_app"
log = logging.getLogger(__name__)


def append_only(table: str) -> RunSQL:
    """
    Refuse UPDATE and DELETE on the table, for everybody, its owner included.

    After each migrate the role `wasl_app` also loses the right to both (`grant_to_app_role`).
    """
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION wasl_refuse_change()",
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


def row_level_security(
    table: str,
    directorate: str | None = "directorate_id",
    person: str | None = None,
    case: str | None = None,
) -> RunSQL:
    """
    Show and accept only rows that the scope of the transaction allows (wasl/core/scope.py).

    The three arguments are column names (or SQL expressions); None where the table has no such
    column. A citizen sees the rows of their `person`, staff those of their `directorate`, a visitor
    with reference and secret those of one `case`, jobs all.
    """
    columns = ((directorate, "integer"), (person, "uuid"), (case, "uuid"))
    values = ", ".join(f"({column or 'NULL'})::{kind}" for column, kind in columns)
    sees = f"wasl_sees({values})"
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_scope ON {table} USING ({sees}) WITH CHECK ({sees})",
        ],
        [
            f"DROP POLICY {table}_scope ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


# The role may read and write whatever the tables hold, but cannot change their shape, cannot change
# what is append-only, and reaches partitions only through their parent, where the policies stand.
_GRANT = f"""
DO $$
DECLARE
    found record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO {APP_ROLE}', current_schema());
    FOR found IN
        SELECT c.oid::regclass AS name, c.relkind, c.relispartition,
            EXISTS (
                SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                WHERE t.tgrelid = c.oid AND p.proname = 'wasl_refuse_change'
            ) AS append_only
        FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace
            AND c.relkind IN ('r', 'p', 'S', 'v', 'm')
            AND pg_has_role(c.relowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        IF found.relkind = 'S' THEN
            EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO {APP_ROLE}', found.name);
        ELSIF found.relispartition THEN
            EXECUTE format('REVOKE ALL ON %s FROM {APP_ROLE}', found.name);
        ELSIF found.append_only THEN
            EXECUTE format('REVOKE ALL ON %s FROM {APP_ROLE}', found.name);
            EXECUTE format('GRANT SELECT, INSERT ON %s TO {APP_ROLE}', found.name);
        ELSE
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO {APP_ROLE}', found.name);
        END IF;
    END LOOP;
END $$
"""  # noqa: S608 (only the role's name is put in)


def grant_to_app_role(*, using: str = "default", **_signal: object) -> None:
    """This function will give `wasl_app` its rights on all tables; it runs after each migrate."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            log.warning(
                "The database role %s is missing and this user may not create it. Ask the "
                "administrator of the database for: CREATE ROLE %s NOLOGIN; "
                "GRANT %s TO <this user>; then migrate again.",
                *[APP_ROLE] * 3,
            )
            return
        cursor.execute(_GRANT)
