"""Checks are never changed, imports end once, and both are seen only in scope."""

from django.db import migrations

from wasl.core import database

# A reservation's node is of its own transformer, as a service point's is.
NODE = """
ALTER TABLE network_capacityreservation ADD CONSTRAINT network_reservation_on_own_transformer
    FOREIGN KEY (node_id, transformer_id) REFERENCES network_lowvoltagenode (id, network_id)
"""
ENDED = """
CREATE FUNCTION network_import_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('APPLIED', 'DROPPED') OR (OLD.status = 'FAULTY' AND NEW.status = 'APPLIED')
        OR NEW.staged IS DISTINCT FROM OLD.staged OR NEW.uploaded_by_id <> OLD.uploaded_by_id
        OR NEW.directorate_id <> OLD.directorate_id THEN
        RAISE EXCEPTION 'the network import % has ended, or its content would change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'network_import_ends_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER network_import_ends_once BEFORE UPDATE ON network_networkimport
    FOR EACH ROW EXECUTE FUNCTION network_import_ends_once()
"""


def walks(table: str, whole: str, owner: str, column: str, name: str) -> migrations.RunSQL:
    """
    Walk up by the primary key, one row at a time, instead of a recursive query: on a table that is
    being filled, the planner reads all of it for every row.

    The count ends the walk below a circle that other rows of the same statement make.
    """
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            above bigint := NEW.upstream_id;
            steps integer := 0;
        BEGIN
            PERFORM 1 FROM {whole} WHERE {owner} = NEW.{column} FOR NO KEY UPDATE;
            WHILE above IS NOT NULL LOOP
                steps := steps + 1;
                IF above = NEW.id OR steps > 10000 THEN
                    RAISE EXCEPTION '{table} % feeds itself', NEW.code
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
                END IF;
                SELECT upstream_id INTO above FROM {table} WHERE id = above;
            END LOOP;
            RETURN NULL;
        END $$
        """,
        migrations.RunSQL.noop,  # the walk holds the same promise
    )


class Migration(migrations.Migration):
    dependencies = [("network", "0005_checks_and_imports")]

    operations = [
        migrations.RunSQL(
            NODE,
            "ALTER TABLE network_capacityreservation"
            " DROP CONSTRAINT network_reservation_on_own_transformer",
        ),
        walks(
            "network_feedersection", "network_feeder", "id", "feeder_id", "network_section_no_loop"
        ),
        walks(
            "network_lowvoltagenode",
            "network_lowvoltagenetwork",
            "transformer_id",
            "network_id",
            "network_node_no_loop",
        ),
        migrations.RunSQL(
            ENDED,
            "DROP TRIGGER network_import_ends_once ON network_networkimport;"
            " DROP FUNCTION network_import_ends_once()",
        ),
        database.append_only("network_capacitycheck"),
        database.row_level_security("network_capacitycheck", case="case_id"),
        database.row_level_security("network_networkimport"),
    ]
