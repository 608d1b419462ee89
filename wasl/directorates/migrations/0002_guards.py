"""Holidays, office hours and dated settings are only ever added."""

from django.db import migrations

from wasl.core import database


class Migration(migrations.Migration):
    dependencies = [("directorates", "0001_organisation")]

    operations = [
        database.append_only("directorates_holiday"),
        database.append_only("directorates_officehoursperiod"),
        database.append_only("directorates_datedsetting"),
    ]
