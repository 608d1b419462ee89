"""Addresses of field work: the live desk, crews, their phones, material, calls back."""

from django.urls import path

from wasl.fieldwork.views import calls, crews, desk, materials, phone, steps

app_name = "fieldwork"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("stream/", desk.stream, name="stream"),
    path("map.svg", desk.map_picture, name="map"),
    path("picture/<str:token>/", desk.picture, name="picture"),
    path("send/<slug:kind>/<uuid:subject_id>/", steps.send, name="send"),
    path("look/<uuid:action_id>/<slug:answer>/", steps.look, name="look"),
    path("override/<uuid:override_id>/<slug:answer>/", steps.decide, name="decide"),
    path("order/<uuid:order_id>/", desk.order, name="order"),
    path("order/<uuid:order_id>/<slug:step>/", steps.move, name="move"),
    path("crews/", crews.crews, name="crews"),
    path("crews/new/", crews.edit, name="crew_new"),
    path("crews/<uuid:crew_id>/", crews.edit, name="crew_edit"),
    path("crews/<uuid:crew_id>/<slug:step>/", crews.change, name="crew_change"),
    path("crew/", phone.crew, name="crew"),
    path("crew/<uuid:order_id>/ask/", phone.ask, name="ask"),
    path("crew/<uuid:order_id>/<slug:kind>/", phone.act, name="act"),
    path("materials/", materials.materials, name="materials"),
    path("materials/receive/", materials.receive, name="receive"),
    path("materials/back/", materials.bring_back, name="bring_back"),
    path("materials/<uuid:request_id>/issue/", materials.issue, name="issue"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<uuid:call_id>/", calls.call, name="call"),
]
