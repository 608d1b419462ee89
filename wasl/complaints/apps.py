from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "wasl.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.accounts import api_access
        from wasl.casework import asides, trackers
        from wasl.complaints import (  # noqa: F401
            category_seed,
            field,
            kinds,
            panels_shown,
            services,
            settings_declared,
            task_forms,
            tasks,
        )
        from wasl.complaints.views import citizen
        from wasl.directorates import seeding
        from wasl.events import subscriptions
        from wasl.fieldwork import contacts, dangers

        subscriptions.subscribe("casework.case.closed", "complaints.end_report")
        subscriptions.subscribe("casework.case.reopened", "complaints.reopen_report")
        subscriptions.subscribe("outages.outage.restored", "complaints.ask_whether_back")
        seeding.register("complaints.categories", category_seed.load)
        trackers.register(citizen.track)
        asides.register(
            asides.Aside(
                service=services.reporting.PROCESS,
                template="fieldwork/pictures.html",
                fetch=field.pictures_of_case,
            )
        )
        dangers.register(field.dangers)
        contacts.register(field.reporters)
        api_access.register_keys(services.partner_of_key)
