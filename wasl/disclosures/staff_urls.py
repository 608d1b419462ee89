"""Addresses of the integrity office."""

from django.urls import path

from wasl.disclosures.views import desk

app_name = "integrity"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("keys/", desk.keys, name="keys"),
    path("keys/<uuid:key_id>/", desk.move_key, name="move_key"),
    path("report/<uuid:report_id>/", desk.report, name="report"),
    path("report/<uuid:report_id>/sealed.json", desk.sealed, name="sealed"),
    path("report/<uuid:report_id>/answer/", desk.answer, name="answer"),
    path("report/<uuid:report_id>/move/", desk.move, name="move"),
    path("demo-key.json", desk.demo_key, name="demo_key"),
]
