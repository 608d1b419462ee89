"""What the citizen's pages compare with, and since when an account is whose."""

from django.db import models
from django.db.models import Q

# Of fewer homes nothing is said: a neighbour could be guessed.
FEWEST_HOMES = 20


class SimilarUse(models.Model):
    """
    The median use of a day of the homes of a class, number of phases and district in a period.

    Only of twenty homes or more, so that nobody's own use can be told from it.
    """

    pk = models.CompositePrimaryKey(
        "directorate_id", "period", "district_code", "tariff_class", "phases"
    )
    directorate_id = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=7)
    district_code = models.CharField(max_length=64)
    tariff_class = models.CharField(max_length=16)
    phases = models.PositiveSmallIntegerField()
    homes = models.PositiveIntegerField()
    median_wh_a_day = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_similar_enough_homes", condition=Q(homes__gte=FEWEST_HOMES)
            ),
        ]


class HolderChange(models.Model):
    """From which moment an account is in another name: what was before is not the new holder's."""

    pk = models.CompositePrimaryKey("directorate_id", "account_no", "changed_at")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    changed_at = models.DateTimeField()
