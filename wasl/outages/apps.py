from django.apps import AppConfig


class OutagesConfig(AppConfig):
    name = "wasl.outages"
    label = "outages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.events import subscriptions
        from wasl.outages import kinds, settings_declared, tasks  # noqa: F401

        for change in ("changed", "restored"):
            subscriptions.subscribe(f"outages.outage.{change}", "outages.follow_work")
        for change in ("opened", "changed", "restored"):
            subscriptions.subscribe(f"outages.outage.{change}", "outages.outage_news")
        for change in ("announced", "cancelled"):
            subscriptions.subscribe(f"outages.work.{change}", "outages.work_news")
        subscriptions.subscribe("outages.timetable.published", "outages.timetable_news")
