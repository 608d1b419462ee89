"""What the database holds by itself: rows in scope, draws for ever, published files unchanged."""

from django.db import migrations

from wasl.core import database

# A published process is what running cases stand on: nobody edits it, and nobody removes it.
PUBLISHED = """
CREATE FUNCTION casework_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a process version is retired, never removed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('PUBLISHED', 'RETIRED') AND (
        NEW.key, NEW.version, NEW.xml, NEW.sha256, NEW.valid_from, NEW.published_by_id
    ) IS DISTINCT FROM (
        OLD.key, OLD.version, OLD.xml, OLD.sha256, OLD.valid_from, OLD.published_by_id
    ) THEN
        RAISE EXCEPTION 'a published process is not edited: draft a new version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_keep_published BEFORE UPDATE OR DELETE ON casework_processversion
    FOR EACH ROW EXECUTE FUNCTION casework_keep_published();
"""
PUBLISHED_UNDO = """
DROP TRIGGER casework_keep_published ON casework_processversion;
DROP FUNCTION casework_keep_published();
"""

# A step that is done stays done: its outcome and its time are on record.
DONE = """
CREATE FUNCTION casework_keep_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('DONE', 'CANCELLED') AND (NEW.status, NEW.outcome, NEW.reason, NEW.completed_at,
        NEW.completed_by_id) IS DISTINCT FROM (OLD.status, OLD.outcome, OLD.reason,
        OLD.completed_at, OLD.completed_by_id) THEN
        RAISE EXCEPTION 'a finished step is not done again' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_keep_done BEFORE UPDATE ON casework_task
    FOR EACH ROW EXECUTE FUNCTION casework_keep_done();
"""
DONE_UNDO = """
DROP TRIGGER casework_keep_done ON casework_task;
DROP FUNCTION casework_keep_done();
"""


def of_case(table: str) -> migrations.RunSQL:
    """Rows of a case: the applicant's, the visitor's with the case's secret, the office's."""
    person = f"SELECT c.applicant_id FROM casework_case c WHERE c.id = {table}.case_id"
    return database.row_level_security(table, person=person, case=f"{table}.case_id")


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_cases")]

    operations = [
        migrations.RunSQL(PUBLISHED, PUBLISHED_UNDO),
        migrations.RunSQL(DONE, DONE_UNDO),
        database.append_only("casework_draw"),
        database.row_level_security("casework_case", person="applicant_id", case="id"),
        of_case("casework_casestate"),
        of_case("casework_task"),
        of_case("casework_clockstop"),
        of_case("casework_document"),
        of_case("casework_note"),
        of_case("casework_draw"),
        database.row_level_security("casework_seedchain"),
        database.row_level_security("casework_reassignment"),
    ]
