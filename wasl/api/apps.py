from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "wasl.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.api import kinds, tasks, webhook_kinds  # noqa: F401
        from wasl.events import subscriptions

        for event in webhook_kinds.BY_EVENT:
            subscriptions.subscribe(event, "api.spread")
