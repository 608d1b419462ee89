from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "wasl.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.casework import kinds, operations, tasks

        _ = (kinds, operations, tasks)
