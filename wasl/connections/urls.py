"""Addresses of the connection services: guides and applications."""

from django.urls import path

from wasl.connections.views import apply, guide

app_name = "connections"
urlpatterns = [
    path("services/<slug:service>/", guide.guide, name="guide"),
    path("apply/<slug:service>/", apply.begin, name="begin"),
    path("application/<uuid:draft_id>/", apply.resume, name="resume"),
    path("application/<uuid:draft_id>/check/", apply.check, name="check"),
    path("application/<uuid:draft_id>/sent/", apply.sent, name="sent"),
    path("application/<uuid:draft_id>/discard/", apply.discard, name="discard"),
    path(
        "application/<uuid:draft_id>/file/<uuid:document_id>/",
        apply.draft_document,
        name="draft_document",
    ),
    path("application/<uuid:draft_id>/<slug:page>/", apply.step, name="step"),
    path("my/<str:reference>/answers.pdf", apply.answers_pdf, name="answers_pdf"),
]
