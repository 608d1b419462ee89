"""Identifiers that sort by time, made in the database for events written by the set."""

from django.db import migrations

# UUID version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then random ones. PostgreSQL has its own
# from 18 on only, and not for a given moment.
NEW_ID = """
CREATE FUNCTION events_new_id(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_byte(
        overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112), 'hex')::uuid
$$
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunSQL(NEW_ID, "DROP FUNCTION events_new_id(timestamptz)")]
