"""Applications for one account are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connections", "0003_draft_guards")]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["account_no", "service"], name="application_account"),
        ),
    ]
