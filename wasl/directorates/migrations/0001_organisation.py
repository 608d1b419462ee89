"""The organisation, phases, districts, holidays, office hours and dated settings."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("core", "0001_database")]

    operations = [
        migrations.CreateModel(
            name='Directorate',
            fields=[
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(choices=[('MINISTRY', 'ministry'), ('DISTRIBUTION', 'distribution directorate')], max_length=16)),
                ('name_ar', models.CharField(max_length=120)),
                ('name_ckb', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('is_verified', models.BooleanField(default=False)),
                ('source', models.TextField(blank=True, default='')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='directorates.directorate')),
            ],
        ),
        migrations.CreateModel(
            name='DatedSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=96)),
                ('value', models.JSONField()),
                ('valid_from', models.DateField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('proposed_by', models.UUIDField(null=True)),
                ('approved_by', models.UUIDField(null=True)),
                ('source', models.TextField()),
                ('legal_basis', models.TextField(blank=True, default='')),
                ('is_verified', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('directorate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
            ],
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=48, unique=True)),
                ('kind', models.CharField(choices=[('QADA', 'qada'), ('NAHIYA', 'nahiya'), ('AREA', 'quarter')], max_length=16)),
                ('name_ar', models.CharField(max_length=80)),
                ('name_ckb', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('mahallas', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('outline', models.JSONField(blank=True, default=list)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('is_verified', models.BooleanField(default=False)),
                ('source', models.TextField(blank=True, default='')),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='districts', to='directorates.directorate')),
            ],
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('is_closed', models.BooleanField(default=True)),
                ('name_ar', models.CharField(max_length=120)),
                ('name_ckb', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('is_confirmed', models.BooleanField()),
                ('source', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('directorate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
            ],
        ),
        migrations.CreateModel(
            name='OfficeHoursPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=48)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('is_confirmed', models.BooleanField()),
                ('source', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('directorate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
            ],
        ),
        migrations.CreateModel(
            name='RolloutPhase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(default='*', max_length=64)),
                ('phase', models.CharField(choices=[('ACTIVE', 'open'), ('ANNOUNCED', 'announced as next'), ('LATER', 'later')], max_length=16)),
                ('valid_from', models.DateField()),
                ('note_ar', models.TextField(blank=True, default='')),
                ('note_ckb', models.TextField(blank=True, default='')),
                ('note_en', models.TextField(blank=True, default='')),
                ('today_ar', models.TextField(blank=True, default='')),
                ('today_ckb', models.TextField(blank=True, default='')),
                ('today_en', models.TextField(blank=True, default='')),
                ('phone', models.CharField(blank=True, default='', max_length=32)),
                ('is_verified', models.BooleanField(default=False)),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phases', to='directorates.directorate')),
            ],
        ),
        migrations.AddConstraint(
            model_name='directorate',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['MINISTRY', 'DISTRIBUTION'])), name='directorates_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='directorate',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='directorates_directorate_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='directorate',
            constraint=models.CheckConstraint(condition=models.Q(('id__gte', 1), ('id__lte', 99)), name='directorates_number_has_two_digits'),
        ),
        migrations.AddIndex(
            model_name='datedsetting',
            index=models.Index(fields=['key', '-valid_from'], name='directorates_setting_key'),
        ),
        migrations.AddConstraint(
            model_name='datedsetting',
            constraint=models.UniqueConstraint(fields=('key', 'directorate', 'valid_from', 'version'), name='directorates_setting_version_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='datedsetting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_by', None), ('proposed_by', None)), models.Q(('approved_by__isnull', False), ('proposed_by__isnull', False), models.Q(('proposed_by', models.F('approved_by')), _negated=True)), _connector='OR'), name='directorates_setting_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='district',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['QADA', 'NAHIYA', 'AREA'])), name='directorates_known_area'),
        ),
        migrations.AddConstraint(
            model_name='district',
            constraint=models.CheckConstraint(condition=models.Q(('lat__gte', 28), ('lat__lte', 38), ('lon__gte', 38), ('lon__lte', 49)), name='directorates_district_in_iraq'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.UniqueConstraint(fields=('directorate', 'day', 'version'), name='directorates_holiday_version_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='officehoursperiod',
            constraint=models.UniqueConstraint(fields=('directorate', 'code', 'version'), name='directorates_hours_version_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='officehoursperiod',
            constraint=models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='directorates_hours_close_later'),
        ),
        migrations.AddConstraint(
            model_name='officehoursperiod',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='directorates_hours_end_later'),
        ),
        migrations.AddConstraint(
            model_name='rolloutphase',
            constraint=models.UniqueConstraint(fields=('directorate', 'service', 'valid_from'), name='directorates_phase_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='rolloutphase',
            constraint=models.CheckConstraint(condition=models.Q(('phase__in', ['ACTIVE', 'ANNOUNCED', 'LATER'])), name='directorates_known_phase'),
        ),
    ]
