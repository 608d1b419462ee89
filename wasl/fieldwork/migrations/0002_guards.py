"""What the database holds by itself: steps, material, places of crews, what phones sent, news."""

from django.db import migrations

from wasl.core import database

# A step takes up where the last one ended, or is refused. Nothing is closed while material is out.
STEPS = """
CREATE FUNCTION fieldwork_take_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_material text;
BEGIN
    IF NEW.to_state = 'CLOSED' THEN
        SELECT string_agg(material, ', ' ORDER BY material) INTO open_material
        FROM fieldwork_ordermaterial
        WHERE order_id = NEW.order_id AND issued + taken_out <> used + returned + scrapped;
        IF open_material IS NOT NULL THEN
            RAISE EXCEPTION 'Order %: not all material is accounted for: %', NEW.order_id, open_material
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    UPDATE fieldwork_workorder SET state = NEW.to_state, sequence = NEW.sequence, crew_id = NEW.crew_id
    WHERE id = NEW.order_id AND directorate_id = NEW.directorate_id
        AND state = NEW.from_state AND sequence = NEW.sequence - 1
        AND (NEW.to_state IN ('OPEN', 'DISPATCHED', 'CANCELLED') OR crew_id = NEW.crew_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Order % is not at %, or another step came first.', NEW.order_id, NEW.from_state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fieldwork_take_step BEFORE INSERT ON fieldwork_orderstep
    FOR EACH ROW EXECUTE FUNCTION fieldwork_take_step();

CREATE FUNCTION fieldwork_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Order % stays in the books.', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.sequence) <> ('NEW', 0) OR NEW.crew_id IS NOT NULL THEN
            RAISE EXCEPTION 'An order begins as new.' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF (NEW.id, NEW.reference, NEW.subject_type, NEW.subject_id, NEW.directorate_id)
        IS DISTINCT FROM (OLD.id, OLD.reference, OLD.subject_type, OLD.subject_id, OLD.directorate_id)
        OR pg_trigger_depth() < 2 AND (NEW.state, NEW.sequence, NEW.crew_id)
        IS DISTINCT FROM (OLD.state, OLD.sequence, OLD.crew_id) THEN
        RAISE EXCEPTION 'Order % goes on by a step only.', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fieldwork_guard_order BEFORE INSERT OR UPDATE OR DELETE ON fieldwork_workorder
    FOR EACH ROW EXECUTE FUNCTION fieldwork_guard_order();
"""
NO_STEPS = """
DROP TRIGGER fieldwork_guard_order ON fieldwork_workorder;
DROP FUNCTION fieldwork_guard_order();
DROP TRIGGER fieldwork_take_step ON fieldwork_orderstep;
DROP FUNCTION fieldwork_take_step();
"""

