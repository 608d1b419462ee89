"""Lists of debts for which a lien on the property is asked, and who stands on them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LienList(models.Model):
    """
    A list for the tax authority: proposed by one person, checked by a second, approved by the
    director. What was approved is frozen; its content is kept encrypted, as it holds names.
    """

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("proposed")
        CHECKED = "CHECKED", _("checked")
        APPROVED = "APPROVED", _("approved")
        WITHDRAWN = "WITHDRAWN", _("withdrawn")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The approved CSV, encrypted, and the SHA-256 of its plain bytes.
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="billing_lien_number", fields=["directorate_id", "number"]
            ),
            models.UniqueConstraint(
                name="billing_lien_one_in_work",
                fields=["directorate_id"],
                condition=Q(status__in=["PROPOSED", "CHECKED"]),
            ),
            models.CheckConstraint(
                name="billing_lien_three_persons",
                condition=(Q(checked_by=None) | ~Q(checked_by=F("proposed_by")))
                & (
                    ~Q(status="APPROVED")
                    | (~Q(ended_by=F("proposed_by")) & ~Q(ended_by=F("checked_by")))
                ),
            ),
            models.CheckConstraint(
                name="billing_lien_chain_is_whole",
                condition=Q(
                    status="PROPOSED", checked_by=None, ended_by=None, content=None, sha256=""
                )
                | Q(
                    status="CHECKED", checked_by__isnull=False, ended_by=None, content=None,
                    sha256="",
                )
                | (
                    Q(status="APPROVED", checked_by__isnull=False, ended_by__isnull=False)
                    & Q(content__isnull=False) & ~Q(sha256="")
                )
                | Q(status="WITHDRAWN", ended_by__isnull=False, content=None, sha256=""),
            ),
        ]  # fmt: skip


class LienEntry(models.Model):
    """
    A debt on a list, in dinars. One that was paid, contested or put into instalments before the
    list is approved drops off by itself; afterwards its release is on record.
    """

    class LeftOut(models.TextChoices):
        SETTLED = "SETTLED", _("paid, contested or in instalments since")
        HARDSHIP = "HARDSHIP", _("hardship")
        DECEASED = "DECEASED", _("the holder has died")
        COURT = "COURT", _("before a court")
        STATE = "STATE", _("a body of the state")
        WRONG_PERSON = "WRONG_PERSON", _("not the owner of the property")
        WITHDRAWN = "WITHDRAWN", _("the list was withdrawn")

    # What a person may give as the reason.
    BY_PERSON = ("HARDSHIP", "DECEASED", "COURT", "STATE", "WRONG_PERSON")

    pk = models.CompositePrimaryKey("directorate_id", "list_id", "account_no")
    directorate_id = models.PositiveSmallIntegerField()
    list_id = models.UUIDField()
    account_no = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    due_on = models.DateField()
    left_out = models.CharField(max_length=12, choices=LeftOut.choices, default="", blank=True)
    left_out_by = models.UUIDField(null=True)
    released_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_lien_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="billing_lien_only_listed_released",
                condition=Q(released_on=None) | Q(left_out=""),
            ),
            # A debt stands on one list only, until it is released.
            models.UniqueConstraint(
                name="billing_lien_listed_once",
                fields=["directorate_id", "account_no"],
                condition=Q(left_out="", released_on=None),
            ),
        ]
