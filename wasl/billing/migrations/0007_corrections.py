"""An accepted reading that was wrong gives its place to another."""

from django.db import migrations, models

from wasl.core import database

# Besides the verdict on a held one, an accepted reading gives its place to another, once. An
# estimate is set right by the next real reading.
GUARD = """
CREATE OR REPLACE FUNCTION billing_guard_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.directorate_id, NEW.account_no, NEW.read_on, NEW.revision, NEW.serial,
            NEW.register_kwh, NEW.source, NEW.taken_by, NEW.recorded_at, NEW.origin)
        IS NOT DISTINCT FROM
           (OLD.directorate_id, OLD.account_no, OLD.read_on, OLD.revision, OLD.serial,
            OLD.register_kwh, OLD.source, OLD.taken_by, OLD.recorded_at, OLD.origin) THEN
            IF OLD.status = 'HELD' AND NEW.status IN ('ACCEPTED', 'REJECTED') THEN
                RETURN NEW;
            END IF;
            IF OLD.status = 'ACCEPTED' AND NEW.status = 'REPLACED' AND OLD.source <> 'ESTIMATE'
                AND (NEW.code, NEW.basis_on, NEW.basis_kwh, NEW.consumption_kwh, NEW.details,
                    NEW.decided_by, NEW.decided_at)
                IS NOT DISTINCT FROM
                   (OLD.code, OLD.basis_on, OLD.basis_kwh, OLD.consumption_kwh, OLD.details,
                    OLD.decided_by, OLD.decided_at) THEN
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'A reading stands; a held one is decided once, a wrong one replaced once.'
        USING ERRCODE = 'restrict_violation';
END $$
"""
GUARD_BEFORE = """
CREATE OR REPLACE FUNCTION billing_guard_reading() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$
"""
KEYS = """
ALTER TABLE billing_readingcorrection ADD CONSTRAINT billing_correction_reading
    FOREIGN KEY (directorate_id, account_no, read_on, revision)
    REFERENCES billing_reading (directorate_id, account_no, read_on, revision);
CREATE TRIGGER billing_hold_correction BEFORE UPDATE OR DELETE ON billing_readingcorrection
    FOR EACH ROW WHEN (OLD.status <> 'ASKED') EXECUTE FUNCTION billing_refuse();
"""
NO_KEYS = """
DROP TRIGGER billing_hold_correction ON billing_readingcorrection;
ALTER TABLE billing_readingcorrection DROP CONSTRAINT billing_correction_reading;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_arrears'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadingCorrection',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('read_on', models.DateField()),
                ('revision', models.PositiveSmallIntegerField()),
                ('register_kwh', models.BigIntegerField()),
                ('reason', models.CharField(choices=[('MISREAD', 'The register was misread'), ('MISTYPED', 'The figure was mistyped'), ('OTHER_METER', "It was read off another customer's meter"), ('METER_CHECKED', 'A check at the place found another figure')], max_length=16)),
                ('note', models.TextField(blank=True, default='', max_length=1000)),
                ('case_id', models.UUIDField(null=True)),
                ('status', models.CharField(choices=[('ASKED', 'to be decided'), ('AGREED', 'agreed'), ('REFUSED', 'refused')], default='ASKED', max_length=8)),
                ('new_revision', models.PositiveSmallIntegerField(null=True)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='reading',
            name='replaced_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reading',
            name='replaced_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='reading',
            name='status',
            field=models.CharField(choices=[('ACCEPTED', 'accepted'), ('HELD', 'to be looked at'), ('REJECTED', 'rejected'), ('REPLACED', 'replaced by a correction')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'REPLACED'), _negated=True), ('replaced_at', None), ('replaced_by', None)), models.Q(('replaced_at__isnull', False), ('replaced_by__isnull', False), ('status', 'REPLACED'), models.Q(('taken_by', None), models.Q(('replaced_by', models.F('taken_by')), _negated=True), _connector='OR')), _connector='OR'), name='billing_reading_replaced_by_other_person'),
        ),
        migrations.AddConstraint(
            model_name='readingcorrection',
            constraint=models.CheckConstraint(condition=models.Q(('register_kwh__gte', 0), ('register_kwh__lt', 10000000000)), name='billing_correction_size'),
        ),
        migrations.AddConstraint(
            model_name='readingcorrection',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='billing_correction_other_person_decides'),
        ),
        migrations.AddConstraint(
            model_name='readingcorrection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('new_revision', None), ('status', 'ASKED')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('new_revision', None), ('status', 'REFUSED')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('new_revision__isnull', False), ('status', 'AGREED')), _connector='OR'), name='billing_correction_decided_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='readingcorrection',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ASKED')), fields=('directorate_id', 'account_no', 'read_on', 'revision'), name='billing_correction_one_open'),
        ),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
        migrations.RunSQL(KEYS, NO_KEYS),
        database.row_level_security("billing_readingcorrection"),
    ]
