"""Debts changed by decision, or paid in parts."""


from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_citizens'),
    ]

    operations = [
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(choices=[('BILLING_ERROR', 'mistake in an old bill'), ('COURT', 'decision of a court'), ('COMPENSATION', 'compensation by the charter'), ('TAKEN_OVER', 'debt taken over from the old books'), ('UNCOLLECTABLE', 'cannot be collected: written off')], max_length=16)),
                ('note', models.TextField()),
                ('status', models.CharField(choices=[('ASKED', 'to be decided'), ('APPROVED', 'approved'), ('REFUSED', 'refused')], default='ASKED', max_length=8)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'ASKED')), fields=['directorate_id', 'asked_at'], name='billing_adjustment_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='billing_adjustment_amount'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('status', 'ASKED')), models.Q(models.Q(('status', 'ASKED'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='billing_adjustment_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'UNCOLLECTABLE'), _negated=True), ('amount__lt', 0), _connector='OR'), name='billing_write_off_lowers')],
            },
        ),
        migrations.CreateModel(
            name='InstalmentPlan',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('total', models.BigIntegerField()),
                ('parts', models.JSONField()),
                ('status', models.CharField(choices=[('ACTIVE', 'running'), ('KEPT', 'kept'), ('BROKEN', 'broken')], default='ACTIVE', max_length=8)),
                ('agreed_by', models.UUIDField()),
                ('agreed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='billing_plan_total'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('status', 'ACTIVE')), models.Q(models.Q(('status', 'ACTIVE'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='billing_plan_end_has_time'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('directorate_id', 'account_no'), name='billing_one_plan_at_a_time')],
            },
        ),
        database.row_level_security("billing_adjustment"),
        database.row_level_security("billing_instalmentplan"),
    ]
