from django.urls import path

from wasl.payments.views import giving_back, money

app_name = "money"
urlpatterns = [
    path("", money.desk, name="desk"),
    path("take-over/", money.take_over, name="take_over"),
    path("waiting/", money.queue, name="queue"),
    path("waiting/<slug:side>/<uuid:item_id>/", money.match, name="match"),
    path("matches/<uuid:match_id>/", money.decide, name="decide"),
    path("days/<str:day>/", money.day, name="day"),
    path("refunds/", giving_back.refunds, name="refunds"),
    path("refunds/new/", giving_back.new_refund, name="new_refund"),
    path("refunds/<uuid:refund_id>/", giving_back.refund, name="refund"),
    path("review/", giving_back.reviews, name="reviews"),
    path("review/<uuid:intent_id>/", giving_back.review, name="review"),
    path("review/decide/<uuid:review_id>/", giving_back.decide_review, name="decide_review"),
    path("trial-balance/", money.trial, name="trial"),
]
