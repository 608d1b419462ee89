"""The person who signs in: a citizen by phone, a member of staff by name and password."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from wasl.core.fields import EncryptedTextField


class UserManager(models.Manager["User"]):
    """Finds people by what they sign in with."""

    def get_by_natural_key(self, username: str) -> "User":
        """The member of staff of that user name; Django's password machinery asks for it."""
        return self.get(username=username)


class User(AbstractBaseUser):
    """
    A person. Every personal identifier is encrypted, with a blind index where it is looked up.

    A citizen has a phone and no user name; staff the reverse, with a staff number. Who reported
    something without signing in has neither, and cannot sign in. There is no superuser: rights come
    from roles alone.
    """

    class Kind(models.TextChoices):
        CITIZEN = "CITIZEN"
        STAFF = "STAFF"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField(choices=Kind.choices)
    username = models.CharField(max_length=60, null=True, unique=True)  # noqa: DJ001 (unique, absent for citizens)
    staff_no = models.CharField(max_length=20, null=True, unique=True)  # noqa: DJ001 (the same)
    full_name = EncryptedTextField(null=True)
    phone = EncryptedTextField(null=True)
    phone_index = models.BinaryField(null=True)
    national_id = EncryptedTextField(null=True)
    national_id_index = models.BinaryField(null=True, db_index=True)
    language = models.CharField(max_length=8, default="ar")
    is_active = models.BooleanField(default=True)
    # Raised to sign out everywhere: each session carries the number it was made under.
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    last_login = None  # the sessions list says it, per device
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_user_signs_in_one_way",
                condition=Q(kind="CITIZEN", username=None, staff_no=None)
                | Q(kind="STAFF", username__isnull=False, staff_no__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_phone_with_index",
                condition=Q(phone=None, phone_index=None)
                | Q(phone__isnull=False, phone_index__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_national_id_with_index",
                condition=Q(national_id=None, national_id_index=None)
                | Q(national_id__isnull=False, national_id_index__isnull=False),
            ),
            models.UniqueConstraint(
                name="accounts_citizen_phone_once",
                fields=["phone_index"],
                condition=Q(kind="CITIZEN"),
            ),
        ]

    def __str__(self) -> str:
        return self.username or f"citizen {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Whether the person works for a directorate or the ministry."""
        return self.kind == self.Kind.STAFF

    @property
    def is_citizen(self) -> bool:
        """Whether the person is here in their own matter."""
        return self.kind == self.Kind.CITIZEN

    @property
    def is_unnamed(self) -> bool:
        """Whether nothing is known of the person: they proved themselves by a secret, not a phone."""
        return self.is_citizen and self.phone_index is None

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        return salted_hmac(
            "wasl.accounts.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()
