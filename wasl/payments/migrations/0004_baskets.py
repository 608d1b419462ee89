"""Paying for several accounts at once."""


import django.db.models.deletion
from django.db import migrations, models

from wasl.core import database


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_shown'),
    ]

    operations = [
        migrations.CreateModel(
            name='Basket',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.IntegerField()),
                ('payer_id', models.UUIDField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='BasketLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.IntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('amount', models.BigIntegerField()),
                ('bill_key', models.CharField(blank=True, default='', max_length=12)),
                ('basket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.basket')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_line_amount'), models.UniqueConstraint(fields=('basket', 'account_no', 'bill_key'), name='payments_line_once')],
            },
        ),
        database.append_only("payments_basket"),
        database.append_only("payments_basketline"),
        database.row_level_security("payments_basket", person="payer_id"),
        database.row_level_security("payments_basketline"),
    ]
