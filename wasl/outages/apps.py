from django.apps import AppConfig


class OutagesConfig(AppConfig):
    name = "wasl.outages"
    label = "outages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.outages import kinds, tasks  # noqa: F401
