"""Addresses of outages for everybody."""

from django.urls import path

from wasl.outages.views import open_data, public

app_name = "outages"
urlpatterns = [
    path("", public.now, name="now"),
    path("report/", public.report, name="report"),
    path("now.<slug:suffix>", open_data.feed, name="feed"),
    path("reliability/", open_data.reliability, name="reliability"),
    path("reliability/data.<slug:suffix>", open_data.reliability_data, name="reliability_data"),
]
