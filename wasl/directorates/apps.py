from django.apps import AppConfig


class DirectoratesConfig(AppConfig):
    name = "wasl.directorates"
    label = "directorates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.directorates import settings_declared  # noqa: F401
