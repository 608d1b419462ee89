from django.urls import path

from wasl.payments import views

app_name = "payments"
urlpatterns = [
    path("<uuid:request_id>/", views.pay, name="pay"),
    path("<uuid:request_id>/return/", views.come_back, name="return"),
    path("callback/<slug:provider>/", views.callback, name="callback"),
]
