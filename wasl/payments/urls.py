from django.urls import path

from wasl.payments import views

app_name = "payments"
urlpatterns = [
    path("<uuid:request_id>/", views.pay, name="pay"),
    path("<uuid:request_id>/return/", views.come_back, name="return"),
    path("<uuid:request_id>/show/", views.show, name="show"),
    path("<uuid:request_id>/state/", views.state, name="state"),
    path("callback/<slug:provider>/", views.callback, name="callback"),
    path("callback/<slug:provider>/<uuid:key>/", views.callback, name="callback_of"),
]
