"""A draft, and the files of a draft, are seen by the person who writes it and by jobs only."""

from django.db import migrations

from wasl.core import database


class Migration(migrations.Migration):
    dependencies = [("connections", "0002_guards")]

    operations = [
        database.row_level_security("connections_draft", directorate=None, person="citizen_id"),
        database.row_level_security(
            "connections_draftdocument",
            directorate=None,
            person="SELECT d.citizen_id FROM connections_draft d"
            " WHERE d.id = connections_draftdocument.draft_id",
        ),
    ]
