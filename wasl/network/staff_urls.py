"""Addresses of the network's pages for staff."""

from django.urls import path

from wasl.network.views import grid, imports

app_name = "grid"
urlpatterns = [
    path("", grid.home, name="home"),
    path("feeder/<str:code>/", grid.feeder, name="feeder"),
    path("transformer/<str:code>/", grid.transformer, name="transformer"),
    path("transformer/<str:code>/picture.svg", grid.transformer_picture, name="picture"),
    path("check/<uuid:case_id>.svg", grid.check_picture, name="check"),
    path("overloaded/", grid.overloaded, name="overloaded"),
    path("overloaded.csv", grid.overloaded_csv, name="overloaded_csv"),
    path("voltages/", grid.voltages, name="voltages"),
    path("imports/", imports.upload, name="imports"),
    path("imports/<uuid:import_id>/", imports.show, name="import"),
    path("imports/<uuid:import_id>/<slug:step>/", imports.move, name="import_move"),
]
