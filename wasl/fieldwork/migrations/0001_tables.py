"""Crews, work orders, material, calls back, and what has changed."""


import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import wasl.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_database'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CallBackDraw',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('outage_id', models.UUIDField(unique=True)),
                ('reference', models.CharField(max_length=20)),
                ('share_pct', models.PositiveSmallIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('pool', models.JSONField()),
                ('links', models.JSONField(default=dict)),
                ('pool_digest', models.CharField(max_length=64)),
                ('chosen', models.JSONField()),
                ('drawn_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Crew',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None)),
                ('vehicle', models.CharField(blank=True, default='', max_length=40)),
                ('home_lat', models.FloatField()),
                ('home_lon', models.FloatField()),
                ('founded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CrewMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CrewShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('planned_by', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DispatchDecision',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('attempt', models.PositiveIntegerField()),
                ('way', models.CharField(choices=[('RULE', 'by the rule alone'), ('DRAW', 'by draw among equals'), ('OVERRIDE', 'by two persons, against the rule')], max_length=8)),
                ('rule', models.CharField(max_length=24)),
                ('facts', models.JSONField()),
                ('lines', models.JSONField()),
                ('pool', models.JSONField(default=list)),
                ('excluded', models.JSONField(default=list)),
                ('links', models.JSONField(default=dict)),
                ('pool_digest', models.CharField(blank=True, default='', max_length=64)),
                ('chosen', models.CharField(max_length=16)),
                ('crew_id', models.UUIDField()),
                ('decided_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FieldAction',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('ACCEPT', 'accepted'), ('ARRIVE', 'arrived'), ('SAFE', 'made safe'), ('RESTORE', 'supply is back'), ('USE', 'material used'), ('SCRAP', 'material scrapped'), ('TAKE_OUT', 'taken out at the place'), ('REPAIR', 'repaired'), ('RETURN', 'given back')], max_length=8)),
                ('stream', models.CharField(blank=True, default='', max_length=40)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('data', models.JSONField(default=dict)),
                ('words', wasl.core.fields.EncryptedTextField(null=True)),
                ('picture', models.CharField(blank=True, default='', max_length=60)),
                ('sent_by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('WAITING', 'waits for what was done before it'), ('DONE', 'recorded'), ('LOOK', 'needs a look'), ('DISMISSED', 'looked at, not recorded')], default='WAITING', max_length=9)),
                ('why', models.CharField(blank=True, default='', max_length=300)),
                ('looked_at_by', models.UUIDField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MaterialRequest',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('material', models.CharField(max_length=24)),
                ('quantity', models.PositiveIntegerField()),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='OrderMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('material', models.CharField(max_length=24)),
                ('issued', models.PositiveIntegerField(default=0)),
                ('taken_out', models.PositiveIntegerField(default=0)),
                ('used', models.PositiveIntegerField(default=0)),
                ('returned', models.PositiveIntegerField(default=0)),
                ('scrapped', models.PositiveIntegerField(default=0)),
                ('first_issued_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OrderPicture',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OrderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('sequence', models.PositiveIntegerField()),
                ('from_state', models.CharField(choices=[('NEW', 'being opened'), ('OPEN', 'waits for a crew'), ('DISPATCHED', 'handed to a crew'), ('ACCEPTED', 'accepted'), ('ON_SITE', 'on site'), ('MADE_SAFE', 'made safe'), ('REPAIRED', 'repaired'), ('CHECKED', 'checked'), ('CLOSED', 'closed'), ('CANCELLED', 'cancelled')], max_length=10)),
                ('to_state', models.CharField(choices=[('NEW', 'being opened'), ('OPEN', 'waits for a crew'), ('DISPATCHED', 'handed to a crew'), ('ACCEPTED', 'accepted'), ('ON_SITE', 'on site'), ('MADE_SAFE', 'made safe'), ('REPAIRED', 'repaired'), ('CHECKED', 'checked'), ('CLOSED', 'closed'), ('CANCELLED', 'cancelled')], max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=24)),
                ('actor_id', models.UUIDField(null=True)),
                ('actor_role', models.CharField(blank=True, default='', max_length=24)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(max_length=24)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('is_approved', models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SerialItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('material', models.CharField(max_length=24)),
                ('serial', models.CharField(max_length=40)),
                ('whereabouts', models.CharField(choices=[('STORE', 'store'), ('ORDER', 'with an order'), ('PLACE', 'in the network'), ('SCRAP', 'scrapped')], max_length=5)),
                ('order_id', models.UUIDField(null=True)),
                ('place_code', models.CharField(blank=True, default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('material', models.CharField(max_length=24)),
                ('quantity', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('RECEIVED', 'received'), ('ISSUED', 'issued'), ('USED', 'used'), ('RETURNED', 'brought back'), ('SCRAPPED', 'scrapped'), ('TAKEN_OUT', 'taken out at the place')], max_length=9)),
                ('material', models.CharField(max_length=24)),
                ('quantity', models.PositiveIntegerField()),
                ('serial', models.CharField(blank=True, default='', max_length=40)),
                ('delivery_no', models.CharField(blank=True, default='', max_length=40)),
                ('place_code', models.CharField(blank=True, default='', max_length=64)),
                ('given_by', models.UUIDField(null=True)),
                ('taken_by', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WorkOrder',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('subject_type', models.CharField(max_length=16)),
                ('subject_id', models.UUIDField()),
                ('title', models.CharField(max_length=120)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None)),
                ('danger', models.PositiveSmallIntegerField(choices=[(0, 'no danger'), (1, 'danger to things'), (2, 'danger to life')], default=0)),
                ('customers', models.PositiveIntegerField(default=0)),
                ('place_code', models.CharField(blank=True, default='', max_length=64)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('state', models.CharField(choices=[('NEW', 'being opened'), ('OPEN', 'waits for a crew'), ('DISPATCHED', 'handed to a crew'), ('ACCEPTED', 'accepted'), ('ON_SITE', 'on site'), ('MADE_SAFE', 'made safe'), ('REPAIRED', 'repaired'), ('CHECKED', 'checked'), ('CLOSED', 'closed'), ('CANCELLED', 'cancelled')], default='NEW', max_length=10)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('opened_by', models.UUIDField(null=True)),
                ('opened_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='CallBack',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('outage_id', models.UUIDField()),
                ('source_id', models.UUIDField()),
                ('account_no', models.CharField(blank=True, default='', max_length=16)),
                ('transformer_code', models.CharField(blank=True, default='', max_length=32)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('', 'to be called'), ('BACK', 'supply is back'), ('NOT_BACK', 'not really back'), ('NOBODY', 'nobody answers')], default='', max_length=8)),
                ('called_by', models.UUIDField(null=True)),
                ('called_at', models.DateTimeField(null=True)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='fieldwork.callbackdraw')),
            ],
        ),
        migrations.CreateModel(
            name='CallBackFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('month', models.DateField()),
                ('back', models.PositiveIntegerField(default=0)),
                ('not_back', models.PositiveIntegerField(default=0)),
                ('nobody', models.PositiveIntegerField(default=0)),
                ('content', models.PositiveIntegerField(default=0)),
                ('not_content', models.PositiveIntegerField(default=0)),
                ('nothing_asked', models.PositiveIntegerField(default=0)),
                ('something_asked', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directorate_id', 'month'), name='fieldwork_figure_once')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=64)),
                ('subject_type', models.CharField(max_length=32)),
                ('subject_id', models.UUIDField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='fieldwork_change_at')],
            },
        ),
        migrations.CreateModel(
            name='CrewPosition',
            fields=[
                ('crew', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='position', serialize=False, to='fieldwork.crew')),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('lat', models.DecimalField(decimal_places=3, max_digits=6)),
                ('lon', models.DecimalField(decimal_places=3, max_digits=6)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='crew',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('directorate_id', 'name'), name='fieldwork_crew_name_once'),
        ),
        migrations.AddConstraint(
            model_name='crew',
            constraint=models.CheckConstraint(condition=models.Q(('skills__len__gt', 0)), name='fieldwork_crew_can_something'),
        ),
        migrations.AddConstraint(
            model_name='crew',
            constraint=models.CheckConstraint(condition=models.Q(('home_lat__range', (28, 38)), ('home_lon__range', (38, 50))), name='fieldwork_crew_home_in_iraq'),
        ),
        migrations.AddField(
            model_name='crewmember',
            name='crew',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='fieldwork.crew'),
        ),
        migrations.AddField(
            model_name='crewmember',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='crewshift',
            name='crew',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='fieldwork.crew'),
        ),
        migrations.AddField(
            model_name='orderstep',
            name='crew',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fieldwork.crew'),
        ),
        migrations.AddField(
            model_name='override',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='override',
            name='crew',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fieldwork.crew'),
        ),
        migrations.AddField(
            model_name='override',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='serialitem',
            constraint=models.UniqueConstraint(fields=('directorate_id', 'material', 'serial'), name='fieldwork_serial_once'),
        ),
        migrations.AddConstraint(
            model_name='serialitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order_id__isnull', False), ('whereabouts', 'ORDER')), models.Q(('whereabouts', 'PLACE'), models.Q(('place_code', ''), _negated=True)), models.Q(('order_id', None), ('whereabouts__in', ['STORE', 'SCRAP'])), _connector='OR'), name='fieldwork_serial_is_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.UniqueConstraint(fields=('directorate_id', 'material'), name='fieldwork_stock_once'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='fieldwork_stock_is_there'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='request',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='fieldwork.materialrequest'),
        ),
        migrations.AddField(
            model_name='workorder',
            name='crew',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='fieldwork.crew'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='override',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='orderstep',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='orderpicture',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='ordermaterial',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='materialrequest',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='fieldaction',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='fieldwork.workorder'),
        ),
        migrations.AddField(
            model_name='dispatchdecision',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='fieldwork.workorder'),
        ),
        migrations.AddIndex(
            model_name='callback',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['directorate_id', 'id'], name='fieldwork_call_open'),
        ),
        migrations.AddConstraint(
            model_name='callback',
            constraint=models.UniqueConstraint(fields=('outage_id', 'source_id'), name='fieldwork_called_once'),
        ),
        migrations.AddConstraint(
            model_name='callback',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(('called_at__isnull', False), ('called_by__isnull', False)), _connector='OR'), name='fieldwork_call_has_caller'),
        ),
        migrations.AddConstraint(
            model_name='crewmember',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='fieldwork_member_leaves_later'),
        ),
        migrations.AddConstraint(
            model_name='crewmember',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), (models.Func('valid_from', 'valid_to', function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='fieldwork_member_of_one_crew'),
        ),
        migrations.AddIndex(
            model_name='crewshift',
            index=models.Index(fields=['directorate_id', 'starts_at'], name='fieldwork_shift_when'),
        ),
        migrations.AddConstraint(
            model_name='crewshift',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='fieldwork_shift_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='crewshift',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('crew', '='), (models.Func('starts_at', 'ends_at', function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='fieldwork_shift_once'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(condition=models.Q(('state__in', ['CLOSED', 'CANCELLED']), _negated=True), fields=['directorate_id', '-danger', '-customers', 'opened_at'], name='fieldwork_order_running'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(fields=['subject_type', 'subject_id'], name='fieldwork_order_subject'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(fields=['crew', 'state'], name='fieldwork_order_crew'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['CLOSED', 'CANCELLED']), _negated=True), fields=('subject_type', 'subject_id'), name='fieldwork_subject_has_one_order'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['NEW', 'OPEN', 'DISPATCHED', 'ACCEPTED', 'ON_SITE', 'MADE_SAFE', 'REPAIRED', 'CHECKED', 'CLOSED', 'CANCELLED'])), name='fieldwork_order_known_state'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('crew', None), ('state__in', ['NEW', 'OPEN', 'CANCELLED'])), models.Q(models.Q(('state__in', ['NEW', 'OPEN', 'CANCELLED']), _negated=True), ('crew__isnull', False)), _connector='OR'), name='fieldwork_order_crew_fits'),
        ),
        migrations.AddIndex(
            model_name='stockmove',
            index=models.Index(fields=['directorate_id', '-at'], name='fieldwork_move_when'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='fieldwork_move_of_something'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'RECEIVED'), ('order', None)), models.Q(('kind', 'ISSUED'), ('order__isnull', False), ('request__isnull', False)), models.Q(('kind__in', ['USED', 'RETURNED', 'SCRAPPED', 'TAKEN_OUT']), ('order__isnull', False)), _connector='OR'), name='fieldwork_move_for_an_order'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(('serial', ''), ('quantity', 1), _connector='OR'), name='fieldwork_move_one_numbered_piece'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['ISSUED', 'RETURNED']), _negated=True), models.Q(('given_by__isnull', False), ('taken_by__isnull', False), models.Q(('given_by', models.F('taken_by')), _negated=True)), _connector='OR'), name='fieldwork_move_two_hands'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('is_approved', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('is_approved__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='fieldwork_override_two_people'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_by', None)), fields=('order',), name='fieldwork_one_open_override'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.UniqueConstraint(fields=('order', 'sequence'), name='fieldwork_step_once'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_state', 'NEW'), ('to_state', 'OPEN')), models.Q(('from_state', 'OPEN'), ('to_state', 'DISPATCHED')), models.Q(('from_state', 'OPEN'), ('to_state', 'CANCELLED')), models.Q(('from_state', 'DISPATCHED'), ('to_state', 'ACCEPTED')), models.Q(('from_state', 'DISPATCHED'), ('to_state', 'OPEN')), models.Q(('from_state', 'DISPATCHED'), ('to_state', 'CANCELLED')), models.Q(('from_state', 'ACCEPTED'), ('to_state', 'ON_SITE')), models.Q(('from_state', 'ACCEPTED'), ('to_state', 'OPEN')), models.Q(('from_state', 'ACCEPTED'), ('to_state', 'CANCELLED')), models.Q(('from_state', 'ON_SITE'), ('to_state', 'MADE_SAFE')), models.Q(('from_state', 'ON_SITE'), ('to_state', 'REPAIRED')), models.Q(('from_state', 'ON_SITE'), ('to_state', 'OPEN')), models.Q(('from_state', 'MADE_SAFE'), ('to_state', 'REPAIRED')), models.Q(('from_state', 'MADE_SAFE'), ('to_state', 'OPEN')), models.Q(('from_state', 'REPAIRED'), ('to_state', 'CHECKED')), models.Q(('from_state', 'REPAIRED'), ('to_state', 'OPEN')), models.Q(('from_state', 'CHECKED'), ('to_state', 'CLOSED')), _connector='OR'), name='fieldwork_step_known_move'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.CheckConstraint(condition=models.Q(('from_state', 'NEW'), models.Q(('to_state__in', ['OPEN', 'CANCELLED']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='fieldwork_step_back_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.CheckConstraint(condition=models.Q(('at__lte', models.F('recorded_at'))), name='fieldwork_step_not_ahead'),
        ),
        migrations.AddConstraint(
            model_name='ordermaterial',
            constraint=models.UniqueConstraint(fields=('order', 'material'), name='fieldwork_order_material_once'),
        ),
        migrations.AddConstraint(
            model_name='ordermaterial',
            constraint=models.CheckConstraint(condition=models.Q(('issued__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('used'), '+', models.F('returned')), '+', models.F('scrapped')), '-', models.F('taken_out')))), name='fieldwork_no_more_than_issued'),
        ),
        migrations.AddIndex(
            model_name='materialrequest',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['directorate_id', 'asked_at'], name='fieldwork_request_open'),
        ),
        migrations.AddConstraint(
            model_name='materialrequest',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='fieldwork_request_of_something'),
        ),
        migrations.AddIndex(
            model_name='fieldaction',
            index=models.Index(condition=models.Q(('outcome__in', ['WAITING', 'LOOK'])), fields=['directorate_id', 'received_at'], name='fieldwork_action_open'),
        ),
        migrations.AddConstraint(
            model_name='fieldaction',
            constraint=models.UniqueConstraint(condition=models.Q(('stream', ''), _negated=True), fields=('order', 'stream', 'sequence'), name='fieldwork_action_place'),
        ),
        migrations.AddConstraint(
            model_name='dispatchdecision',
            constraint=models.UniqueConstraint(fields=('order', 'attempt'), name='fieldwork_decision_once'),
        ),
    ]
