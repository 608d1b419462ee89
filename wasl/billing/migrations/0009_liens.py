"""Lists of debts for which a lien on the property is asked."""

from django.db import migrations, models

from wasl.core import database

KEYS = """
ALTER TABLE billing_lienentry ADD CONSTRAINT billing_lien_entry_list
    FOREIGN KEY (directorate_id, list_id) REFERENCES billing_lienlist (directorate_id, id);
ALTER TABLE billing_lienentry ADD CONSTRAINT billing_lien_entry_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
-- What was approved or withdrawn stays so.
CREATE TRIGGER billing_hold_lien_list BEFORE UPDATE ON billing_lienlist
    FOR EACH ROW WHEN (OLD.status IN ('APPROVED', 'WITHDRAWN')) EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER billing_keep_lien_list BEFORE DELETE ON billing_lienlist
    FOR EACH ROW EXECUTE FUNCTION billing_refuse();
-- Of an entry of an approved list nothing changes but its release, once.
CREATE FUNCTION billing_guard_lien_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An entry of a list of liens stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM billing_lienlist l WHERE l.directorate_id = OLD.directorate_id
            AND l.id = OLD.list_id AND l.status IN ('APPROVED', 'WITHDRAWN'))
        AND (OLD.released_on IS NOT NULL OR OLD.left_out <> '' OR NEW.released_on IS NULL
            OR (NEW.directorate_id, NEW.list_id, NEW.account_no, NEW.amount, NEW.due_on, NEW.left_out)
            IS DISTINCT FROM
               (OLD.directorate_id, OLD.list_id, OLD.account_no, OLD.amount, OLD.due_on, OLD.left_out)) THEN
        RAISE EXCEPTION 'The list is closed: an entry is released, and nothing else.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_guard_lien_entry BEFORE UPDATE OR DELETE ON billing_lienentry
    FOR EACH ROW EXECUTE FUNCTION billing_guard_lien_entry();
"""
NO_KEYS = """
DROP TRIGGER billing_guard_lien_entry ON billing_lienentry;
DROP FUNCTION billing_guard_lien_entry();
DROP TRIGGER billing_keep_lien_list ON billing_lienlist;
DROP TRIGGER billing_hold_lien_list ON billing_lienlist;
ALTER TABLE billing_lienentry DROP CONSTRAINT billing_lien_entry_account;
ALTER TABLE billing_lienentry DROP CONSTRAINT billing_lien_entry_list;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_routes'),
    ]

    operations = [
        migrations.CreateModel(
            name='LienEntry',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'list_id', 'account_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('list_id', models.UUIDField()),
                ('account_no', models.CharField(max_length=16)),
                ('amount', models.BigIntegerField()),
                ('due_on', models.DateField()),
                ('left_out', models.CharField(blank=True, choices=[('SETTLED', 'paid, contested or in instalments since'), ('HARDSHIP', 'hardship'), ('DECEASED', 'the holder has died'), ('COURT', 'before a court'), ('STATE', 'a body of the state'), ('WRONG_PERSON', 'not the owner of the property'), ('WITHDRAWN', 'the list was withdrawn')], default='', max_length=12)),
                ('left_out_by', models.UUIDField(null=True)),
                ('released_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='billing_lien_amount'), models.CheckConstraint(condition=models.Q(('released_on', None), ('left_out', ''), _connector='OR'), name='billing_lien_only_listed_released'), models.UniqueConstraint(condition=models.Q(('left_out', ''), ('released_on', None)), fields=('directorate_id', 'account_no'), name='billing_lien_listed_once')],
            },
        ),
        migrations.CreateModel(
            name='LienList',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('PROPOSED', 'proposed'), ('CHECKED', 'checked'), ('APPROVED', 'approved'), ('WITHDRAWN', 'withdrawn')], default='PROPOSED', max_length=10)),
                ('proposed_by', models.UUIDField()),
                ('proposed_at', models.DateTimeField()),
                ('checked_by', models.UUIDField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('content', models.BinaryField(null=True)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directorate_id', 'number'), name='billing_lien_number'), models.UniqueConstraint(condition=models.Q(('status__in', ['PROPOSED', 'CHECKED'])), fields=('directorate_id',), name='billing_lien_one_in_work'), models.CheckConstraint(condition=models.Q(models.Q(('checked_by', None), models.Q(('checked_by', models.F('proposed_by')), _negated=True), _connector='OR'), models.Q(models.Q(('status', 'APPROVED'), _negated=True), models.Q(models.Q(('ended_by', models.F('proposed_by')), _negated=True), models.Q(('ended_by', models.F('checked_by')), _negated=True)), _connector='OR')), name='billing_lien_three_persons'), models.CheckConstraint(condition=models.Q(models.Q(('checked_by', None), ('content', None), ('ended_by', None), ('sha256', ''), ('status', 'PROPOSED')), models.Q(('checked_by__isnull', False), ('content', None), ('ended_by', None), ('sha256', ''), ('status', 'CHECKED')), models.Q(('checked_by__isnull', False), ('ended_by__isnull', False), ('status', 'APPROVED'), ('content__isnull', False), models.Q(('sha256', ''), _negated=True)), models.Q(('content', None), ('ended_by__isnull', False), ('sha256', ''), ('status', 'WITHDRAWN')), _connector='OR'), name='billing_lien_chain_is_whole')],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        database.row_level_security("billing_lienlist"),
        database.row_level_security("billing_lienentry"),
    ]
