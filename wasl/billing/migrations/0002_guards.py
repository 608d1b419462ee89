"""What the database promises of bills, readings, tariffs and the books, whoever writes."""

from django.db import migrations

from wasl.core import database

KEYS = """
ALTER TABLE billing_reading ADD CONSTRAINT billing_reading_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
ALTER TABLE billing_reading ADD CONSTRAINT billing_reading_meter
    FOREIGN KEY (directorate_id, serial) REFERENCES customers_meter (directorate_id, serial);
ALTER TABLE billing_classperiod ADD CONSTRAINT billing_classperiod_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
ALTER TABLE billing_bill ADD CONSTRAINT billing_bill_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
ALTER TABLE billing_billcancellation ADD CONSTRAINT billing_cancellation_bill
    FOREIGN KEY (directorate_id, account_no, period, revision)
    REFERENCES billing_bill (directorate_id, account_no, period, revision);
ALTER TABLE billing_transfer ADD CONSTRAINT billing_transfer_of_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
ALTER TABLE billing_billrunchunk ADD CONSTRAINT billing_chunk_run
    FOREIGN KEY (directorate_id, run_id) REFERENCES billing_billrun (directorate_id, id);
ALTER TABLE billing_billrunhold ADD CONSTRAINT billing_hold_run
    FOREIGN KEY (directorate_id, run_id) REFERENCES billing_billrun (directorate_id, id);
"""
NO_KEYS = """
ALTER TABLE billing_billrunhold DROP CONSTRAINT billing_hold_run;
ALTER TABLE billing_billrunchunk DROP CONSTRAINT billing_chunk_run;
ALTER TABLE billing_transfer DROP CONSTRAINT billing_transfer_of_account;
ALTER TABLE billing_billcancellation DROP CONSTRAINT billing_cancellation_bill;
ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_account;
ALTER TABLE billing_classperiod DROP CONSTRAINT billing_classperiod_account;
ALTER TABLE billing_reading DROP CONSTRAINT billing_reading_meter;
ALTER TABLE billing_reading DROP CONSTRAINT billing_reading_account;
"""

# The explained lines sum to the amount, in the row itself.
LINES = """
CREATE FUNCTION billing_sum_of_lines(lines jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum((line ->> 'amount')::bigint), 0)::bigint FROM jsonb_array_elements(lines) AS line
$$;
ALTER TABLE billing_bill ADD CONSTRAINT billing_bill_lines_sum
    CHECK (billing_sum_of_lines(lines) = energy_amount);
-- A date less a date is a number of days here; the ORM would make an interval of it.
ALTER TABLE billing_bill ADD CONSTRAINT billing_bill_days_count CHECK (days = to_on - from_on);
"""
NO_LINES = """
ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_days_count;
ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_lines_sum;
DROP FUNCTION billing_sum_of_lines(jsonb);
"""

# The rating divides parts of different lengths: exact fractions need their common denominator.
LCM = """
CREATE AGGREGATE billing_lcm(numeric) (sfunc = lcm, stype = numeric, initcond = '1', parallel = safe)
"""

