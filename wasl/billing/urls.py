"""Addresses of billing: the public calculator and tariffs, the citizen's bills."""

from django.urls import path

from wasl.billing.views import calculator, citizen, contest, instalments, own_reading, tariffs

app_name = "billing"
urlpatterns = [
    path("", citizen.my_bills, name="my_bills"),
    path("account/<str:account_no>/", citizen.account, name="account"),
    path(
        "account/<str:account_no>/reading/<str:read_on>/<int:revision>/photo/",
        citizen.reading_photo,
        name="reading_photo",
    ),
    path("account/<str:account_no>/data/<str:name>", citizen.data, name="data"),
    path("account/<str:account_no>/instalments/", instalments.instalments, name="instalments"),
    path("account/<str:account_no>/read/", own_reading.own_reading, name="own_reading"),
    path("account/<str:account_no>/<slug:slug>/", citizen.bill, name="bill"),
    path("account/<str:account_no>/<slug:slug>/proof/", citizen.proof, name="proof"),
    path("account/<str:account_no>/<slug:slug>/pdf/", citizen.pdf, name="pdf"),
    path("account/<str:account_no>/<slug:slug>/contest/", contest.contest, name="contest"),
    path("calculator/", calculator.calculator, name="calculator"),
    path("tariffs/", tariffs.tariffs, name="tariffs"),
    path("tariffs.json", tariffs.tariffs_json, name="tariffs_json"),
    path("tariffs.csv", tariffs.tariffs_csv, name="tariffs_csv"),
]
