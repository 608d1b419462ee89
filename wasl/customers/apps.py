from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wasl.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.customers import kinds  # noqa: F401
