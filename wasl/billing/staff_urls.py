from django.urls import path, register_converter

from wasl.billing.views import (
    adjustments,
    arrears,
    corrections,
    imports,
    liens,
    plan_proposals,
    readings,
    routes,
    runs,
    tariff_desk,
    walks,
)


class FourDigits:
    """A number with zeros before it: what waits on a telephone is sent in the order of the doors."""

    regex = "[0-9]{4,6}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number with its zeros."""
        return f"{value:04d}"


register_converter(FourDigits, "zeros")

app_name = "billing_desk"
urlpatterns = [
    path("", runs.desk, name="desk"),
    path("plan/", runs.plan, name="plan"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    path("adjustments/<uuid:adjustment_id>/<slug:step>/", adjustments.decide, name="adjustment"),
    path("instalments/", plan_proposals.proposals, name="plan_proposals"),
    path(
        "instalments/<uuid:proposal_id>/<slug:step>/", plan_proposals.decide, name="plan_proposal"
    ),
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
    path("liens/", liens.liens, name="liens"),
    path("liens/propose/", liens.propose, name="propose_liens"),
    path("liens/<uuid:list_id>/", liens.lien_list, name="lien_list"),
    path("liens/<uuid:list_id>/leave-out/", liens.leave_out, name="leave_out"),
    path("liens/<uuid:list_id>/file/<slug:name>/", liens.take, name="take_liens"),
    path("liens/<uuid:list_id>/<slug:step>/", liens.move, name="move_liens"),
    path("routes/", routes.routes, name="routes"),
    path("routes/<uuid:route_id>/", routes.show, name="route"),
    path("routes/<uuid:route_id>/<int:position>/photo/", routes.photo, name="stop_photo"),
    path("routes/<uuid:route_id>/<slug:step>/", routes.move, name="route_move"),
    path("walk/", walks.mine, name="walks"),
    path("walk/<uuid:route_id>/", walks.walk, name="walk"),
    path("walk/<uuid:route_id>/<zeros:position>/", walks.stop, name="walk_stop"),
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
