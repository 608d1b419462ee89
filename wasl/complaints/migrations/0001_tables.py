"""Categories, reports, answers, and programs of others."""

import django.contrib.postgres.fields
import django.db.models.deletion
import wasl.core.fields
from django.conf import settings
from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_database'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiClient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('key_hash', models.BinaryField(unique=True)),
                ('jurisdictions', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                ('is_active', models.BooleanField(default=True)),
                ('registered_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='CategoryVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('version', models.PositiveSmallIntegerField()),
                ('group', models.CharField(choices=[('SUPPLY', 'supply'), ('DANGER', 'danger'), ('MATTER', 'matter'), ('CONDUCT', 'conduct of staff')], max_length=8)),
                ('order', models.PositiveSmallIntegerField()),
                ('icon', models.CharField(max_length=24)),
                ('labels', models.JSONField()),
                ('hints', models.JSONField()),
                ('questions', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('is_offered', models.BooleanField(default=True)),
                ('drafted_by', models.UUIDField(null=True)),
                ('published_by', models.UUIDField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='complaints_category_once'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('drafted_by__isnull', False), models.Q(('drafted_by', models.F('published_by')), _negated=True)), _connector='OR'), name='complaints_category_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('category_code', models.CharField(max_length=32)),
                ('channel', models.CharField(choices=[('WEB', 'website'), ('OPEN311', 'another program')], default='WEB', max_length=8)),
                ('case_id', models.UUIDField(null=True, unique=True)),
                ('secret_salt', models.BinaryField(null=True)),
                ('secret_hash', models.BinaryField(null=True)),
                ('is_urgent', models.BooleanField(default=False)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('district_code', models.CharField(blank=True, default='', max_length=48)),
                ('account_no', models.CharField(blank=True, default='', max_length=16)),
                ('place', wasl.core.fields.EncryptedTextField(null=True)),
                ('words', wasl.core.fields.EncryptedTextField(null=True)),
                ('contact', wasl.core.fields.EncryptedTextField(null=True)),
                ('answers', models.JSONField(default=dict)),
                ('digest', models.BinaryField(null=True)),
                ('received_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'still open'), ('DONE', 'repaired, and confirmed'), ('SILENCE', 'repaired, nobody objected'), ('REFUSED', 'refused with a reason'), ('WITHDRAWN', 'taken back by the reporter')], default='', max_length=10)),
                ('stars', models.PositiveSmallIntegerField(null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='complaints.categoryversion')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='complaints.apiclient')),
                ('joined_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='complaints.report')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PartnerUpdate',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('update_id', models.CharField(max_length=64)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('status', models.CharField(max_length=40)),
                ('words', wasl.core.fields.EncryptedTextField()),
                ('updated_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='complaints.apiclient')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partner_updates', to='complaints.report')),
            ],
        ),
        migrations.CreateModel(
            name='VisitAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('service', models.CharField(max_length=64)),
                ('month', models.DateField()),
                ('answer', models.CharField(choices=[('NO', 'No, nothing'), ('MONEY', 'Money was asked for'), ('OTHER', 'Something else was asked for')], max_length=8)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directorate_id', 'service', 'month', 'answer'), name='complaints_answer_once')],
            },
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('closed_at', None), ('joined_to', None)), fields=['directorate_id', 'lat', 'lon'], name='complaints_report_near'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['directorate_id', 'received_at', 'id'], name='complaints_report_time'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['directorate_id', '-is_urgent', 'received_at'], name='complaints_report_urgent'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['reporter', '-received_at'], name='complaints_report_of'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('digest__isnull', False)), fields=['digest'], name='complaints_report_digest'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='complaints_report_ends_whole'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('stars', None), ('stars__range', (1, 5)), _connector='OR'), name='complaints_report_stars'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('joined_to', None), ('case_id', None), _connector='OR'), name='complaints_joined_is_no_case'),
        ),
        migrations.AddConstraint(
            model_name='partnerupdate',
            constraint=models.UniqueConstraint(fields=('client', 'update_id'), name='complaints_update_once'),
        ),
        database.row_level_security("complaints_report", person="reporter_id"),
        database.row_level_security("complaints_partnerupdate"),
        database.row_level_security("complaints_visitanswer"),
    ]
