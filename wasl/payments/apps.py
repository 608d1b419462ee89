from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "wasl.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.payments import checks, kinds, tasks  # noqa: F401
