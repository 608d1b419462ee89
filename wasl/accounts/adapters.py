"""What allauth asks of the project: staff sign-in only, in our words, with encrypted secrets."""

from typing import Any
from uuid import UUID

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wasl.accounts.backends import STAFF_BACKEND
from wasl.accounts.models import User
from wasl.core import crypto

_WRONG_CODE = _("This code is not right. Write the six digits that your app shows now.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed, and messages are our pages' own."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask your supervisor."),
        "enter_current_password": _("Write the password that you use now."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": _("This password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "username_password_mismatch": _("User name and password do not belong together."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say for themselves what has happened."""

    def login(self, request: HttpRequest, user: User) -> None:
        login(request, user, backend=STAFF_BACKEND)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asked again is who has a second factor; who sets one up has just given the password."""
        return bool(Authenticator.objects.filter(user_id=context.request.user.pk).exists())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(self.get_login_redirect_url(request))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, their secrets encrypted with the keys of the fields."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _WRONG_CODE,
        "cannot_delete_authenticator": _("Staff always have a second factor."),
        "cannot_generate_recovery_codes": _("Set up the second factor first."),
    }

    def build_totp_svg(self, url: str) -> str:
        """A drawing without inline style, as our content security policy asks."""
        return segno.make(url, error="m").svg_inline(border=4, light="#fff", omitsize=True)

    def encrypt(self, text: str) -> str:
        return crypto.encrypt_text(text, "mfa_authenticator")

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt_text(encrypted_text, "mfa_authenticator")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return False


def has_second_factor(user_id: UUID) -> bool:
    """Whether a member of staff has set up the second factor."""
    return bool(
        Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()
    )
