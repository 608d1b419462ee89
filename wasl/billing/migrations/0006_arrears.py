"""Accounts in arrears."""

from django.db import migrations, models

from wasl.core import database

KEYS = """
ALTER TABLE billing_arrears ADD CONSTRAINT billing_arrears_of_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
"""
NO_KEYS = "ALTER TABLE billing_arrears DROP CONSTRAINT billing_arrears_of_account"


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0005_collections'),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrears',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'account_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('stage', models.CharField(choices=[('REMINDER', 'reminder'), ('OFFER', 'offer of instalments'), ('NOTICE', 'written notice'), ('LIEN', 'for the list of liens'), ('CUT', 'to be looked at for disconnection')], max_length=8)),
                ('overdue', models.BigIntegerField()),
                ('due_on', models.DateField()),
                ('reached_on', models.DateField()),
                ('moved_at', models.DateTimeField()),
                ('is_told', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_told', False)), fields=['directorate_id', 'account_no'], name='billing_arrears_untold')],
                'constraints': [models.CheckConstraint(condition=models.Q(('overdue__gt', 0)), name='billing_arrears_amount')],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        database.row_level_security("billing_arrears"),
    ]
