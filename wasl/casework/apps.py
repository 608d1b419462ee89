from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "wasl.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.casework import kinds, operations, seeds, tasks
        from wasl.directorates import seeding

        _loaded = (kinds, operations, tasks)
        seeding.register("casework.reasons", seeds.load_reasons)
        seeding.register("casework.processes", seeds.draft_shipped)
