"""Books, routes and stops of meter readers."""

from django.db import migrations, models

from wasl.core import database

KEYS = """
ALTER TABLE billing_bookplace ADD CONSTRAINT billing_bookplace_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
ALTER TABLE billing_routestop ADD CONSTRAINT billing_stop_account
    FOREIGN KEY (directorate_id, account_no) REFERENCES customers_account (directorate_id, account_no);
ALTER TABLE billing_routestop ADD CONSTRAINT billing_stop_route
    FOREIGN KEY (directorate_id, route_id) REFERENCES billing_readingroute (directorate_id, id);
CREATE TRIGGER billing_hold_stop BEFORE UPDATE OR DELETE ON billing_routestop
    FOR EACH ROW WHEN (OLD.outcome <> '') EXECUTE FUNCTION billing_refuse();
"""
NO_KEYS = """
DROP TRIGGER billing_hold_stop ON billing_routestop;
ALTER TABLE billing_routestop DROP CONSTRAINT billing_stop_route;
ALTER TABLE billing_routestop DROP CONSTRAINT billing_stop_account;
ALTER TABLE billing_bookplace DROP CONSTRAINT billing_bookplace_account;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_corrections'),
    ]

    operations = [
        migrations.CreateModel(
            name='BookPlace',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'account_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('district_code', models.CharField(max_length=64)),
                ('book', models.PositiveIntegerField()),
                ('position', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['directorate_id', 'district_code', 'book', 'position'], name='billing_bookplace_walk')],
            },
        ),
        migrations.CreateModel(
            name='ReadingRoute',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('district_code', models.CharField(max_length=64)),
                ('book', models.PositiveIntegerField()),
                ('walk_on', models.DateField()),
                ('status', models.CharField(choices=[('WAITING', 'waits for a reader'), ('OUT', 'with its reader'), ('DONE', 'walked'), ('ENDED', 'ended before it was walked')], default='WAITING', max_length=8)),
                ('reader_id', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('draw', models.JSONField(blank=True, default=dict)),
                ('planned_by', models.UUIDField(null=True)),
                ('planned_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['reader_id', 'walk_on'], name='billing_route_of_reader')],
                'constraints': [models.UniqueConstraint(fields=('directorate_id', 'district_code', 'book', 'walk_on'), name='billing_route_book_once_a_day'), models.CheckConstraint(condition=models.Q(('status__in', ['WAITING', 'ENDED']), ('reader_id__isnull', False), _connector='OR'), name='billing_route_out_has_reader')],
            },
        ),
        migrations.CreateModel(
            name='RouteStop',
            fields=[
                ('pk', models.CompositePrimaryKey('directorate_id', 'route_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('directorate_id', models.PositiveSmallIntegerField()),
                ('route_id', models.UUIDField()),
                ('position', models.PositiveIntegerField()),
                ('account_no', models.CharField(max_length=16)),
                ('serial', models.CharField(max_length=24)),
                ('outcome', models.CharField(blank=True, choices=[('READ', 'read'), ('NOT_READ', 'not read')], default='', max_length=8)),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('read_on', models.DateField(null=True)),
                ('code', models.PositiveSmallIntegerField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('distance_m', models.PositiveIntegerField(null=True)),
                ('photo', models.CharField(blank=True, default='', max_length=80)),
                ('token', models.CharField(blank=True, default='', max_length=64)),
                ('noted_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('outcome', ''), ('reason', ''), ('token', '')), models.Q(('answered_at__isnull', False), ('outcome', 'READ'), ('read_on__isnull', False), ('reason', '')), models.Q(('answered_at__isnull', False), ('outcome', 'NOT_READ'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='billing_stop_answer_is_whole')],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        database.row_level_security("billing_bookplace"),
        database.row_level_security("billing_readingroute"),
        database.row_level_security("billing_routestop"),
    ]
