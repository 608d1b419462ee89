"""Addresses for machines: the API by its version, its document, and the page about it."""

from django.urls import include, path

from wasl.api import assembly, views

app_name = "api"
urlpatterns = [
    path("", views.about, name="about"),
    path("v1/openapi.json", views.document, name="document"),
    path("v1/", include(assembly.urls())),
    path("v1/<path:rest>", views.unknown, name="unknown"),
]
