"""Signing in and out, one's devices and profile. Staff pages of allauth are in staff_urls."""

from django.urls import path

from wasl.accounts.views import citizens, me, staff, team

app_name = "accounts"
urlpatterns = [
    path("sign-in/", citizens.sign_in, name="sign_in"),
    path("sign-in/code/", citizens.sign_in_code, name="sign_in_code"),
    path("staff/sign-in/", staff.sign_in, name="staff_sign_in"),
    path("sign-out/", me.sign_out, name="sign_out"),
    path("sign-out/everywhere/", me.sign_out_everywhere, name="sign_out_everywhere"),
    path("devices/", me.sessions, name="sessions"),
    path("team/", team.team, name="team"),
    path("team/<uuid:user_id>/", team.member, name="member"),
    path("team/<uuid:user_id>/grant/", team.grant, name="grant_role"),
    path("team/<uuid:user_id>/end/", team.end, name="end_role"),
    path("relations/", me.relations, name="relations"),
    path("profile/", me.profile, name="profile"),
]
