"""The reporters' addresses: two, and neither holds anything."""

from django.urls import path

from wasl.disclosures.views import reporter

app_name = "protected"
urlpatterns = [
    path("", reporter.protected, name="protected"),
    path("figures/", reporter.figures, name="figures"),
]
