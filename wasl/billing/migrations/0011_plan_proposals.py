"""Instalments that staff grant beyond the rule; parts that were reminded of."""

from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0010_meter_systems'),
    ]

    operations = [
        migrations.AddField(
            model_name='instalmentplan',
            name='reminded_of',
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name='PlanProposal',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('count', models.PositiveSmallIntegerField()),
                ('first_pct', models.PositiveSmallIntegerField()),
                ('note', models.TextField()),
                ('is_signed', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('ASKED', 'to be decided'), ('APPROVED', 'offered to the holder'), ('REFUSED', 'refused'), ('TAKEN', 'agreed by the holder'), ('LAPSED', 'lapsed')], default='ASKED', max_length=8)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('valid_until', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 2), ('count__lte', 60), ('first_pct__gte', 0), ('first_pct__lte', 90)), name='billing_proposal_bounds'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('status__in', ['ASKED', 'LAPSED'])), models.Q(models.Q(('status', 'ASKED'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='billing_proposal_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'APPROVED'), _negated=True), ('valid_until__isnull', False), _connector='OR'), name='billing_proposal_offer_ends'), models.UniqueConstraint(condition=models.Q(('status__in', ['ASKED', 'APPROVED'])), fields=('directorate_id', 'account_no'), name='billing_one_proposal_at_a_time')],
            },
        ),
        database.row_level_security("billing_planproposal"),
    ]