# A published tariff is fixed; its blocks cover everything from nought, without gap or overlap.
TARIFFS = """
CREATE FUNCTION billing_guard_tariff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status = 'PUBLISHED' THEN
        IF OLD.status = 'PUBLISHED' THEN
            RAISE EXCEPTION 'Tariff % is published and stands. A correction is a new version.', OLD.code
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.status = 'PUBLISHED' AND NOT (
        SELECT coalesce(min(from_kwh) = 0 AND bool_and(joins), false) FROM (
            SELECT from_kwh, to_kwh IS NOT DISTINCT FROM lead(from_kwh) OVER (ORDER BY position) AS joins
            FROM billing_tariffblock WHERE tariff_id = NEW.code) AS block)
    THEN
        RAISE EXCEPTION 'The blocks of tariff % leave a gap, overlap, or end.', NEW.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_guard_tariff BEFORE UPDATE OR DELETE ON billing_tariff
    FOR EACH ROW EXECUTE FUNCTION billing_guard_tariff();

CREATE FUNCTION billing_guard_block() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned text := CASE TG_OP WHEN 'INSERT' THEN NEW.tariff_id ELSE OLD.tariff_id END;
BEGIN
    IF EXISTS (SELECT FROM billing_tariff WHERE code = concerned AND status = 'PUBLISHED') THEN
        RAISE EXCEPTION 'Tariff % is published and stands. A correction is a new version.', concerned
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER billing_guard_block BEFORE INSERT OR UPDATE OR DELETE ON billing_tariffblock
    FOR EACH ROW EXECUTE FUNCTION billing_guard_block();

-- A use ends where the next one begins; only a published tariff of the class can be in force.
CREATE FUNCTION billing_guard_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM billing_tariff WHERE code = NEW.tariff_id AND status = 'PUBLISHED'
        AND tariff_class = NEW.tariff_class AND valid_from <= NEW.valid_from
    ) THEN
        RAISE EXCEPTION 'Tariff % is not published, or not for class % on %.',
            NEW.tariff_id, NEW.tariff_class, NEW.valid_from USING ERRCODE = 'check_violation';
    END IF;
    NEW.valid_to := (SELECT min(valid_from) FROM billing_tariffuse
        WHERE directorate_id = NEW.directorate_id AND tariff_class = NEW.tariff_class
        AND valid_from > NEW.valid_from);
    UPDATE billing_tariffuse SET valid_to = NEW.valid_from
        WHERE directorate_id = NEW.directorate_id AND tariff_class = NEW.tariff_class
        AND valid_from < NEW.valid_from AND (valid_to IS NULL OR valid_to > NEW.valid_from);
    RETURN NEW;
END $$;
CREATE TRIGGER billing_guard_use BEFORE INSERT ON billing_tariffuse
    FOR EACH ROW EXECUTE FUNCTION billing_guard_use();
CREATE TRIGGER billing_hold_use BEFORE UPDATE OR DELETE ON billing_tariffuse
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION billing_refuse();

CREATE FUNCTION billing_guard_class() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.valid_to := (SELECT min(valid_from) FROM billing_classperiod
        WHERE directorate_id = NEW.directorate_id AND account_no = NEW.account_no
        AND valid_from > NEW.valid_from);
    UPDATE billing_classperiod SET valid_to = NEW.valid_from
        WHERE directorate_id = NEW.directorate_id AND account_no = NEW.account_no
        AND valid_from < NEW.valid_from AND (valid_to IS NULL OR valid_to > NEW.valid_from);
    RETURN NEW;
END $$;
CREATE TRIGGER billing_guard_class BEFORE INSERT ON billing_classperiod
    FOR EACH ROW EXECUTE FUNCTION billing_guard_class();
CREATE TRIGGER billing_hold_class BEFORE UPDATE OR DELETE ON billing_classperiod
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION billing_refuse();
"""
NO_TARIFFS = """
DROP TRIGGER billing_hold_class ON billing_classperiod;
DROP TRIGGER billing_guard_class ON billing_classperiod;
DROP FUNCTION billing_guard_class();
DROP TRIGGER billing_hold_use ON billing_tariffuse;
DROP TRIGGER billing_guard_use ON billing_tariffuse;
DROP FUNCTION billing_guard_use();
DROP TRIGGER billing_guard_block ON billing_tariffblock;
DROP FUNCTION billing_guard_block();
DROP TRIGGER billing_guard_tariff ON billing_tariff;
DROP FUNCTION billing_guard_tariff();
"""
REFUSE = """
CREATE FUNCTION billing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are kept by the database.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# Of a held reading only the verdict is written, once. What a register showed never changes.
READINGS = """
CREATE FUNCTION billing_guard_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status <> 'HELD' OR NEW.status = 'HELD'
        OR (NEW.directorate_id, NEW.account_no, NEW.read_on, NEW.revision, NEW.serial,
            NEW.register_kwh, NEW.source, NEW.taken_by, NEW.recorded_at, NEW.origin)
        IS DISTINCT FROM
           (OLD.directorate_id, OLD.account_no, OLD.read_on, OLD.revision, OLD.serial,
            OLD.register_kwh, OLD.source, OLD.taken_by, OLD.recorded_at, OLD.origin) THEN
        RAISE EXCEPTION 'A reading stands; a held one is decided once.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_guard_reading BEFORE UPDATE OR DELETE ON billing_reading
    FOR EACH ROW EXECUTE FUNCTION billing_guard_reading();
"""
NO_READINGS = """
DROP TRIGGER billing_guard_reading ON billing_reading;
DROP FUNCTION billing_guard_reading();
"""

# Balances follow from transfers, in the same statement, in the order of their keys.
BALANCES = """
CREATE FUNCTION billing_keep_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_balance AS kept (directorate_id, account_no, owed)
    SELECT directorate_id, account_no,
        sum(CASE debit WHEN 'RECEIVABLE' THEN amount ELSE -amount END)
    FROM added WHERE account_no IS NOT NULL
    GROUP BY directorate_id, account_no ORDER BY directorate_id, account_no
    ON CONFLICT (directorate_id, account_no) DO UPDATE SET owed = kept.owed + excluded.owed;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_keep_balances AFTER INSERT ON billing_transfer
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_balances();
CREATE TRIGGER billing_hold_balance BEFORE INSERT OR UPDATE OR DELETE ON billing_balance
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION billing_refuse();

CREATE VIEW billing_posting WITH (security_invoker = true) AS
SELECT directorate_id, entry, line, kind, debit AS ledger_account, amount,
    CASE debit WHEN 'RECEIVABLE' THEN account_no END AS account_no, party, posted_on, recorded_at
FROM billing_transfer
UNION ALL
SELECT directorate_id, entry, line, kind, credit, -amount,
    CASE credit WHEN 'RECEIVABLE' THEN account_no END, party, posted_on, recorded_at
FROM billing_transfer;
"""
NO_BALANCES = """
DROP VIEW billing_posting;
DROP TRIGGER billing_hold_balance ON billing_balance;
DROP TRIGGER billing_keep_balances ON billing_transfer;
DROP FUNCTION billing_keep_balances();
"""
SCOPED = (
    "reading", "classperiod", "bill", "billcancellation", "transfer", "balance",
    "billrun", "billrunchunk", "billrunhold",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_tables"),
        ("customers", "0003_meter_register"),
        ("core", "0001_database"),
    ]

    operations = [
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(LINES, NO_LINES),
        migrations.RunSQL(LCM, "DROP AGGREGATE billing_lcm(numeric)"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION billing_refuse()"),
        migrations.RunSQL(TARIFFS, NO_TARIFFS),
        migrations.RunSQL(READINGS, NO_READINGS),
        migrations.RunSQL(BALANCES, NO_BALANCES),
        database.append_only("billing_bill"),
        database.append_only("billing_billcancellation"),
        database.append_only("billing_transfer"),
        *(database.row_level_security(f"billing_{table}") for table in SCOPED),
    ]
