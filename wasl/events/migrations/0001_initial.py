"""The event table, partitioned by month, append-only, with its partition-making function."""

from django.db import migrations, models

from wasl.core import database

TABLE = """
CREATE TABLE events_event (
    directorate_id integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('CITIZEN', 'HELPER', 'STAFF', 'SYSTEM', 'PUBLIC')),
    actor_id uuid,
    actor_role text NOT NULL,
    data jsonb NOT NULL,
    public jsonb NOT NULL,
    salt bytea NOT NULL CHECK (octet_length(salt) = 32),
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    PRIMARY KEY (directorate_id, recorded_at, id)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX events_by_subject ON events_event (subject_type, subject_id, recorded_at);
CREATE INDEX events_by_kind ON events_event (directorate_id, kind, recorded_at);
CREATE INDEX events_by_id ON events_event (id);
CREATE TABLE events_event_other PARTITION OF events_event DEFAULT;

-- Makes the partition of the month that holds a day. The owner of the tables calls it
-- (`wasl events partitions`, and every migrate), twelve months ahead.
CREATE FUNCTION events_make_partition(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', day);
    name text := format('events_event_%s', to_char(first, 'YYYYMM'));
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF events_event FOR VALUES FROM (%L) TO (%L)',
            name, first::timestamp AT TIME ZONE 'UTC',
            (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    END IF;
END $$;

SELECT events_make_partition((date '2026-01-01' + n * interval '1 month')::date)
FROM generate_series(0, 35) AS n;
"""

UNDO = "DROP TABLE events_event; DROP FUNCTION events_make_partition(date);"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_database")]

    operations = [
        migrations.RunSQL(TABLE, UNDO),
        database.append_only("events_event"),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("pk", models.CompositePrimaryKey("directorate_id", "recorded_at", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("id", models.UUIDField()),
                ("directorate_id", models.IntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("kind", models.TextField()),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("actor_kind", models.TextField()),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_role", models.TextField()),
                ("data", models.JSONField()),
                ("public", models.JSONField()),
                ("salt", models.BinaryField()),
                ("commitment", models.BinaryField()),
            ],
            options={"db_table": "events_event", "managed": False},
        ),
    ]
