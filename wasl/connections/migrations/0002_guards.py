"""Applications and estimates are seen in scope only; an estimate is not changed, only followed."""

from django.db import migrations

from wasl.core import database


class Migration(migrations.Migration):
    dependencies = [("connections", "0001_applications"), ("casework", "0002_guards")]

    operations = [
        database.append_only("connections_estimate"),
        database.row_level_security(
            "connections_application", person="applicant_id", case="case_id"
        ),
        database.row_level_security(
            "connections_estimate",
            person="SELECT c.applicant_id FROM casework_case c WHERE c.id = connections_estimate.case_id",
            case="case_id",
        ),
    ]
