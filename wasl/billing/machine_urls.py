"""Addresses for systems that read meters from afar (docs/how-to/connect-a-meter-system.md)."""

from django.urls import path

from wasl.billing.views import meter_systems

app_name = "meters"
urlpatterns = [
    path("v1/batches/<str:name>/", meter_systems.batch, name="batch"),
]
