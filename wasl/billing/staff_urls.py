from django.urls import path

from wasl.billing.views import runs

app_name = "billing_desk"
urlpatterns = [
    path("", runs.desk, name="desk"),
    path("plan/", runs.plan, name="plan"),
    path("runs/<uuid:run_id>/", runs.show, name="run"),
    path("runs/<uuid:run_id>/hold/", runs.decide, name="decide"),
    path("runs/<uuid:run_id>/<slug:step>/", runs.move, name="move"),
]
