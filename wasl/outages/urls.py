"""Addresses of outages for everybody."""

from django.urls import path

from wasl.outages.views import open_data, places, public, subscriptions

app_name = "outages"
urlpatterns = [
    path("", public.now, name="now"),
    path("report/", public.report, name="report"),
    path("now.<slug:suffix>", open_data.feed, name="feed"),
    path("subscriptions/", subscriptions.mine, name="subscriptions"),
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscriptions/<uuid:subscription_id>/end/", subscriptions.end, name="end_subscription"),
    path("subscriptions/decline/", subscriptions.decline, name="decline"),
    path("s/<slug:key>/", subscriptions.stop, name="stop"),
    path("calendar/", subscriptions.calendar_link, name="calendar_link"),
    path("calendar/<str:token>.ics", subscriptions.calendar, name="calendar"),
    path("planned/", places.planned, name="planned"),
    path("planned.<slug:suffix>", places.planned_feed, name="planned_feed"),
    path("planned/<uuid:work_id>.cap", places.work_alert, name="work_alert"),
    path("feeders/", places.feeders, name="feeders"),
    path("feeder/<slug:office>/<str:code>/", places.feeder, name="feeder"),
    path("feeder/<slug:office>/<str:code>.<slug:suffix>", places.feeder_feed, name="feeder_feed"),
    path("district/<slug:code>/", places.district, name="district"),
    path("district/<slug:code>.<slug:suffix>", places.district_feed, name="district_feed"),
    path("reliability/", open_data.reliability, name="reliability"),
    path("reliability/data.<slug:suffix>", open_data.reliability_data, name="reliability_data"),
]