# Every move changes the store, the order's account, and where a numbered piece is; nothing else does.
MATERIAL = """
CREATE FUNCTION fieldwork_move_material() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved integer := 1;
    into_store integer := CASE NEW.kind WHEN 'RECEIVED' THEN NEW.quantity WHEN 'RETURNED' THEN NEW.quantity
        WHEN 'ISSUED' THEN -NEW.quantity ELSE 0 END;
BEGIN
    IF NEW.order_id IS NOT NULL AND EXISTS (
        SELECT FROM fieldwork_workorder WHERE id = NEW.order_id AND state IN ('CLOSED', 'CANCELLED')
            AND NOT (state = 'CANCELLED' AND NEW.kind IN ('RETURNED', 'SCRAPPED'))) THEN
        RAISE EXCEPTION 'Order % is over.', NEW.order_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF into_store <> 0 THEN
        UPDATE fieldwork_stocklevel SET quantity = quantity + into_store
        WHERE directorate_id = NEW.directorate_id AND material = NEW.material;
        IF NOT FOUND THEN
            INSERT INTO fieldwork_stocklevel (directorate_id, material, quantity)
            VALUES (NEW.directorate_id, NEW.material, into_store)
            ON CONFLICT (directorate_id, material)
                DO UPDATE SET quantity = fieldwork_stocklevel.quantity + excluded.quantity;
        END IF;
    END IF;
    IF NEW.order_id IS NOT NULL THEN
        INSERT INTO fieldwork_ordermaterial (order_id, directorate_id, material, issued, taken_out, used,
            returned, scrapped, first_issued_at)
        VALUES (NEW.order_id, NEW.directorate_id, NEW.material, 0, 0, 0, 0, 0, NEW.at)
        ON CONFLICT (order_id, material) DO NOTHING;
        UPDATE fieldwork_ordermaterial SET
            issued = issued + CASE NEW.kind WHEN 'ISSUED' THEN NEW.quantity ELSE 0 END,
            taken_out = taken_out + CASE NEW.kind WHEN 'TAKEN_OUT' THEN NEW.quantity ELSE 0 END,
            used = used + CASE NEW.kind WHEN 'USED' THEN NEW.quantity ELSE 0 END,
            returned = returned + CASE NEW.kind WHEN 'RETURNED' THEN NEW.quantity ELSE 0 END,
            scrapped = scrapped + CASE NEW.kind WHEN 'SCRAPPED' THEN NEW.quantity ELSE 0 END
        WHERE order_id = NEW.order_id AND material = NEW.material;
    END IF;
    IF NEW.serial <> '' THEN
        IF NEW.kind = 'RECEIVED' THEN
            INSERT INTO fieldwork_serialitem (directorate_id, material, serial, whereabouts, place_code)
            VALUES (NEW.directorate_id, NEW.material, NEW.serial, 'STORE', '');
        ELSIF NEW.kind = 'TAKEN_OUT' THEN
            -- What hung there before these books were begun gets its row now.
            INSERT INTO fieldwork_serialitem AS s
                (directorate_id, material, serial, whereabouts, order_id, place_code)
            VALUES (NEW.directorate_id, NEW.material, NEW.serial, 'ORDER', NEW.order_id, '')
            ON CONFLICT (directorate_id, material, serial) DO UPDATE
                SET whereabouts = 'ORDER', order_id = excluded.order_id, place_code = ''
                WHERE s.whereabouts = 'PLACE';
            GET DIAGNOSTICS moved = ROW_COUNT;
        ELSE
            UPDATE fieldwork_serialitem SET
                whereabouts = CASE NEW.kind WHEN 'ISSUED' THEN 'ORDER' WHEN 'USED' THEN 'PLACE'
                    WHEN 'RETURNED' THEN 'STORE' ELSE 'SCRAP' END,
                order_id = CASE WHEN NEW.kind IN ('ISSUED', 'USED') THEN NEW.order_id END,
                place_code = CASE NEW.kind WHEN 'USED' THEN NEW.place_code ELSE '' END
            WHERE directorate_id = NEW.directorate_id AND material = NEW.material
                AND serial = NEW.serial
                AND (NEW.kind = 'ISSUED' AND whereabouts = 'STORE'
                    OR NEW.kind <> 'ISSUED' AND whereabouts = 'ORDER' AND order_id = NEW.order_id);
            GET DIAGNOSTICS moved = ROW_COUNT;
        END IF;
        IF moved = 0 THEN
            RAISE EXCEPTION '% % is not there.', NEW.material, NEW.serial
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fieldwork_move_material AFTER INSERT ON fieldwork_stockmove
    FOR EACH ROW EXECUTE FUNCTION fieldwork_move_material();

CREATE FUNCTION fieldwork_guard_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'Material changes by a move only (%).', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fieldwork_guard_books BEFORE INSERT OR UPDATE OR DELETE ON fieldwork_stocklevel
    FOR EACH ROW EXECUTE FUNCTION fieldwork_guard_books();
CREATE TRIGGER fieldwork_guard_books BEFORE INSERT OR UPDATE OR DELETE ON fieldwork_ordermaterial
    FOR EACH ROW EXECUTE FUNCTION fieldwork_guard_books();
CREATE TRIGGER fieldwork_guard_books BEFORE INSERT OR UPDATE OR DELETE ON fieldwork_serialitem
    FOR EACH ROW EXECUTE FUNCTION fieldwork_guard_books();
"""
NO_MATERIAL = """
DROP TRIGGER fieldwork_guard_books ON fieldwork_serialitem;
DROP TRIGGER fieldwork_guard_books ON fieldwork_ordermaterial;
DROP TRIGGER fieldwork_guard_books ON fieldwork_stocklevel;
DROP FUNCTION fieldwork_guard_books();
DROP TRIGGER fieldwork_move_material ON fieldwork_stockmove;
DROP FUNCTION fieldwork_move_material();
"""

# Where people are is known only while they are at work.
POSITIONS = """
CREATE FUNCTION fieldwork_guard_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM fieldwork_crewshift WHERE crew_id = NEW.crew_id
        AND starts_at <= NEW.at AND ends_at > NEW.at) THEN
        RAISE EXCEPTION 'Crew % has no shift at that time: where it is, is its own affair.', NEW.crew_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fieldwork_guard_position BEFORE INSERT OR UPDATE ON fieldwork_crewposition
    FOR EACH ROW EXECUTE FUNCTION fieldwork_guard_position();
"""
NO_POSITIONS = """
DROP TRIGGER fieldwork_guard_position ON fieldwork_crewposition;
DROP FUNCTION fieldwork_guard_position();
"""

