"""Registering people, and what they change about themselves."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts import phones
from wasl.accounts.models import User
from wasl.core import crypto
from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

PHONE = "phone"
NATIONAL_ID = "national_id"


class UnableToRegisterStaff(Unable):
    """The user name or staff number is taken, or the password is too weak."""

    code = "STAFF_NOT_REGISTERED"
    message = _("The account was not made: %(cause)s")


def phone_index(phone: str) -> bytes:
    """The blind index of a phone in the form that `phones.parse` gives."""
    return crypto.blind_index(phone, PHONE)


def national_id_index(national_id: str) -> bytes:
    """The blind index of a national id: its digits, whatever the script."""
    return crypto.blind_index(_digits(national_id), NATIONAL_ID)


def _digits(text: str) -> str:
    return "".join(c for c in to_western_digits(text) if c.isalnum()).upper()


def register_citizen(
    *, phone: str, full_name: str | None = None, language: str = "ar", now: datetime
) -> User:
    """
    This function will make the account of a phone number, or find the one that exists.

    :raises phones.UnableToReadPhone: when it is no Iraqi mobile number.
    """
    phone = phones.parse(phone)
    index = phone_index(phone)
    known = User.objects.filter(kind=User.Kind.CITIZEN, phone_index=index).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return User.objects.create(
                kind=User.Kind.CITIZEN,
                password=make_password(None),
                phone=phone,
                phone_index=index,
                full_name=full_name,
                language=language,
                created_at=now,
            )
    except IntegrityError:
        # Two first sign-ins at once: the other one made it.
        return User.objects.get(kind=User.Kind.CITIZEN, phone_index=index)


def register_unnamed(*, language: str = "ar", now: datetime) -> User:
    """
    This function will make a person of whom nothing is known: somebody who reports without signing in.

    Such a person cannot sign in; they follow their matter by its reference and secret.
    """
    return User.objects.create(
        kind=User.Kind.CITIZEN,
        password=make_password(None),
        language=language,
        created_at=now,
    )


def register_staff(
    *,
    username: str,
    password: str | None,
    staff_no: str,
    full_name: str,
    language: str = "ar",
    now: datetime,
) -> User:
    """
    This function will make a staff account, without any role; the second factor is set up by its
    holder at the first sign-in.

    :raises UnableToRegisterStaff: when name or number is taken, or the password is too weak.
    """
    user = User(
        kind=User.Kind.STAFF,
        username=username.strip().lower(),
        staff_no=staff_no.strip().upper(),
        full_name=full_name,
        language=language,
        created_at=now,
    )
    try:
        if password is not None:
            validate_password(password, user)
        user.set_password(password)  # None: nobody can sign in by password
        with transaction.atomic():
            user.save(force_insert=True)
    except ValidationError as error:
        raise UnableToRegisterStaff(cause=" ".join(error.messages)) from error
    except IntegrityError as error:
        raise UnableToRegisterStaff(
            cause=_("the user name or the staff number belongs to somebody else.")
        ) from error
    return user


@transaction.atomic
def reset_sign_in(*, user: User, password: str) -> User:
    """
    This function will give a member of staff a new password, for who lost password or phone.

    The second factor is set up anew at the next sign-in, and every session ends now.
    :raises UnableToRegisterStaff: when the password is too weak.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk, kind=User.Kind.STAFF)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UnableToRegisterStaff(cause=" ".join(error.messages)) from error
    user.set_password(password)
    user.session_epoch += 1
    user.save(update_fields=["password", "session_epoch"])
    Authenticator.objects.filter(user_id=user.pk).delete()
    return user


@transaction.atomic
def change_profile(*, user: User, full_name: str, language: str) -> User:
    """This function will keep the name and the language that somebody wants to be addressed in."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    user.full_name = full_name or None
    user.language = language
    user.save(update_fields=["full_name", "language"])
    return user


@transaction.atomic
def record_national_id(*, user: User, national_id: str) -> User:
    """This function will keep a citizen's national id, encrypted, with its blind index."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    user.national_id = _digits(national_id)
    user.national_id_index = national_id_index(national_id)
    user.save(update_fields=["national_id", "national_id_index"])
    return user


@transaction.atomic
def deactivate(*, user: User) -> User:
    """This function will close an account: no sign-in, and every session ends now."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    return user
