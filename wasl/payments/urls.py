from django.urls import path

from wasl.payments.views import accounts, paying

app_name = "payments"
urlpatterns = [
    path("accounts/", accounts.pay_accounts, name="pay_accounts"),
    path("<uuid:request_id>/", paying.pay, name="pay"),
    path("<uuid:request_id>/return/", paying.come_back, name="return"),
    path("<uuid:request_id>/show/", paying.show, name="show"),
    path("<uuid:request_id>/state/", paying.state, name="state"),
    path("callback/<slug:provider>/", paying.callback, name="callback"),
    path("callback/<slug:provider>/<uuid:key>/", paying.callback, name="callback_of"),
]
