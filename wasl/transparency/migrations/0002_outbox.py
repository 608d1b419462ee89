"""
Every event reaches the outbox by a trigger, in its own transaction, whoever wrote it and how.

The triggers named `..._held` never stand in the way of the owner of the tables, under whom the
sequencer runs. They make `wasl_app` (web and worker) lose UPDATE and DELETE on these tables too, see
wasl/core/database.py: what waits for the log cannot be taken back by the application.
"""

from django.db import migrations

from wasl.core import database

OUTBOX = """
CREATE FUNCTION transparency_take_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO transparency_pending
        (event_id, recorded_at, directorate_id, kind, subject_type, subject_id, actor_role, commitment, public)
    SELECT id, recorded_at, directorate_id, kind, subject_type, subject_id, actor_role, commitment, public
    FROM added
    ORDER BY recorded_at, id;
    RETURN NULL;
END $$;

CREATE TRIGGER events_event_to_log AFTER INSERT ON events_event
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION transparency_take_events();

-- What was recorded before this trigger was there belongs into the log as well.
INSERT INTO transparency_pending
    (event_id, recorded_at, directorate_id, kind, subject_type, subject_id, actor_role, commitment, public)
SELECT id, recorded_at, directorate_id, kind, subject_type, subject_id, actor_role, commitment, public
FROM events_event
ORDER BY recorded_at, id;

CREATE TRIGGER transparency_pending_held BEFORE UPDATE ON transparency_pending
FOR EACH ROW EXECUTE FUNCTION wasl_refuse_change();

CREATE TRIGGER transparency_subjectchain_held BEFORE UPDATE OF subject_id, pseudonym ON transparency_subjectchain
FOR EACH ROW EXECUTE FUNCTION wasl_refuse_change();

CREATE TRIGGER transparency_tree_held BEFORE DELETE ON transparency_tree
FOR EACH ROW EXECUTE FUNCTION wasl_refuse_change();
"""

UNDO = """
DROP TRIGGER transparency_tree_held ON transparency_tree;
DROP TRIGGER transparency_subjectchain_held ON transparency_subjectchain;
DROP TRIGGER transparency_pending_held ON transparency_pending;
DROP TRIGGER events_event_to_log ON events_event;
DROP FUNCTION transparency_take_events();
"""


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_log"), ("events", "0001_initial")]

    operations = [
        migrations.RunSQL(OUTBOX, UNDO),
        database.append_only("transparency_leaf"),
        database.append_only("transparency_checkpoint"),
        database.append_only("transparency_cosignature"),
    ]
