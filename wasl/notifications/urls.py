from django.urls import path

from wasl.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:message_id>/", views.message, name="message"),
    path("push/", views.push, name="push"),
    path("push/stop/", views.push_stop, name="push_stop"),
    path("e-mail/", views.mail, name="mail"),
    path("e-mail/stop/", views.mail_stop, name="mail_stop"),
    path("e-mail/<str:token>/", views.mail_confirm, name="mail_confirm"),
]
