"""Who reports without signing in has no phone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_people'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='user',
            name='accounts_user_signs_in_one_way',
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'CITIZEN'), ('staff_no', None), ('username', None)), models.Q(('kind', 'STAFF'), ('staff_no__isnull', False), ('username__isnull', False)), _connector='OR'), name='accounts_user_signs_in_one_way'),
        ),
    ]
