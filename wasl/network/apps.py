from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "wasl.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wasl.events import subscriptions
        from wasl.network import kinds, operations, settings_declared, tasks  # noqa: F401

        # The kind is casework's, which stands above: it is named, not imported.
        subscriptions.subscribe("casework.case.closed", "network.release_capacity")
