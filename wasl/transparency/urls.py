from django.urls import path

from wasl.transparency import views

app_name = "transparency"
urlpatterns = [
    path("", views.about, name="about"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("tile/<path:address>", views.tile, name="tile"),
    path("vkey", views.vkey, name="vkey"),
    path("policy", views.policy_file, name="policy"),
    path("verify", views.verify, name="verify"),
    path("verify.sh", views.verify_script, name="verify_script"),
]
