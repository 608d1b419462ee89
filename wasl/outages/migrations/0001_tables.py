"""Signals, outages and their steps."""

import django.db.models.deletion
from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0001_database"),
    ]

    operations = [
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('element_kind', models.CharField(choices=[('SUBSTATION', 'substation'), ('FEEDER', 'feeder'), ('SECTION', 'section of a feeder'), ('TRANSFORMER', 'transformer'), ('SERVICE', 'single connection')], max_length=12)),
                ('element_code', models.CharField(max_length=64)),
                ('cause', models.CharField(choices=[('FAULT', 'fault'), ('PLANNED', 'planned work'), ('RATIONING', 'programmed cut')], default='FAULT', max_length=10)),
                ('state', models.CharField(choices=[('OPEN', 'without supply'), ('RESTORED', 'supplied again'), ('MERGED', 'part of another outage')], default='OPEN', max_length=8)),
                ('is_confirmed', models.BooleanField(default=False)),
                ('customers', models.PositiveIntegerField()),
                ('why', models.JSONField(default=dict)),
                ('began_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('expected_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='outages.outage')),
                ('nested_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nested', to='outages.outage')),
                ('split_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outages.outage')),
            ],
        ),
        migrations.CreateModel(
            name='OutageStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('group', models.CharField(max_length=64)),
                ('feeder_code', models.CharField(blank=True, default='', max_length=32)),
                ('customers', models.PositiveIntegerField()),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('outage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='outages.outage')),
            ],
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('source', models.CharField(choices=[('REPORT', 'report'), ('LAST_GASP', 'last sign of a meter'), ('METER', 'meter that is supplied again'), ('CALL_BACK', 'call back'), ('DESK', 'duty desk')], max_length=10)),
                ('source_id', models.UUIDField()),
                ('says', models.CharField(choices=[('OFF', 'no supply'), ('ON', 'supplied')], default='OFF', max_length=3)),
                ('category', models.CharField(blank=True, default='', max_length=32)),
                ('transformer_code', models.CharField(blank=True, default='', max_length=32)),
                ('account_no', models.CharField(blank=True, default='', max_length=16)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('outage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signals', to='outages.outage')),
            ],
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['directorate_id', 'began_at'], name='outages_outage_open'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(fields=['directorate_id', 'ended_at'], name='outages_outage_ended'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('directorate_id', 'element_kind', 'element_code'), name='outages_element_open_once'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('merged_into', None), ('state', 'OPEN')), models.Q(('ended_at__gte', models.F('began_at')), ('merged_into', None), ('state', 'RESTORED')), models.Q(('ended_at', None), ('merged_into__isnull', False), ('state', 'MERGED')), _connector='OR'), name='outages_end_is_whole'),
        ),
        migrations.AddIndex(
            model_name='outagestep',
            index=models.Index(fields=['directorate_id', 'began_at'], name='outages_step_began'),
        ),
        migrations.AddConstraint(
            model_name='outagestep',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('outage', 'group'), name='outages_group_off_once'),
        ),
        migrations.AddConstraint(
            model_name='outagestep',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='outages_step_ends_later'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['directorate_id', 'transformer_code'], name='outages_signal_open'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.UniqueConstraint(fields=('source', 'source_id'), name='outages_signal_once'),
        ),
        database.row_level_security("outages_signal"),
        database.row_level_security("outages_outage"),
        database.row_level_security("outages_outagestep"),
    ]
