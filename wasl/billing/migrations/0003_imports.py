"""Files of readings and their lines."""


from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadingImportLine',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'import_id', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('import_id', models.UUIDField()),
                ('line', models.PositiveIntegerField()),
                ('account_text', models.TextField(blank=True, default='')),
                ('serial_text', models.TextField(blank=True, default='')),
                ('date_text', models.TextField(blank=True, default='')),
                ('value_text', models.TextField(blank=True, default='')),
                ('account_no', models.CharField(max_length=16, null=True)),
                ('read_on', models.DateField(null=True)),
                ('register_kwh', models.BigIntegerField(null=True)),
                ('turn', models.PositiveIntegerField(default=1)),
                ('problem', models.CharField(blank=True, choices=[('NO_ACCOUNT', 'no such account in this directorate'), ('NO_NUMBER', 'the reading is no whole number'), ('NO_DATE', 'the date cannot be read')], default='', max_length=12)),
                ('code', models.PositiveSmallIntegerField(null=True)),
                ('status', models.CharField(blank=True, default='', max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='ReadingImport',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('status', models.CharField(choices=[('AUDITED', 'looked through'), ('APPLIED', 'taken over'), ('DROPPED', 'thrown away')], max_length=8)),
                ('lines', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('held', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('uploaded_by', models.UUIDField()),
                ('uploaded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'APPLIED')), fields=('directorate_id', 'sha256'), name='billing_import_file_once')],
            },
        ),
        migrations.RunSQL(
            """ALTER TABLE billing_readingimportline ADD CONSTRAINT billing_line_of_import
            FOREIGN KEY (directorate_id, import_id) REFERENCES billing_readingimport (directorate_id, id)""",
            "ALTER TABLE billing_readingimportline DROP CONSTRAINT billing_line_of_import",
        ),
        database.row_level_security("billing_readingimport"),
        database.row_level_security("billing_readingimportline"),
        # A date that a form allows but no calendar has is none.
        migrations.RunSQL(
            """
            CREATE FUNCTION billing_day(written text, form text) RETURNS date
            LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN
                RETURN to_date(written, form);
            EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
                RETURN NULL;
            END $$
            """,
            "DROP FUNCTION billing_day(text, text)",
        ),
    ]
