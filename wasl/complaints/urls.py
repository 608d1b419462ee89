"""Addresses of reports: the citizen's, and the desk's."""

from django.urls import path

from wasl.complaints.views import citizen, desk

app_name = "complaints"
urlpatterns = [
    path("", citizen.categories, name="categories"),
    path("new/<slug:code>/", citizen.new, name="new"),
    path("join/<uuid:report_id>/", citizen.join, name="join"),
    path("desk/", desk.desk, name="desk"),
    path("answers/", desk.answers, name="answers"),
    path("categories/", desk.categories, name="category_desk"),
    path("categories/<slug:code>/edit/", desk.edit_category, name="edit_category"),
    path("categories/<int:version_id>/publish/", desk.publish_category, name="publish_category"),
    path("report/<str:reference>/", citizen.report, name="report"),
]
