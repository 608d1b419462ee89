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


class Migration(migrations.Migration):
    dependencies = [("network", "0005_checks_and_imports")]

    operations = [
        migrations.RunSQL(
            NODE,
            "ALTER TABLE network_capacityreservation"
            " DROP CONSTRAINT network_reservation_on_own_transformer",
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
