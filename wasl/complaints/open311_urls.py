"""Addresses of the Open311 endpoint (GeoReport v2)."""

from django.urls import path, re_path

from wasl.complaints.views import open311

app_name = "open311"
_F = r"(?P<suffix>[A-Za-z0-9]+)"
urlpatterns = [
    re_path(rf"^discovery\.{_F}$", open311.discovery, name="discovery"),
    re_path(rf"^v2/services\.{_F}$", open311.services_list, name="services"),
    re_path(rf"^v2/services/(?P<code>[^/]+)\.{_F}$", open311.definition, name="definition"),
    re_path(rf"^v2/requests\.{_F}$", open311.requests, name="requests"),
    re_path(rf"^v2/requests/(?P<reference>[^/]+)\.{_F}$", open311.single, name="request"),
    re_path(rf"^v2/tokens/(?P<token>[^/]+)\.{_F}$", open311.token, name="token"),
    re_path(rf"^v2/servicerequestupdates\.{_F}$", open311.updates, name="updates"),
    path("v2/<path:rest>", open311.unknown, name="unknown"),
    path("", open311.about, name="about"),
]
