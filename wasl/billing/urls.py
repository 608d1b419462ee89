"""Addresses of billing: the public calculator and tariffs, the citizen's bills."""

from django.urls import path

from wasl.billing.views import calculator, tariffs

app_name = "billing"
urlpatterns = [
    path("calculator/", calculator.calculator, name="calculator"),
    path("tariffs/", tariffs.tariffs, name="tariffs"),
    path("tariffs.json", tariffs.tariffs_json, name="tariffs_json"),
    path("tariffs.csv", tariffs.tariffs_csv, name="tariffs_csv"),
]
