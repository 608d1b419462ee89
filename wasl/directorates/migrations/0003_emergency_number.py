"""The emergency number belongs to the directorates: what was entered under complaints holds on."""

from django.db import migrations

# Settings are only ever added: each row is told again under its new name.
TELL_AGAIN = """
INSERT INTO directorates_datedsetting (
    key, directorate_id, value, valid_from, version, proposed_by, approved_by, source,
    legal_basis, is_verified, recorded_at
)
SELECT 'directorates.emergency_number', directorate_id, value, valid_from, version, proposed_by, approved_by, source,
    legal_basis, is_verified, recorded_at
FROM directorates_datedsetting
WHERE key = 'complaints.emergency_number'
ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("directorates", "0002_guards")]

    operations = [migrations.RunSQL(TELL_AGAIN, migrations.RunSQL.noop)]
