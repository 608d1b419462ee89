"""Where partners are told of news, and what was sent: seen by jobs alone; what was said stays said."""

import django.contrib.postgres.fields
import django.db.models.deletion
import wasl.core.fields
from django.db import migrations, models

from wasl.core import database

KEEP_WORDS = """
CREATE FUNCTION api_delivery_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.endpoint_id, NEW.event_id, NEW.kind, NEW.body, NEW.made_at)
        IS DISTINCT FROM (OLD.endpoint_id, OLD.event_id, OLD.kind, OLD.body, OLD.made_at)
    THEN
        RAISE EXCEPTION 'What was said to a partner stays as it was said.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'DELIVERED' AND NEW.state <> 'DELIVERED' THEN
        RAISE EXCEPTION 'What was delivered stays delivered.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_delivery_keep_words BEFORE UPDATE ON api_delivery
    FOR EACH ROW EXECUTE FUNCTION api_delivery_keep_words();
"""
FORGET = """
DROP TRIGGER api_delivery_keep_words ON api_delivery;
DROP FUNCTION api_delivery_keep_words();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('complaints', '0002_shared_categories'),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(max_length=500)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('state', models.CharField(choices=[('ACTIVE', 'active'), ('OFF', 'switched off')], default='ACTIVE', max_length=6)),
                ('secret', wasl.core.fields.EncryptedTextField()),
                ('former_secret', wasl.core.fields.EncryptedTextField(null=True)),
                ('former_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('registered_at', models.DateTimeField()),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='endpoints', to='complaints.apiclient')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField(null=True)),
                ('kind', models.CharField(max_length=40)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('WAITING', 'waiting'), ('DELIVERED', 'delivered'), ('DEAD', 'not delivered')], default='WAITING', max_length=9)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('last_status', models.PositiveSmallIntegerField(null=True)),
                ('last_error', models.CharField(blank=True, default='', max_length=40)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='api.endpoint')),
            ],
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.UniqueConstraint(fields=('client', 'url'), name='api_endpoint_once'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('former_secret', None), ('former_until', None)), models.Q(('former_secret__isnull', False), ('former_until__isnull', False)), _connector='OR'), name='api_endpoint_former_is_dated'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'WAITING')), fields=['next_at'], name='api_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['endpoint', '-made_at', '-id'], name='api_delivery_of'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('endpoint', 'event_id'), name='api_delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivered_at', None), ('next_at__isnull', False), ('state', 'WAITING')), models.Q(('delivered_at__isnull', False), ('next_at', None), ('state', 'DELIVERED')), models.Q(('delivered_at', None), ('next_at', None), ('state', 'DEAD')), _connector='OR'), name='api_delivery_state_is_whole'),
        ),
        migrations.RunSQL(KEEP_WORDS, FORGET),
        database.row_level_security("api_endpoint", directorate=None),
        database.row_level_security("api_delivery", directorate=None),
    ]
