"""
What nobody may do with protected reports, whatever the application says.

Rows are only added. Steps follow each other without a gap; content goes only after a step says so,
which comes at least 180 days after closing. Keys come into use, and go, by two persons. No scope but
the system's sees a row: neither a person's, nor a directorate's, nor the country's.
"""

from django.db import migrations

from wasl.core import database

WHOLE_KEYS = """
ALTER TABLE disclosures_recipientkey ADD CONSTRAINT disclosures_key_is_whole
    CHECK (octet_length(public_key) = 32);
ALTER TABLE disclosures_report ADD CONSTRAINT disclosures_report_is_whole
    CHECK (octet_length(public_key) = 32);
"""

STEPS = """
CREATE FUNCTION disclosures_check_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last disclosures_step;
BEGIN
    SELECT * INTO last FROM disclosures_step WHERE report_id = NEW.report_id ORDER BY place DESC LIMIT 1;
    IF last.id IS NULL THEN
        IF NEW.place <> 1 OR NEW.stage <> 'RECEIVED' THEN
            RAISE EXCEPTION 'A report begins by being received.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.place <> last.place + 1 OR NEW.on_date < last.on_date
        OR last.stage = 'ERASED'
        OR (NEW.stage = 'RECEIVED' AND last.stage <> 'RECEIVED')
        OR (NEW.stage = 'CLOSED' AND last.stage = 'CLOSED')
    THEN
        RAISE EXCEPTION 'Step % (%) cannot follow step % (%).', NEW.place, NEW.stage, last.place, last.stage
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stage = 'ERASED' AND (last.stage <> 'CLOSED' OR NEW.on_date < last.on_date + 180) THEN
        RAISE EXCEPTION 'Content is kept for 180 days after closing, at least.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosures_step_in_order BEFORE INSERT ON disclosures_step
FOR EACH ROW EXECUTE FUNCTION disclosures_check_step();
"""

BOXES = """
CREATE FUNCTION disclosures_check_box() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM disclosures_step WHERE id = NEW.step_id AND report_id = NEW.report_id
            AND author = NEW.author)
        THEN
            RAISE EXCEPTION 'A box belongs to a step of its own report and author.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM disclosures_step WHERE report_id = OLD.report_id AND stage = 'ERASED') THEN
        RAISE EXCEPTION 'Content is removed only after the step that says so.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER disclosures_box_belongs BEFORE INSERT OR DELETE ON disclosures_box
FOR EACH ROW EXECUTE FUNCTION disclosures_check_box();
-- Makes wasl_app lose UPDATE and DELETE, see wasl/core/database.py.
CREATE TRIGGER disclosures_box_held BEFORE UPDATE ON disclosures_box
FOR EACH ROW EXECUTE FUNCTION wasl_refuse_change();

-- The application has no DELETE: this function has, and the trigger above decides.
CREATE FUNCTION disclosures_erase(of_report uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    removed integer;
BEGIN
    DELETE FROM disclosures_box WHERE report_id = of_report;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION disclosures_erase(uuid) SET search_path = %I, pg_temp', current_schema());
END $$;
"""

READERS = """
CREATE FUNCTION disclosures_check_reader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM disclosures_step WHERE report_id = NEW.report_id)
        OR NOT EXISTS (SELECT FROM disclosures_keystep WHERE key_id = NEW.key_id AND move = 'APPROVED')
        OR EXISTS (SELECT FROM disclosures_keystep WHERE key_id = NEW.key_id AND move = 'RETIRED')
    THEN
        RAISE EXCEPTION 'Readers are chosen when a report comes, among the keys in use.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosures_reader_in_use BEFORE INSERT ON disclosures_reader
FOR EACH ROW EXECUTE FUNCTION disclosures_check_reader();
"""

KEYS = """
CREATE FUNCTION disclosures_check_key_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last disclosures_keystep;
BEGIN
    SELECT * INTO last FROM disclosures_keystep WHERE key_id = NEW.key_id ORDER BY id DESC LIMIT 1;
    IF NEW.move IS DISTINCT FROM (CASE coalesce(last.move, '')
            WHEN '' THEN 'PROPOSED' WHEN 'PROPOSED' THEN 'APPROVED'
            WHEN 'APPROVED' THEN 'LEAVING' WHEN 'LEAVING' THEN 'RETIRED' END)
    THEN
        RAISE EXCEPTION '% cannot follow % for a key.', NEW.move, last.move USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.move IN ('APPROVED', 'RETIRED') AND NEW."by" = last."by" THEN
        RAISE EXCEPTION 'Two persons decide on a key.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosures_keystep_in_order BEFORE INSERT ON disclosures_keystep
FOR EACH ROW EXECUTE FUNCTION disclosures_check_key_step();
"""

UNDO = """
DROP FUNCTION disclosures_erase(uuid);
DROP TRIGGER disclosures_keystep_in_order ON disclosures_keystep;
DROP TRIGGER disclosures_reader_in_use ON disclosures_reader;
DROP TRIGGER disclosures_box_held ON disclosures_box;
DROP TRIGGER disclosures_box_belongs ON disclosures_box;
DROP TRIGGER disclosures_step_in_order ON disclosures_step;
DROP FUNCTION disclosures_check_key_step();
DROP FUNCTION disclosures_check_reader();
DROP FUNCTION disclosures_check_box();
DROP FUNCTION disclosures_check_step();
ALTER TABLE disclosures_recipientkey DROP CONSTRAINT disclosures_key_is_whole;
ALTER TABLE disclosures_report DROP CONSTRAINT disclosures_report_is_whole;
"""

APPEND_ONLY = ("recipientkey", "keystep", "report", "reader", "step", "batch", "published")


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_tables"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(WHOLE_KEYS + STEPS + BOXES + READERS + KEYS, UNDO),
        *(database.append_only(f"disclosures_{name}") for name in APPEND_ONLY),
        *(
            database.row_level_security(f"disclosures_{name}", directorate=None)
            for name in (*APPEND_ONLY, "box", "tally")
        ),
    ]