# What a phone sent stays as it came; only what became of it is written beside it, once done for good.
ACTIONS = """
CREATE FUNCTION fieldwork_guard_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'What a phone sent is never lost.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.order_id, NEW.kind, NEW.stream, NEW.sequence, NEW.data, NEW.words, NEW.picture,
        NEW.sent_by, NEW.at, NEW.received_at) IS DISTINCT FROM
        (OLD.id, OLD.order_id, OLD.kind, OLD.stream, OLD.sequence, OLD.data, OLD.words, OLD.picture,
        OLD.sent_by, OLD.at, OLD.received_at)
        OR OLD.outcome IN ('DONE', 'DISMISSED') AND NEW.outcome <> OLD.outcome THEN
        RAISE EXCEPTION 'What a phone sent stays as it came.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fieldwork_guard_action BEFORE UPDATE OR DELETE ON fieldwork_fieldaction
    FOR EACH ROW EXECUTE FUNCTION fieldwork_guard_action();
"""
NO_ACTIONS = """
DROP TRIGGER fieldwork_guard_action ON fieldwork_fieldaction;
DROP FUNCTION fieldwork_guard_action();
"""

# News for the desks, in the transaction of what happened, whoever wrote it. The transaction's own
# number stands beside each: see wasl/fieldwork/watching.py.
NEWS = """
ALTER TABLE fieldwork_change ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX fieldwork_change_xid ON fieldwork_change (xid);
CREATE TABLE fieldwork_changesforgotten (upto xid8 NOT NULL);

CREATE FUNCTION fieldwork_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fieldwork_change (directorate_id, kind, subject_type, subject_id, at)
    SELECT directorate_id, kind, subject_type, subject_id, recorded_at FROM added
    WHERE kind LIKE 'outages.outage.%' OR kind LIKE 'fieldwork.%'
        OR kind = 'complaints.report.received' AND data ->> 'is_urgent' = 'true'
        OR kind = 'complaints.report.ended'
    ORDER BY recorded_at, id;
    RETURN NULL;
END $$;
CREATE TRIGGER fieldwork_tell AFTER INSERT ON events_event REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fieldwork_tell();

CREATE FUNCTION fieldwork_tell_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fieldwork_change (directorate_id, kind, subject_type, subject_id, at)
    VALUES (NEW.directorate_id, 'fieldwork.crew.seen', 'crew', NEW.crew_id, NEW.at);
    RETURN NULL;
END $$;
CREATE TRIGGER fieldwork_tell_position AFTER INSERT OR UPDATE ON fieldwork_crewposition
    FOR EACH ROW EXECUTE FUNCTION fieldwork_tell_position();

-- Whoever changes something tells of it, in whatever scope; only the desk's scope reads it.
ALTER TABLE fieldwork_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE fieldwork_change FORCE ROW LEVEL SECURITY;
CREATE POLICY fieldwork_change_told ON fieldwork_change FOR INSERT WITH CHECK (true);
CREATE POLICY fieldwork_change_scope ON fieldwork_change
    USING (wasl_sees(directorate_id::integer, NULL::uuid, NULL::uuid))
    WITH CHECK (wasl_sees(directorate_id::integer, NULL::uuid, NULL::uuid));
"""
NO_NEWS = """
DROP POLICY fieldwork_change_scope ON fieldwork_change;
DROP POLICY fieldwork_change_told ON fieldwork_change;
ALTER TABLE fieldwork_change NO FORCE ROW LEVEL SECURITY;
ALTER TABLE fieldwork_change DISABLE ROW LEVEL SECURITY;
DROP TRIGGER fieldwork_tell_position ON fieldwork_crewposition;
DROP FUNCTION fieldwork_tell_position();
DROP TRIGGER fieldwork_tell ON events_event;
DROP FUNCTION fieldwork_tell();
DROP TABLE fieldwork_changesforgotten;
DROP INDEX fieldwork_change_xid;
ALTER TABLE fieldwork_change DROP COLUMN xid;
"""

_SCOPED = (
    "crew", "crewmember", "crewshift", "crewposition", "workorder", "orderstep", "dispatchdecision",
    "override", "fieldaction", "orderpicture", "stocklevel", "ordermaterial", "serialitem",
    "materialrequest", "stockmove", "callbackdraw", "callback", "callbackfigure",
)
_ONLY_ADDED = ("orderstep", "dispatchdecision", "orderpicture", "stockmove", "callbackdraw")


class Migration(migrations.Migration):
    dependencies = [
        ("fieldwork", "0001_tables"),
        ("core", "0001_database"),
        ("events", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(STEPS, NO_STEPS),
        migrations.RunSQL(MATERIAL, NO_MATERIAL),
        migrations.RunSQL(POSITIONS, NO_POSITIONS),
        migrations.RunSQL(ACTIONS, NO_ACTIONS),
        migrations.RunSQL(NEWS, NO_NEWS),
        *(database.append_only(f"fieldwork_{name}") for name in _ONLY_ADDED),
        *(database.row_level_security(f"fieldwork_{name}") for name in _SCOPED),
    ]
