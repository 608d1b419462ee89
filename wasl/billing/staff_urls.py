from django.urls import path

from wasl.billing.views import (
    adjustments,
    arrears,
    corrections,
    imports,
    readings,
    runs,
    tariff_desk,
)

app_name = "billing_desk"
urlpatterns = [
    path("", runs.desk, name="desk"),
    path("plan/", runs.plan, name="plan"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    path("adjustments/<uuid:adjustment_id>/<slug:step>/", adjustments.decide, name="adjustment"),
    path("readings/", readings.queue, name="readings"),
    path(
        "readings/<str:account_no>/<str:read_on>/<int:revision>/", readings.decide, name="reading"
    ),
    path(
        "readings/<str:account_no>/<str:read_on>/<int:revision>/photo/",
        readings.photo,
        name="reading_photo",
    ),
    path("corrections/", corrections.corrections, name="corrections"),
    path(
        "corrections/<str:account_no>/<str:read_on>/<int:revision>/",
        corrections.reading,
        name="correction",
    ),
    path(
        "corrections/<uuid:correction_id>/<slug:step>/",
        corrections.decide,
        name="decide_correction",
    ),
    path("imports/", imports.upload, name="imports"),
    path("imports/<uuid:import_id>/", imports.show, name="import"),
    path("imports/<uuid:import_id>/lines.csv", imports.lines_csv, name="import_lines"),
    path("imports/<uuid:import_id>/<slug:step>/", imports.move, name="import_move"),
    path("arrears/", arrears.arrears, name="arrears"),
    path("tariffs/", tariff_desk.desk, name="tariffs"),
    path("tariffs/draft/", tariff_desk.draft, name="draft_tariff"),
    path("tariffs/upload/", tariff_desk.upload, name="upload_tariff"),
    path("tariffs/simulation/", tariff_desk.simulation, name="simulation"),
    path("tariffs/<slug:code>/publish/", tariff_desk.publish, name="publish_tariff"),
    path("tariffs/<slug:code>/force/", tariff_desk.force, name="force_tariff"),
    path("runs/<uuid:run_id>/", runs.show, name="run"),
    path("runs/<uuid:run_id>/hold/", runs.decide, name="decide"),
    path("runs/<uuid:run_id>/<slug:step>/", runs.move, name="move"),
]
