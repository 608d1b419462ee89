from django.urls import path

from wasl.network.views import maps

app_name = "network"
urlpatterns = [path("map.svg", maps.map_picture, name="map")]
