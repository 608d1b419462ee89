"""A person sees their own messages, a directorate those it sent; demo texts only the system."""

from django.db import migrations

from wasl.core import database


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_messages"), ("core", "0001_database")]

    operations = [
        database.row_level_security("notifications_message", person="recipient_id"),
        database.row_level_security("notifications_demotext", directorate=None),
        database.row_level_security(
            "notifications_mailaddress", directorate=None, person="user_id"
        ),
    ]
