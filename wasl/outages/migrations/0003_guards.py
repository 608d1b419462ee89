"""What was announced or published stays; who sees which rows."""

from django.db import migrations

from wasl.core import database

APART = """
ALTER TABLE outages_timetablewindow ADD CONSTRAINT outages_windows_apart
    EXCLUDE USING gist (timetable_id WITH =, int4range(begins, ends) WITH &&)
"""
GUARDS = """
-- A published timetable is a promise: neither it nor its windows change.
CREATE FUNCTION outages_guard_timetable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'A published timetable does not change: draft a further version.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outages_guard_timetable BEFORE UPDATE OR DELETE ON outages_timetable
    FOR EACH ROW EXECUTE FUNCTION outages_guard_timetable();

CREATE FUNCTION outages_guard_window() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.timetable_id ELSE NEW.timetable_id END;
BEGIN
    IF EXISTS (SELECT FROM outages_timetable t WHERE t.published_at IS NOT NULL
            AND (t.id = of OR (TG_OP = 'UPDATE' AND t.id = OLD.timetable_id))) THEN
        RAISE EXCEPTION 'The windows of a published timetable do not change.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outages_guard_window BEFORE INSERT OR UPDATE OR DELETE ON outages_timetablewindow
    FOR EACH ROW EXECUTE FUNCTION outages_guard_window();

-- What people were told of a work stays; it goes from state to state in one direction.
CREATE FUNCTION outages_guard_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A planned work stays: cancel it.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('DONE', 'CANCELLED') THEN
        RAISE EXCEPTION 'The work is over.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('DRAFT', 'ANNOUNCED'), ('DRAFT', 'CANCELLED'), ('ANNOUNCED', 'RUNNING'),
        ('ANNOUNCED', 'CANCELLED'), ('RUNNING', 'DONE')) THEN
        RAISE EXCEPTION 'A work does not go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'DRAFT' AND (NEW.directorate_id, NEW.reference, NEW.element_kind, NEW.element_code,
            NEW.reason, NEW.customers, NEW.begins_at, NEW.promised_end_at, NEW.drafted_by,
            NEW.announced_by, NEW.announced_at, NEW.is_short_notice)
        IS DISTINCT FROM (OLD.directorate_id, OLD.reference, OLD.element_kind, OLD.element_code,
            OLD.reason, OLD.customers, OLD.begins_at, OLD.promised_end_at, OLD.drafted_by,
            OLD.announced_by, OLD.announced_at, OLD.is_short_notice) THEN
        RAISE EXCEPTION 'What was announced of a work does not change: cancel it and announce another.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outages_guard_work BEFORE UPDATE OR DELETE ON outages_plannedwork
    FOR EACH ROW EXECUTE FUNCTION outages_guard_work();
"""
NO_GUARDS = """
DROP TRIGGER outages_guard_work ON outages_plannedwork;
DROP FUNCTION outages_guard_work();
DROP TRIGGER outages_guard_window ON outages_timetablewindow;
DROP FUNCTION outages_guard_window();
DROP TRIGGER outages_guard_timetable ON outages_timetable;
DROP FUNCTION outages_guard_timetable();
"""


class Migration(migrations.Migration):
    dependencies = [("outages", "0002_planned_and_promised"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(
            APART, "ALTER TABLE outages_timetablewindow DROP CONSTRAINT outages_windows_apart"
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        database.append_only("outages_workchange"),
        database.append_only("outages_news"),
        database.row_level_security("outages_plannedwork"),
        database.row_level_security("outages_workchange"),
        database.row_level_security("outages_timetable"),
        database.row_level_security("outages_timetablewindow"),
        database.row_level_security("outages_subscription", directorate=None, person="user_id"),
        database.row_level_security("outages_news", directorate=None, person="user_id"),
        database.row_level_security("outages_calendarlink", directorate=None, person="user_id"),
    ]
