from django.db import migrations

import wasl.core.fields


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="paymentintent",
            name="shown",
            field=wasl.core.fields.EncryptedTextField(null=True),
        ),
    ]
