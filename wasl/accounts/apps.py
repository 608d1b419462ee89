from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "wasl.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.accounts import rotation, tasks  # noqa: F401
