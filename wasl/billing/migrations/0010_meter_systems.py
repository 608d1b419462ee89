"""Systems that read meters from afar, their batches and their names for readings."""

from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_liens'),
    ]

    operations = [
        migrations.CreateModel(
            name='MeterBatch',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'system_id', 'batch', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('system_id', models.UUIDField()),
                ('batch', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('import_id', models.UUIDField()),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MeterSystem',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('public_key', models.CharField(max_length=44)),
                ('is_active', models.BooleanField(default=True)),
                ('registered_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MeterSystemKey',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'system_id', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('system_id', models.UUIDField()),
                ('key', models.CharField(max_length=64)),
                ('import_id', models.UUIDField()),
                ('line', models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name='readingimportline',
            name='key',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='readingimportline',
            name='problem',
            field=models.CharField(blank=True, choices=[('NO_ACCOUNT', 'no such account in this directorate'), ('NO_NUMBER', 'the reading is no whole number'), ('NO_DATE', 'the date cannot be read'), ('SEEN', "its sender's key came before"), ('ESTIMATE', 'an estimate is no reading'), ('GAP', 'the use does not begin where the last real reading was taken')], default='', max_length=12),
        ),
        database.append_only("billing_meterbatch"),
        database.append_only("billing_metersystemkey"),
        database.row_level_security("billing_metersystem"),
        database.row_level_security("billing_meterbatch"),
        database.row_level_security("billing_metersystemkey"),
    ]
