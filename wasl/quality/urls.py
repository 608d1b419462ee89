"""Addresses of the quality desk."""

from django.urls import path

from wasl.quality import views

app_name = "quality"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("service/<int:directorate_id>/<slug:service>/", views.service, name="service"),
    path("service/<int:directorate_id>/<slug:service>/<slug:figure>/", views.cases, name="cases"),
    path("process/<slug:key>/upload/", views.upload, name="upload"),
    path("process/version/<int:version_id>/", views.version, name="version"),
]
