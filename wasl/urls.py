"""Every address of Wasl. Each app names its own; the shell decides where they hang."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("wasl.accounts.urls")),
    path("account/staff/", include("wasl.accounts.staff_urls")),
    path("log/", include("wasl.transparency.urls")),
    path("messages/", include("wasl.notifications.urls")),
    path("pay/", include("wasl.payments.urls")),
    path("bills/", include("wasl.billing.urls")),
    path("billing/", include("wasl.billing.staff_urls")),
    path("meters/", include("wasl.billing.machine_urls")),
    path("meters/", include("wasl.outages.machine_urls")),
    path("money/", include("wasl.payments.staff_urls")),
    path("store/", include("wasl.customers.urls")),
    path("outages/", include("wasl.outages.urls")),
    path("duty/", include("wasl.outages.staff_urls")),
    path("field/", include("wasl.fieldwork.urls")),
    path("complaints/", include("wasl.complaints.urls")),
    path("protected/", include("wasl.disclosures.urls")),
    path("integrity/", include("wasl.disclosures.staff_urls")),
    path("open311/", include("wasl.complaints.open311_urls")),
    path("network/", include("wasl.network.urls")),
    path("grid/", include("wasl.network.staff_urls")),
    path("", include("wasl.casework.urls")),
    path("", include("wasl.connections.urls")),
    path("quality/", include("wasl.quality.urls")),
    path("performance/", include("wasl.observatory.urls")),
    path("api/", include("wasl.api.urls")),
    path("", include("wasl.web.urls")),
]

handler400 = "wasl.web.views.bad_request"
handler403 = "wasl.web.views.forbidden"
handler404 = "wasl.web.views.not_found"
handler500 = "wasl.web.views.server_error"
