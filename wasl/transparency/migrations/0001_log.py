"""The outbox, the leaves, the chains of subjects, the signed checkpoints."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [('core', '0001_database')]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField()),
                ('note', models.TextField()),
                ('signed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.UUIDField(unique=True)),
                ('recorded_at', models.DateTimeField()),
                ('directorate_id', models.IntegerField()),
                ('leaf_hash', models.BinaryField()),
                ('entry', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('position', models.BigAutoField(primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('recorded_at', models.DateTimeField()),
                ('directorate_id', models.IntegerField()),
                ('kind', models.TextField()),
                ('subject_type', models.TextField()),
                ('subject_id', models.UUIDField()),
                ('actor_role', models.TextField()),
                ('commitment', models.BinaryField()),
                ('public', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='SubjectChain',
            fields=[
                ('pk', models.CompositePrimaryKey('subject_type', 'subject_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('subject_type', models.TextField()),
                ('subject_id', models.UUIDField()),
                ('pseudonym', models.TextField(unique=True)),
                ('seq', models.IntegerField()),
                ('last_hash', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Tree',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField()),
                ('frontier', models.BinaryField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='transparency_one_tree')],
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.TextField()),
                ('line', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='transparency.checkpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checkpoint', 'witness'), name='transparency_one_line_a_witness')],
            },
        ),
    ]
