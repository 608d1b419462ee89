from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "wasl.quality"
    label = "quality"
    default_auto_field = "django.db.models.BigAutoField"
