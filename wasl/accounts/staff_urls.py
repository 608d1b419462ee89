"""The addresses that allauth looks up by its own names. Sign-up and e-mail have none."""

from django.urls import path

from wasl.accounts.views import me, staff

urlpatterns = [
    path("sign-in/", staff.sign_in, name="account_login"),
    path("sign-out/", me.sign_out, name="account_logout"),
    path("closed/", staff.inactive, name="account_inactive"),
    path("password/", staff.change_password, name="account_change_password"),
    path("confirm-password/", staff.confirm_password, name="account_reauthenticate"),
    path("code/", staff.authenticate, name="mfa_authenticate"),
    path("confirm-code/", staff.confirm_code, name="mfa_reauthenticate"),
    path("second-factor/", staff.second_factor, name="mfa_index"),
    path("second-factor/set-up/", staff.set_up, name="mfa_activate_totp"),
    path("second-factor/keep/", staff.keep_second_factor, name="mfa_deactivate_totp"),
    path("recovery-codes/", staff.recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", staff.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", staff.download_recovery_codes, name="mfa_download_recovery_codes"),
]
