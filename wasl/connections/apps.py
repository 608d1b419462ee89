from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectionsConfig(AppConfig):
    name = "wasl.connections"
    label = "connections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.connections import (
            begun,
            dated_settings,
            operations,
            panels_shown,
            task_forms,
            tasks,
        )
        from wasl.connections.journeys import JOURNEYS
        from wasl.core import catalogue
        from wasl.events.subscriptions import subscribe
        from wasl.payments import purposes

        _loaded = (begun, dated_settings, operations, panels_shown, task_forms, tasks)
        subscribe("payments.payment.settled", "connections.fee_settled")
        subscribe("casework.task.opened", "connections.tell_of_task")
        subscribe("casework.case.closed", "connections.tell_of_end")
        subscribe("casework.case.closed", "connections.cancel_fee")
        subscribe("casework.case.reopened", "connections.tell_of_reopening")
        purposes.register("connections.fee", _("Connection fee"))
        for journey in JOURNEYS.values():
            catalogue.register(
                catalogue.Service(
                    key=journey.key,
                    title=journey.title,
                    summary=journey.summary,
                    url_name="connections:guide",
                    icon=journey.icon,
                    order=journey.order,
                )
            )
