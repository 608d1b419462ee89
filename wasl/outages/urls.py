"""Addresses of outages for everybody."""

from django.urls import path

from wasl.outages.views import public

app_name = "outages"
urlpatterns = [
    path("", public.now, name="now"),
    path("report/", public.report, name="report"),
]
