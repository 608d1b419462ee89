"""Addresses of the public observatory."""

from django.urls import path

from wasl.observatory import views

app_name = "observatory"
urlpatterns = [
    path("", views.performance, name="performance"),
    path("data.json", views.data_json, name="data_json"),
    path("data.csv", views.data_csv, name="data_csv"),
]
