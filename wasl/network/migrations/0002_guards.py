"""The index that walks to the nearest transformer, and rows seen only in scope."""

from django.db import migrations

from wasl.core import database

# 0.8387 is the cosine of 33 degrees: with it, near by the index is near over the ground.
PLACE = """
CREATE INDEX network_transformer_place ON network_transformer
    USING gist (directorate_id, point(lon * 0.8387, lat)) WHERE removed_date IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_network")]

    operations = [
        migrations.RunSQL(PLACE, "DROP INDEX network_transformer_place"),
        database.row_level_security("network_servicepoint"),
        database.row_level_security("network_capacityreservation", case="case_id"),
    ]
