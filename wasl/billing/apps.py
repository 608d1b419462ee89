from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "wasl.billing"
    label = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.billing import (  # noqa: F401
            kinds,
            panels_shown,
            settings_declared,
            tariff_seed,
            task_forms,
            tasks,
        )
        from wasl.directorates import seeding
        from wasl.events import subscriptions

        subscriptions.subscribe("casework.case.closed", "billing.end_dispute")
        subscriptions.subscribe("billing.run.moved", "billing.compare_homes")
        subscriptions.subscribe("customers.account.holder_changed", "billing.note_holder_change")
        seeding.register("billing.tariffs", tariff_seed.load)
        for kind in (
            "customers.account.opened",
            "customers.meter.installed",
            "customers.meter.removed",
        ):
            subscriptions.subscribe(kind, "billing.follow_meters")
