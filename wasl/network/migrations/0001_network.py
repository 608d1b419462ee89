"""Substations, feeders, transformers, service points, and capacity kept for cases."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0001_database"),
        ('directorates', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Substation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('name_ar', models.CharField(max_length=80)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
            ],
        ),
        migrations.CreateModel(
            name='Feeder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
                ('substation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feeders', to='network.substation')),
            ],
        ),
        migrations.CreateModel(
            name='Transformer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('kind', models.CharField(choices=[('POLE', 'on a pole'), ('KIOSK', 'in a kiosk'), ('ROOM', 'in a room')], max_length=8)),
                ('rated_kva', models.PositiveIntegerField()),
                ('connected_kw', models.DecimalField(decimal_places=2, default=0, max_digits=9)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('installed_date', models.DateField()),
                ('removed_date', models.DateField(null=True)),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
                ('feeder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transformers', to='network.feeder')),
            ],
        ),
        migrations.CreateModel(
            name='ServicePoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_no', models.CharField(max_length=16)),
                ('load_kw', models.DecimalField(decimal_places=2, max_digits=8)),
                ('phases', models.PositiveSmallIntegerField()),
                ('connected_at', models.DateTimeField()),
                ('disconnected_at', models.DateTimeField(null=True)),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
                ('transformer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_points', to='network.transformer')),
            ],
        ),
        migrations.CreateModel(
            name='CapacityReservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.UUIDField()),
                ('load_kw', models.DecimalField(decimal_places=2, max_digits=8)),
                ('status', models.CharField(choices=[('HELD', 'kept'), ('USED', 'used'), ('RELEASED', 'released')], default='HELD', max_length=8)),
                ('is_override', models.BooleanField(default=False)),
                ('reserved_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('directorate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directorates.directorate')),
                ('transformer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='network.transformer')),
            ],
        ),
        migrations.AddConstraint(
            model_name='substation',
            constraint=models.UniqueConstraint(fields=('directorate', 'code'), name='network_substation_code_once'),
        ),
        migrations.AddConstraint(
            model_name='feeder',
            constraint=models.UniqueConstraint(fields=('directorate', 'code'), name='network_feeder_code_once'),
        ),
        migrations.AddConstraint(
            model_name='transformer',
            constraint=models.UniqueConstraint(fields=('directorate', 'code'), name='network_transformer_code_once'),
        ),
        migrations.AddConstraint(
            model_name='transformer',
            constraint=models.CheckConstraint(condition=models.Q(('rated_kva__gt', 0)), name='network_rating_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='transformer',
            constraint=models.CheckConstraint(condition=models.Q(('connected_kw__gte', 0)), name='network_load_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='transformer',
            constraint=models.CheckConstraint(condition=models.Q(('removed_date', None), ('removed_date__gte', models.F('installed_date')), _connector='OR'), name='network_transformer_removed_later'),
        ),
        migrations.AddConstraint(
            model_name='servicepoint',
            constraint=models.UniqueConstraint(condition=models.Q(('disconnected_at', None)), fields=('directorate', 'account_no'), name='network_account_has_one_point'),
        ),
        migrations.AddConstraint(
            model_name='servicepoint',
            constraint=models.CheckConstraint(condition=models.Q(('load_kw__gt', 0)), name='network_point_has_load'),
        ),
        migrations.AddConstraint(
            model_name='servicepoint',
            constraint=models.CheckConstraint(condition=models.Q(('phases__in', [1, 3])), name='network_one_or_three_phases'),
        ),
        migrations.AddIndex(
            model_name='capacityreservation',
            index=models.Index(condition=models.Q(('status', 'HELD')), fields=['transformer'], name='network_held_by_transformer'),
        ),
        migrations.AddConstraint(
            model_name='capacityreservation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'HELD')), fields=('case_id',), name='network_case_holds_once'),
        ),
        migrations.AddConstraint(
            model_name='capacityreservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('status', 'HELD')), models.Q(('ended_at__isnull', False), ('status__in', ['USED', 'RELEASED'])), _connector='OR'), name='network_reservation_end_has_time'),
        ),
        migrations.AddConstraint(
            model_name='capacityreservation',
            constraint=models.CheckConstraint(condition=models.Q(('load_kw__gt', 0)), name='network_reserved_load'),
        ),
    ]
