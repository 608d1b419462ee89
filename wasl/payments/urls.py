from django.urls import path

from wasl.payments.views import accounts, biller, paying, receipts

app_name = "payments"
urlpatterns = [
    path("accounts/", accounts.pay_accounts, name="pay_accounts"),
    path("<uuid:request_id>/", paying.pay, name="pay"),
    path("<uuid:request_id>/return/", paying.come_back, name="return"),
    path("<uuid:request_id>/show/", paying.show, name="show"),
    path("<uuid:request_id>/state/", paying.state, name="state"),
    path("<uuid:request_id>/receipt.pdf", receipts.pdf, name="receipt_pdf"),
    path("<uuid:request_id>/proof/", receipts.proof, name="proof"),
    path("biller/v1/fetch/", biller.fetch, name="biller_fetch"),
    path("biller/v1/payments/", biller.pay, name="biller_pay"),
    path("biller/v1/payments/<str:transaction_id>/", biller.payment, name="biller_payment"),
    path(
        "biller/v1/payments/<str:transaction_id>/reversal/",
        biller.reversal,
        name="biller_reversal",
    ),
    path(
        "biller/v1/payments/<str:transaction_id>/receipt.pdf",
        biller.receipt,
        name="biller_receipt",
    ),
    path("biller/v1/days/<str:day>/", biller.end_of_day, name="biller_day"),
    path("callback/<slug:provider>/", paying.callback, name="callback"),
    path("callback/<slug:provider>/<uuid:key>/", paying.callback, name="callback_of"),
]
