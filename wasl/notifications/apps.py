from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "wasl.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.notifications import checks, kinds, tasks  # noqa: F401
