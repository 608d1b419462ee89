"""Addresses of the duty desk."""

from django.urls import path

from wasl.outages.views import desk

app_name = "outage_desk"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("<uuid:outage_id>/<slug:step>/", desk.move, name="move"),
]
