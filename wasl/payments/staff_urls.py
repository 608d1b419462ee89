from django.urls import path

from wasl.payments.views import money

app_name = "money"
urlpatterns = [
    path("", money.desk, name="desk"),
    path("take-over/", money.take_over, name="take_over"),
    path("waiting/", money.queue, name="queue"),
    path("waiting/<slug:side>/<uuid:item_id>/", money.match, name="match"),
    path("matches/<uuid:match_id>/", money.decide, name="decide"),
    path("days/<str:day>/", money.day, name="day"),
    path("trial-balance/", money.trial, name="trial"),
]
