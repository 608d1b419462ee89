from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "wasl.fieldwork"
    label = "fieldwork"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.events import subscriptions
        from wasl.fieldwork import kinds, settings_declared, tasks  # noqa: F401

        for happened in ("opened", "changed", "merged", "restored"):
            subscriptions.subscribe(f"outages.outage.{happened}", "fieldwork.follow_outage")
        subscriptions.subscribe("outages.outage.restored", "fieldwork.draw_calls")
