"""Counts of the store, and what is to be scrapped."""

from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_corrections'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScrapRequest',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('serials', models.JSONField()),
                ('reason', models.CharField(choices=[('BROKEN', 'broken meter'), ('BURNT', 'burnt'), ('TAMPERED', 'tampered with'), ('OBSOLETE', 'out of use')], max_length=10)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('status', models.CharField(choices=[('ASKED', 'waits for a decision'), ('AGREED', 'scrapped'), ('REFUSED', 'refused')], default='ASKED', max_length=8)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('status', 'ASKED')), models.Q(models.Q(('decided_by', models.F('asked_by')), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), ('status', 'AGREED')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status', 'REFUSED')), _connector='OR'), name='customers_scrap_two_people')],
            },
        ),
        migrations.CreateModel(
            name='StockCount',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('counted', models.PositiveIntegerField()),
                ('expected', models.PositiveIntegerField()),
                ('missing', models.JSONField(default=list)),
                ('unexpected', models.JSONField(default=list)),
                ('broken', models.JSONField(default=list)),
                ('counted_by', models.UUIDField()),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['directorate_id', '-counted_at'], name='customers_count_time')],
            },
        ),
        database.append_only("customers_stockcount"),
        database.row_level_security("customers_stockcount"),
        database.row_level_security("customers_scraprequest"),
    ]
