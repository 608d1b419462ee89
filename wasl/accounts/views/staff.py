"""Staff sign in through allauth: its views, in our pages, with the second factor required."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateCodeView
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from wasl.accounts.policies import PUBLIC, SECOND_FACTOR, STAFF, policy, user_of


class SetUpView(ActivateTOTPView):  # type: ignore[misc]
    """The second factor is set up; the session that did it has proven it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, method="mfa", type="totp", reauthenticated=True
        )
        return response


@policy(PUBLIC)
def inactive(request: HttpRequest) -> HttpResponse:
    """The account is closed."""
    return render(request, "account/account_inactive.html")


@policy(SECOND_FACTOR)
def keep_second_factor(request: HttpRequest) -> HttpResponse:
    """allauth would let it be switched off here; staff always have one."""
    return redirect("mfa_index")


sign_in = policy(PUBLIC)(LoginView.as_view())
authenticate = policy(PUBLIC)(AuthenticateView.as_view())
set_up = policy(SECOND_FACTOR)(SetUpView.as_view())
confirm_code = policy(SECOND_FACTOR)(ReauthenticateCodeView.as_view())
confirm_password = policy(SECOND_FACTOR)(ReauthenticateView.as_view())
second_factor = policy(STAFF)(IndexView.as_view())
recovery_codes = policy(STAFF)(ViewRecoveryCodesView.as_view())
new_recovery_codes = policy(STAFF)(GenerateRecoveryCodesView.as_view())
download_recovery_codes = policy(STAFF)(DownloadRecoveryCodesView.as_view())


@policy(STAFF)
def change_password(request: HttpRequest) -> HttpResponseBase:
    """A new password. Who has none (the demonstration's staff) has nothing to change here."""
    if not user_of(request).has_usable_password():
        return redirect("accounts:profile")
    answer: HttpResponseBase = PasswordChangeView.as_view()(request)
    return answer
