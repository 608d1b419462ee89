"""Which categories are everybody's and which need words; what told of a program's reporter is not kept."""

from django.db import migrations, models


# The shipped ones; seeding leaves versions alone that are there.
SHIPPED = """
UPDATE complaints_categoryversion SET
    is_shared = code IN ('voltage', 'wire', 'transformer', 'pole', 'street_light'),
    needs_words = code IN ('conduct', 'other')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0001_tables'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='report',
            name='contact',
        ),
        migrations.AddField(
            model_name='categoryversion',
            name='is_shared',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='categoryversion',
            name='needs_words',
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(SHIPPED, migrations.RunSQL.noop),
    ]
