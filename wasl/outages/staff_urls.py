"""Addresses of the duty desk."""

from django.urls import path

from wasl.outages.views import desk, planned, timetables

app_name = "outage_desk"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("<uuid:outage_id>/<slug:step>/", desk.move, name="move"),
    path("planned/", planned.works, name="works"),
    path("planned/new/", planned.draft, name="draft_work"),
    path("planned/<uuid:work_id>/<slug:step>/", planned.step, name="work_step"),
    path("timetables/", timetables.desk, name="timetables"),
    path("timetables/upload/", timetables.upload, name="upload_timetables"),
    path("timetables/publish/", timetables.publish, name="publish_timetables"),
    path("timetables/switching/", timetables.switching, name="switching"),
    path("timetables/feeder/<str:feeder>/", timetables.edit, name="edit_timetable"),
    path("timetables/feeder/<str:feeder>/cut/", timetables.cut, name="cut"),
]
