"""Extensions, functions, the application's role, and the two unlogged tables that core keeps."""

from django.db import migrations

# Both are trusted extensions: whoever may create in the database may create them.
EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

# The twin of wasl.core.arabic.normalise. translate() and normalize() do not depend on the locale.
# The first list is longer: its last four lines have no counterpart, and are dropped.
AR_NORM = r"""
CREATE FUNCTION ar_norm(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(translate(normalize($1, NFC),
        U&'\0623\0625\0622\0671\0649\06CC\0629\06A9\06BE\0624\0626'
        '\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669'
        '\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9'
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
        '\0009\000A\000B\000C\000D\001C\001D\001E\001F\0085\00A0\1680'
        '\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A'
        '\2028\2029\202F\205F\3000'
        '\0640\064B\064C\064D\064E\064F\0650\0651\0652\0653\0654\0655\0656\0657\0658\0659'
        '\065A\065B\065C\065D\065E\065F\0670\200C\200D\200E\200F'
        '\202A\202B\202C\202D\202E\2066\2067\2068\2069',
        U&'\0627\0627\0627\0627\064A\064A\0647\0643\0647\0648\064A'
        '0123456789'
        '0123456789'
        'abcdefghijklmnopqrstuvwxyz'
        '            '
        '           '
        '     '
    ), ' +', ' ', 'g'), ' ')
$$;
"""

REFUSE_CHANGE = """
CREATE FUNCTION wasl_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are only ever added: % is refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record what is new in a further row.';
END $$;
"""

# Inlined by the planner: it has neither a sub-query nor a SET, and is not STRICT.
SEES = """
CREATE FUNCTION wasl_sees(directorate_id integer, person_id uuid, case_id uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(CASE current_setting('wasl.scope', true)
        WHEN 'SYSTEM' THEN true
        WHEN 'STAFF' THEN
            directorate_id = ANY (string_to_array(current_setting('wasl.of', true), ',')::integer[])
        WHEN 'COUNTRY' THEN directorate_id IS NOT NULL
        WHEN 'PERSON' THEN person_id = nullif(current_setting('wasl.of', true), '')::uuid
        WHEN 'CASE' THEN case_id = nullif(current_setting('wasl.of', true), '')::uuid
        ELSE false
    END, false)
$$;
"""

# A role belongs to the whole cluster, so another copy of Wasl may have made it, even this moment.
ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wasl_app') THEN
        BEGIN
            CREATE ROLE wasl_app NOLOGIN NOBYPASSRLS;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE WARNING 'The role wasl_app is missing and % may not create it.', current_user;
                RETURN;
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'wasl_app', 'MEMBER') THEN
        BEGIN
            EXECUTE format('GRANT wasl_app TO %I', current_user);
        EXCEPTION
            WHEN insufficient_privilege THEN
                RAISE WARNING '% may not take the role wasl_app: GRANT wasl_app TO %;',
                    current_user, current_user;
        END;
    END IF;
END $$;
"""

# Unlogged: lost after a crash, which costs nothing, and no write-ahead log is spent on them.
TABLES = """
CREATE UNLOGGED TABLE core_rate_limit (
    key text PRIMARY KEY,
    started_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    hits integer NOT NULL
);
CREATE INDEX core_rate_limit_by_end ON core_rate_limit (ends_at);
CREATE UNLOGGED TABLE core_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(AR_NORM, "DROP FUNCTION ar_norm(text)"),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION wasl_refuse_change()"),
        migrations.RunSQL(SEES, "DROP FUNCTION wasl_sees(integer, uuid, uuid)"),
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(TABLES, "DROP TABLE core_rate_limit; DROP TABLE core_cache"),
    ]
