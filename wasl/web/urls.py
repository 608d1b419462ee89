"""Addresses of the shell."""

from django.urls import path

from wasl.web import demo, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("areas/", views.areas, name="areas"),
    path("help/", views.help_page, name="help"),
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", views.language, name="language"),
    path("offline/", views.offline, name="offline"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("demo/", demo.people, name="demo"),
    path("demo/become/", demo.become, name="demo_become"),
    path("demo/phone/", demo.phone, name="demo_phone"),
]
