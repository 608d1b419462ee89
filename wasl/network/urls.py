from django.urls import path

from wasl.network import views

app_name = "network"
urlpatterns = [path("map.svg", views.map_picture, name="map")]
