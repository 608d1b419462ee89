"""Addresses for meter systems, beside those of billing."""

from django.urls import path

from wasl.outages.views import machines

app_name = "meter_signals"
urlpatterns = [path("v1/signals/", machines.signals, name="signals")]
