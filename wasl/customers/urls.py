"""Addresses of the store."""

from django.urls import path

from wasl.customers.views import store

app_name = "store"
urlpatterns = [
    path("", store.store, name="store"),
    path("count/", store.count, name="count"),
    path("receive/", store.receive, name="receive"),
    path("scrap/", store.scrap, name="scrap"),
    path("scrap/<uuid:request_id>/<slug:step>/", store.decide, name="decide"),
]
