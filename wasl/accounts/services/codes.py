"""
Signing in with a code: one way for known and new numbers (docs/adr/0040).

The answer to a request is the same whether or not somebody has an account.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from wasl.accounts import phones
from wasl.accounts.models import SignInCode, User
from wasl.accounts.services.people import phone_index, register_citizen
from wasl.core import crypto, jobs, limits
from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

LASTS = timedelta(minutes=10)
TRIES = 5
# Behind one address of a mobile carrier sit thousands of people; behind one phone, one.
PER_PHONE = ((3, 10 * 60), (10, 24 * 60 * 60))
PER_ADDRESS = ((60, 10 * 60), (600, 24 * 60 * 60))
JOB = "notifications.send_code"


class UnableToSendCode(limits.UnableToTryAgainYet):
    """Too many codes were asked for, with this phone or from this address."""

    code = "TOO_MANY_CODES"
    message = ngettext_lazy(
        "Too many codes were asked for. Wait %(minutes)s minute, then ask again.",
        "Too many codes were asked for. Wait %(minutes)s minutes, then ask again.",
        "minutes",
    )


class UnableToSignIn(Unable):
    """The code is wrong, was used, was tried too often, or has expired."""

    code = "WRONG_CODE"
    message = _("This code is not right, or it has expired. Check it, or ask for a new code.")


def request_code(*, phone: str, language: str, address: str, now: datetime) -> UUID:
    """
    This function will send a six-digit code to a phone; the id of the code, for the session.

    A job sends it, with phone and code encrypted in its arguments.
    :raises phones.UnableToReadPhone: when it is no Iraqi mobile number.
    :raises UnableToSendCode: beyond three in ten minutes for a phone, sixty for an address.
    """
    phone = phones.parse(phone)
    index = phone_index(phone)
    _require_limits(index, address, now)
    return _send(phone, index, language, now)


def request_code_again(*, code_id: UUID, language: str, address: str, now: datetime) -> UUID:
    """
    This function will send a fresh code to the phone of an earlier one; the earlier stops working.

    :raises UnableToSignIn: when the earlier one is gone.
    :raises UnableToSendCode: beyond the limits of `request_code`.
    """
    earlier = SignInCode.objects.filter(pk=code_id).first()
    if earlier is None:
        raise UnableToSignIn
    return request_code(phone=earlier.phone, language=language, address=address, now=now)


def _require_limits(index: bytes, address: str, now: datetime) -> None:
    place = crypto.blind_index(address, "address").hex()[:32]
    who = index.hex()[:32]
    try:
        for limit, seconds in PER_ADDRESS:
            limits.require(
                f"code:address:{seconds}:{place}", limit=limit, per_seconds=seconds, now=now
            )
        for limit, seconds in PER_PHONE:
            limits.require(f"code:phone:{seconds}:{who}", limit=limit, per_seconds=seconds, now=now)
    except limits.UnableToTryAgainYet as unable:
        raise UnableToSendCode(**unable.values) from unable


@transaction.atomic
def _send(phone: str, index: bytes, language: str, now: datetime) -> UUID:
    digits = f"{secrets.randbelow(1_000_000):06d}"
    code = SignInCode(
        phone=phone,
        phone_index=index,
        tries_left=TRIES,
        created_at=now,
        expires_at=now + LASTS,
    )
    code.code_hash = _hash(code.pk, digits)
    code.save(force_insert=True)
    # An older code stops working, so that at most five tries stand against one phone at a time.
    SignInCode.objects.filter(phone_index=index, used_at=None).exclude(pk=code.pk).update(
        used_at=now
    )
    jobs.enqueue(
        JOB,
        phone=crypto.encrypt_text(phone, f"{JOB}:phone"),
        code=crypto.encrypt_text(digits, f"{JOB}:code"),
        language=language,
    )
    return code.pk


def _hash(code_id: UUID, digits: str) -> bytes:
    # Keyed: a million codes are soon tried against a plain hash.
    return crypto.blind_index(digits, f"sign-in-code:{code_id}")


def use_code(*, code_id: UUID | None, digits: str, language: str = "ar", now: datetime) -> User:
    """
    This function will exchange a code for the person of its phone, who is registered if new.

    Arabic and Persian digits and stray spaces are welcome. A wrong one costs one of five tries.
    :raises UnableToSignIn: the same for every cause, also when the account is closed.
    """
    user = _use(code_id, digits, language, now)
    if user is None or not user.is_active:
        raise UnableToSignIn
    return user


@transaction.atomic
def _use(code_id: UUID | None, digits: str, language: str, now: datetime) -> User | None:
    """The person, or None: it does not raise, so that the tries it counts are kept."""
    if code_id is None:
        return None
    code = SignInCode.objects.select_for_update(of=("self",)).filter(pk=code_id).first()
    if code is None or code.used_at or code.expires_at <= now or code.tries_left == 0:
        return None
    given = "".join(c for c in to_western_digits(digits) if c.isdigit())
    if not hmac.compare_digest(_hash(code.pk, given), bytes(code.code_hash)):
        code.tries_left -= 1
        code.save(update_fields=["tries_left"])
        return None
    code.used_at = now
    code.save(update_fields=["used_at"])
    return register_citizen(phone=code.phone, language=language, now=now)


def forget_codes(*, now: datetime) -> int:
    """This function will delete the codes that expired a day ago; the number deleted."""
    number, _by_model = SignInCode.objects.filter(expires_at__lte=now - timedelta(days=1)).delete()
    return number
