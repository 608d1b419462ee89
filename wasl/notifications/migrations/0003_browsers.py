"""Browsers that get a sign when a message has come."""

import django.db.models.deletion
import wasl.core.fields
from django.conf import settings
from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('endpoint', wasl.core.fields.EncryptedTextField()),
                ('endpoint_index', models.BinaryField(unique=True)),
                ('p256dh', wasl.core.fields.EncryptedTextField()),
                ('auth', wasl.core.fields.EncryptedTextField()),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        database.row_level_security(
            "notifications_pushsubscription", directorate=None, person="user_id"
        ),
    ]
