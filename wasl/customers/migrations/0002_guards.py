"""Composite keys among the tables, one custodian for each meter, and rows seen only in scope."""

from django.db import migrations

from wasl.core import database

# Each row belongs to its parent's directorate. Not within the ORM's words (Django 5.2).
KEYS = """
ALTER TABLE customers_account ADD CONSTRAINT customers_account_premises
    FOREIGN KEY (directorate_id, premises_id) REFERENCES customers_premises (directorate_id, id);
ALTER TABLE customers_metercustody ADD CONSTRAINT customers_custody_meter
    FOREIGN KEY (directorate_id, serial) REFERENCES customers_meter (directorate_id, serial);
ALTER TABLE customers_meterassignment ADD CONSTRAINT customers_assignment_meter
    FOREIGN KEY (directorate_id, serial) REFERENCES customers_meter (directorate_id, serial);
ALTER TABLE customers_meterassignment ADD CONSTRAINT customers_assignment_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
"""
NO_KEYS = """
ALTER TABLE customers_meterassignment DROP CONSTRAINT customers_assignment_account;
ALTER TABLE customers_meterassignment DROP CONSTRAINT customers_assignment_meter;
ALTER TABLE customers_metercustody DROP CONSTRAINT customers_custody_meter;
ALTER TABLE customers_account DROP CONSTRAINT customers_account_premises;
"""

# A hand-over takes up where the last one ended, or is refused: so a meter has one custodian, and
# cannot be issued twice. The meter's row is written here and nowhere else.
CUSTODY = """
CREATE FUNCTION customers_hand_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE customers_meter SET
        custody_sequence = NEW.sequence,
        custodian = NEW.to_custodian,
        held_by = NEW.to_held_by,
        case_id = CASE WHEN NEW.to_custodian IN ('TECHNICIAN', 'PREMISES') THEN NEW.case_id END
    WHERE directorate_id = NEW.directorate_id AND serial = NEW.serial
        AND custody_sequence = NEW.sequence - 1
        AND custodian = NEW.from_custodian AND held_by = NEW.from_held_by;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Meter % is not with % %, or another hand-over came first.',
            NEW.serial, NEW.from_custodian, NEW.from_held_by
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_hand_over BEFORE INSERT ON customers_metercustody
    FOR EACH ROW EXECUTE FUNCTION customers_hand_over();

CREATE FUNCTION customers_guard_meter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Meter % stays in the books.', OLD.serial
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF (NEW.custody_sequence, NEW.custodian, NEW.held_by) <> (0, 'SUPPLIER', '')
            OR NEW.case_id IS NOT NULL THEN
            RAISE EXCEPTION 'A meter begins with the supplier.' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF pg_trigger_depth() < 2 AND
        (NEW.custody_sequence, NEW.custodian, NEW.held_by, NEW.case_id, NEW.serial)
        IS DISTINCT FROM
        (OLD.custody_sequence, OLD.custodian, OLD.held_by, OLD.case_id, OLD.serial) THEN
        RAISE EXCEPTION 'Meter % changes hands by a hand-over only.', OLD.serial
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_guard_meter BEFORE INSERT OR UPDATE OR DELETE ON customers_meter
    FOR EACH ROW EXECUTE FUNCTION customers_guard_meter();
"""
NO_CUSTODY = """
DROP TRIGGER customers_guard_meter ON customers_meter;
DROP FUNCTION customers_guard_meter();
DROP TRIGGER customers_hand_over ON customers_metercustody;
DROP FUNCTION customers_hand_over();
"""
PLACE = """
CREATE INDEX customers_premises_place ON customers_premises
    USING gist (directorate_id, point(lon * 0.8387, lat))
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_accounts_and_meters")]

    operations = [
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(CUSTODY, NO_CUSTODY),
        migrations.RunSQL(PLACE, "DROP INDEX customers_premises_place"),
        database.append_only("customers_metercustody"),
        database.row_level_security("customers_premises"),
        database.row_level_security("customers_account", person="holder_id"),
        database.row_level_security("customers_meter"),
        database.row_level_security("customers_metercustody", case="case_id"),
        database.row_level_security("customers_meterassignment", case="case_id"),
    ]
