"""Addresses for machines. The first interface is the open data of the observatory."""

from django.urls import URLPattern

app_name = "api"
urlpatterns: list[URLPattern] = []
