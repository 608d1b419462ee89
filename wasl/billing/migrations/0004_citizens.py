"""What the citizens' pages need: contested bills, the use of similar homes, changes of holder."""

from django.db import migrations, models

from wasl.core import database

KEYS = """
ALTER TABLE billing_billdispute ADD CONSTRAINT billing_dispute_of_bill
    FOREIGN KEY (directorate_id, account_no, period, revision)
    REFERENCES billing_bill (directorate_id, account_no, period, revision);
ALTER TABLE billing_holderchange ADD CONSTRAINT billing_holderchange_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
"""
NO_KEYS = """
ALTER TABLE billing_holderchange DROP CONSTRAINT billing_holderchange_account;
ALTER TABLE billing_billdispute DROP CONSTRAINT billing_dispute_of_bill;
"""

# Of a dispute only its end is written, once. None is larger than its bill.
DISPUTES = """
CREATE FUNCTION billing_guard_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.amount > (SELECT energy_amount - credit_amount FROM billing_bill
            WHERE directorate_id = NEW.directorate_id AND account_no = NEW.account_no
            AND period = NEW.period AND revision = NEW.revision) THEN
            RAISE EXCEPTION 'More is contested than bill % of % asks for.', NEW.period, NEW.account_no
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL
        OR (NEW.directorate_id, NEW.case_id, NEW.account_no, NEW.period, NEW.revision, NEW.reason,
            NEW.amount, NEW.own_reading_kwh, NEW.opened_at)
        IS DISTINCT FROM
           (OLD.directorate_id, OLD.case_id, OLD.account_no, OLD.period, OLD.revision, OLD.reason,
            OLD.amount, OLD.own_reading_kwh, OLD.opened_at) THEN
        RAISE EXCEPTION 'A dispute stands; it is closed once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_guard_dispute BEFORE INSERT OR UPDATE OR DELETE ON billing_billdispute
    FOR EACH ROW EXECUTE FUNCTION billing_guard_dispute();
"""
NO_DISPUTES = """
DROP TRIGGER billing_guard_dispute ON billing_billdispute;
DROP FUNCTION billing_guard_dispute();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0003_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='HolderChange',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'account_no', 'changed_at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='BillDispute',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'case_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('case_id', models.UUIDField()),
                ('account_no', models.CharField(max_length=16)),
                ('period', models.CharField(max_length=7)),
                ('revision', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(choices=[('WRONG_READING', 'The reading is wrong'), ('TOO_HIGH', 'It is too high, and I do not know why'), ('NOT_MY_METER', 'It is not my meter'), ('ALREADY_PAID', 'I have paid it already'), ('OTHER', 'Something else')], max_length=16)),
                ('amount', models.BigIntegerField()),
                ('own_reading_kwh', models.BigIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('UPHELD', 'the bill was right'), ('CORRECTED', 'the bill was corrected'), ('WITHDRAWN', 'the customer took it back')], default='', max_length=10)),
                ('due_again_on', models.DateField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['directorate_id', 'account_no', 'period', 'revision'], name='billing_dispute_bill')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='billing_dispute_amount'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('due_again_on', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='billing_dispute_closing_has_outcome'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('directorate_id', 'account_no', 'period', 'revision'), name='billing_dispute_one_open_a_bill')],
            },
        ),
        migrations.CreateModel(
            name='SimilarUse',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'period', 'district_code', 'tariff_class', 'phases', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('period', models.CharField(max_length=7)),
                ('district_code', models.CharField(max_length=64)),
                ('tariff_class', models.CharField(max_length=16)),
                ('phases', models.PositiveSmallIntegerField()),
                ('homes', models.PositiveIntegerField()),
                ('median_wh_a_day', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('homes__gte', 20)), name='billing_similar_enough_homes')],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(DISPUTES, NO_DISPUTES),
        database.append_only("billing_holderchange"),
        database.row_level_security("billing_billdispute"),
        database.row_level_security("billing_holderchange"),
        database.row_level_security("billing_similaruse"),
    ]
