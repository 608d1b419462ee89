"""Attempts move only forward and keep their amount; what providers said and what came in stays."""

from django.db import migrations

from wasl.core import database

RANKS = """
CREATE FUNCTION payments_state_rank(text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE $1
        WHEN 'CREATED' THEN 0 WHEN 'INIT_UNKNOWN' THEN 1 WHEN 'INITIATED' THEN 2
        WHEN 'PENDING' THEN 3 WHEN 'FAILED' THEN 4 WHEN 'EXPIRED' THEN 4
        WHEN 'NEEDS_REVIEW' THEN 5 WHEN 'SUCCEEDED' THEN 6 END
$$;
CREATE FUNCTION payments_intent_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state
        AND payments_state_rank(NEW.state) <= payments_state_rank(OLD.state) THEN
        RAISE EXCEPTION 'A payment attempt does not go back from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.amount, NEW.currency, NEW.key, NEW.request_id, NEW.provider, NEW.payer_id)
        IS DISTINCT FROM
        (OLD.amount, OLD.currency, OLD.key, OLD.request_id, OLD.provider, OLD.payer_id)
        OR (OLD.provider_payment_id IS NOT NULL
            AND NEW.provider_payment_id IS DISTINCT FROM OLD.provider_payment_id) THEN
        RAISE EXCEPTION 'What a payment attempt is about never changes.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_intent_forward BEFORE UPDATE ON payments_paymentintent
    FOR EACH ROW EXECUTE FUNCTION payments_intent_moves_forward();
CREATE FUNCTION payments_request_stays_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status <> 'OPEN' AND NEW.status <> OLD.status)
        OR (NEW.amount, NEW.currency, NEW.payer_id, NEW.subject_id, NEW.reference)
        IS DISTINCT FROM
        (OLD.amount, OLD.currency, OLD.payer_id, OLD.subject_id, OLD.reference) THEN
        RAISE EXCEPTION 'A payment request that is % is not changed.', OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_request_decided BEFORE UPDATE ON payments_paymentrequest
    FOR EACH ROW EXECUTE FUNCTION payments_request_stays_decided();
"""
BACK = """
DROP TRIGGER payments_intent_forward ON payments_paymentintent;
DROP TRIGGER payments_request_decided ON payments_paymentrequest;
DROP FUNCTION payments_intent_moves_forward();
DROP FUNCTION payments_request_stays_decided();
DROP FUNCTION payments_state_rank(text);
"""
_CASE = "CASE WHEN subject_type = 'case' THEN subject_id END"


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_payments"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(RANKS, BACK),
        database.append_only("payments_providermessage"),
        database.append_only("payments_settlement"),
        database.row_level_security("payments_paymentrequest", person="payer_id", case=_CASE),
        database.row_level_security("payments_paymentintent", person="payer_id"),
        database.row_level_security("payments_providermessage"),
        database.row_level_security("payments_settlement", person="payer_id"),
    ]
