from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "wasl.disclosures"
    label = "disclosures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.disclosures import kinds, settings_declared, tasks  # noqa: F401
