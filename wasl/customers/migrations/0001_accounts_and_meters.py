"""Accounts, premises, meters, their custody and assignments."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("core", "0001_database")]

    operations = [
        migrations.CreateModel(
            name='AccountCounter',
            fields=[
                ('directorate_id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'account_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('holder_id', models.UUIDField()),
                ('premises_id', models.UUIDField()),
                ('tariff_class', models.CharField(choices=[('RESIDENTIAL', 'household'), ('COMMERCIAL', 'commercial'), ('INDUSTRIAL', 'industrial'), ('AGRICULTURAL', 'agricultural'), ('GOVERNMENT', 'government')], max_length=16)),
                ('phases', models.PositiveSmallIntegerField()),
                ('load_kw', models.DecimalField(decimal_places=2, max_digits=8)),
                ('status', models.CharField(choices=[('ACTIVE', 'active'), ('CLOSED', 'closed')], default='ACTIVE', max_length=8)),
                ('opened_by_case', models.UUIDField()),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['holder_id'], name='customers_account_holder')],
                'constraints': [models.UniqueConstraint(fields=('directorate_id', 'opened_by_case'), name='customers_case_opens_one_account'), models.UniqueConstraint(condition=models.Q(('status', 'ACTIVE')), fields=('directorate_id', 'premises_id'), name='customers_premises_has_one_account'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('status', 'ACTIVE')), models.Q(('closed_at__isnull', False), ('status', 'CLOSED')), _connector='OR'), name='customers_account_closing_has_time'), models.CheckConstraint(condition=models.Q(('load_kw__gt', 0)), name='customers_account_has_load'), models.CheckConstraint(condition=models.Q(('phases__in', [1, 3])), name='customers_one_or_three_phases')],
            },
        ),
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'serial', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('serial', models.CharField(max_length=24)),
                ('phases', models.PositiveSmallIntegerField()),
                ('delivery_no', models.CharField(max_length=40)),
                ('received_at', models.DateTimeField()),
                ('custody_sequence', models.PositiveIntegerField(default=0)),
                ('custodian', models.CharField(choices=[('SUPPLIER', 'supplier'), ('STORE', 'store'), ('TECHNICIAN', 'technician'), ('PREMISES', 'premises'), ('LAB', 'laboratory'), ('SCRAP', 'scrapped')], default='SUPPLIER', max_length=12)),
                ('held_by', models.CharField(blank=True, default='', max_length=64)),
                ('case_id', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['directorate_id', 'custodian'], name='customers_meter_custodian'), models.Index(fields=['directorate_id', 'case_id'], name='customers_meter_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(('phases__in', [1, 3])), name='customers_meter_phases'), models.UniqueConstraint(condition=models.Q(('custodian', 'TECHNICIAN')), fields=('directorate_id', 'case_id'), name='customers_case_has_one_meter_out')],
            },
        ),
        migrations.CreateModel(
            name='MeterAssignment',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'serial', 'valid_from', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('serial', models.CharField(max_length=24)),
                ('account_no', models.CharField(max_length=16)),
                ('valid_from', models.DateTimeField()),
                ('valid_to', models.DateTimeField(null=True)),
                ('case_id', models.UUIDField()),
                ('seal_no', models.CharField(max_length=40)),
                ('first_reading_kwh', models.PositiveIntegerField()),
                ('final_reading_kwh', models.PositiveIntegerField(null=True)),
                ('photo_document_id', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('directorate_id', '='), ('serial', '='), (models.Func('valid_from', 'valid_to', function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='customers_meter_measures_one_account'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('directorate_id', '='), ('account_no', '='), (models.Func('valid_from', 'valid_to', function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='customers_account_has_one_meter'), models.CheckConstraint(condition=models.Q(models.Q(('final_reading_kwh', None), ('valid_to', None)), models.Q(('final_reading_kwh__gte', models.F('first_reading_kwh')), ('valid_to__gte', models.F('valid_from'))), _connector='OR'), name='customers_assignment_ends_with_reading')],
            },
        ),
        migrations.CreateModel(
            name='MeterCustody',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'serial', 'sequence', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('serial', models.CharField(max_length=24)),
                ('sequence', models.PositiveIntegerField()),
                ('from_custodian', models.CharField(choices=[('SUPPLIER', 'supplier'), ('STORE', 'store'), ('TECHNICIAN', 'technician'), ('PREMISES', 'premises'), ('LAB', 'laboratory'), ('SCRAP', 'scrapped')], max_length=12)),
                ('from_held_by', models.CharField(blank=True, default='', max_length=64)),
                ('to_custodian', models.CharField(choices=[('SUPPLIER', 'supplier'), ('STORE', 'store'), ('TECHNICIAN', 'technician'), ('PREMISES', 'premises'), ('LAB', 'laboratory'), ('SCRAP', 'scrapped')], max_length=12)),
                ('to_held_by', models.CharField(blank=True, default='', max_length=64)),
                ('case_id', models.UUIDField(null=True)),
                ('moved_by', models.UUIDField(null=True)),
                ('moved_at', models.DateTimeField()),
                ('details', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['case_id'], name='customers_custody_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('from_custodian', 'SUPPLIER'), ('to_custodian', 'STORE')), models.Q(('from_custodian', 'STORE'), ('to_custodian', 'TECHNICIAN')), models.Q(('from_custodian', 'STORE'), ('to_custodian', 'STORE')), models.Q(('from_custodian', 'STORE'), ('to_custodian', 'LAB')), models.Q(('from_custodian', 'STORE'), ('to_custodian', 'SCRAP')), models.Q(('from_custodian', 'TECHNICIAN'), ('to_custodian', 'PREMISES')), models.Q(('from_custodian', 'TECHNICIAN'), ('to_custodian', 'STORE')), models.Q(('from_custodian', 'PREMISES'), ('to_custodian', 'TECHNICIAN')), models.Q(('from_custodian', 'LAB'), ('to_custodian', 'STORE')), models.Q(('from_custodian', 'LAB'), ('to_custodian', 'SCRAP')), _connector='OR'), name='customers_custody_known_move'), models.CheckConstraint(condition=models.Q(models.Q(('to_custodian__in', ['TECHNICIAN', 'PREMISES']), _negated=True), ('case_id__isnull', False), _connector='OR'), name='customers_custody_leaves_store_for_case')],
            },
        ),
        migrations.CreateModel(
            name='Premises',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('district_code', models.CharField(max_length=64)),
                ('mahalla', models.CharField(max_length=40)),
                ('zuqaq', models.CharField(blank=True, default='', max_length=40)),
                ('dar', models.CharField(blank=True, default='', max_length=40)),
                ('landmark', models.CharField(blank=True, default='', max_length=200)),
                ('kind', models.CharField(choices=[('HOME', 'home'), ('SHOP', 'shop or office'), ('WORKSHOP', 'workshop or factory'), ('FARM', 'farm'), ('PUBLIC', 'public building')], max_length=16)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
            ],
            options={
                'indexes': [models.Index(fields=['directorate_id', 'mahalla', 'zuqaq', 'dar'], name='customers_premises_address')],
                'constraints': [models.CheckConstraint(condition=models.Q(('lat__gte', 28), ('lat__lte', 38), ('lon__gte', 38), ('lon__lte', 49)), name='customers_premises_in_iraq')],
            },
        ),
    ]
