from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "wasl.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.core import checks, database  # noqa: F401

        post_migrate.connect(database.grant_to_app_role, sender=self)
