"""Planned work, timetables of programmed cuts, subscriptions."""

import django.db.models.deletion
import wasl.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outages', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedWork',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('element_kind', models.CharField(choices=[('SUBSTATION', 'substation'), ('FEEDER', 'feeder'), ('SECTION', 'section of a feeder'), ('TRANSFORMER', 'transformer'), ('SERVICE', 'single connection')], max_length=12)),
                ('element_code', models.CharField(max_length=64)),
                ('feeders', models.JSONField(default=list)),
                ('districts', models.JSONField(default=list)),
                ('customers', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=32)),
                ('begins_at', models.DateTimeField()),
                ('promised_end_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('DRAFT', 'waits for a second person'), ('ANNOUNCED', 'announced'), ('RUNNING', 'under way'), ('DONE', 'finished'), ('CANCELLED', 'cancelled')], default='DRAFT', max_length=10)),
                ('is_short_notice', models.BooleanField(default=False)),
                ('drafted_by', models.UUIDField()),
                ('drafted_at', models.DateTimeField()),
                ('announced_by', models.UUIDField(null=True)),
                ('announced_at', models.DateTimeField(null=True)),
                ('is_switched', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, default='', max_length=32)),
                ('sequence', models.PositiveSmallIntegerField(default=0)),
                ('outage', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work', to='outages.outage')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('ACCOUNT', 'account'), ('TRANSFORMER', 'transformer'), ('FEEDER', 'feeder'), ('DISTRICT', 'district')], max_length=12)),
                ('place_code', models.CharField(max_length=64)),
                ('by_sms', models.BooleanField(default=False)),
                ('by_push', models.BooleanField(default=False)),
                ('stop_key', models.CharField(max_length=16, unique=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Timetable',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('feeder_code', models.CharField(max_length=32)),
                ('version', models.PositiveIntegerField()),
                ('valid_from', models.DateField()),
                ('drafted_by', models.UUIDField()),
                ('drafted_at', models.DateTimeField()),
                ('published_by', models.UUIDField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directorate_id', 'feeder_code', 'version'), name='outages_timetable_version'), models.UniqueConstraint(condition=models.Q(('published_at__isnull', False)), fields=('directorate_id', 'feeder_code', 'valid_from'), name='outages_timetable_one_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('published_by', None)), models.Q(models.Q(('published_by', models.F('drafted_by')), _negated=True), ('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='outages_timetable_two_persons')],
            },
        ),
        migrations.CreateModel(
            name='TimetableWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('begins', models.PositiveSmallIntegerField()),
                ('ends', models.PositiveSmallIntegerField()),
                ('timetable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='outages.timetable')),
            ],
        ),
        migrations.CreateModel(
            name='WorkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('sequence', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('ANNOUNCED', 'announced'), ('STARTED', 'started'), ('MOVED', 'another end is expected'), ('DONE', 'finished'), ('CANCELLED', 'cancelled')], max_length=10)),
                ('ends_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('actor_id', models.UUIDField(null=True)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='outages.plannedwork')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarLink',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('token', wasl.core.fields.EncryptedTextField()),
                ('token_index', models.BinaryField(unique=True)),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'directorate_id', 'account_no'), name='outages_calendar_once')],
            },
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('about', models.UUIDField()),
                ('what', models.CharField(max_length=48)),
                ('on_date', models.DateField()),
                ('is_sent', models.BooleanField()),
                ('told_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'on_date'], name='outages_told_on'), models.Index(fields=['about', 'what'], name='outages_told_about')],
                'constraints': [models.UniqueConstraint(fields=('user', 'about', 'what'), name='outages_told_once')],
            },
        ),
        migrations.AddIndex(
            model_name='plannedwork',
            index=models.Index(fields=['directorate_id', 'ends_at'], name='outages_work_window_index'),
        ),
        migrations.AddConstraint(
            model_name='plannedwork',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at')), ('promised_end_at__gt', models.F('begins_at'))), name='outages_work_window'),
        ),
        migrations.AddConstraint(
            model_name='plannedwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announced_at', None), ('announced_by', None), ('state__in', ['DRAFT', 'CANCELLED'])), models.Q(models.Q(('announced_by', models.F('drafted_by')), _negated=True), models.Q(('state', 'DRAFT'), _negated=True), ('announced_at__isnull', False), ('announced_by__isnull', False)), _connector='OR'), name='outages_work_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='plannedwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('outage', None), ('state__in', ['DRAFT', 'ANNOUNCED'])), models.Q(('ended_at', None), ('outage__isnull', False), ('state', 'RUNNING')), models.Q(('ended_at__isnull', False), ('outage__isnull', False), ('state', 'DONE')), models.Q(('ended_at__isnull', False), ('outage', None), ('state', 'CANCELLED')), _connector='OR'), name='outages_work_state_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='plannedwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('cancel_reason', ''), _negated=True), ('state', 'CANCELLED')), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('cancel_reason', '')), _connector='OR'), name='outages_work_cancelled_with_reason'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['directorate_id', 'kind', 'place_code'], name='outages_subscribed_place'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'directorate_id', 'kind', 'place_code'), name='outages_subscribed_once'),
        ),
        migrations.AddConstraint(
            model_name='timetablewindow',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('begins')), ('ends__lte', 10080)), name='outages_window_in_week'),
        ),
        migrations.AddConstraint(
            model_name='workchange',
            constraint=models.UniqueConstraint(fields=('work', 'sequence'), name='outages_work_change_once'),
        ),
    ]
