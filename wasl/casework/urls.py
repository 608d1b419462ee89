"""Addresses of casework: the citizen's pages and the staff desk."""

from django.urls import path

from wasl.casework.views import citizen, desk, messages, supervision

app_name = "casework"
urlpatterns = [
    path("track/", citizen.track, name="track"),
    path("my/", citizen.my_cases, name="my_cases"),
    path("my/state.json", citizen.my_state, name="my_state"),
    path("case/<str:reference>/", citizen.case, name="case"),
    path("case/<str:reference>/process/", citizen.case_process, name="case_process"),
    path("case/<str:reference>/receipt/<uuid:event_id>/", citizen.receipt, name="receipt"),
    path("case/<str:reference>/document/<uuid:document_id>/", citizen.document, name="document"),
    path("case/<str:reference>/step/<uuid:task_id>/", citizen.task, name="task"),
    path("case/<str:reference>/write/", messages.write, name="write"),
    path("case/<str:reference>/withdraw/", citizen.withdraw, name="withdraw"),
    path("desk/", desk.desk, name="desk"),
    path("desk/task/<uuid:task_id>/", desk.desk_task, name="desk_task"),
    path("desk/task/<uuid:task_id>/write/", messages.desk_write, name="desk_write"),
    path(
        "desk/task/<uuid:task_id>/document/<uuid:document_id>/",
        desk.desk_document,
        name="desk_document",
    ),
    path("desk/overdue/", supervision.overdue, name="overdue"),
    path("desk/reassign/<uuid:task_id>/", supervision.reassign, name="reassign"),
    path("desk/reassignment/<uuid:reassignment_id>/", supervision.decide, name="decide"),
    path("desk/case/<str:reference>/", supervision.oversee, name="oversee"),
]
