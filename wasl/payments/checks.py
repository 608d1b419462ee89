"""What must hold before money is taken. Each finding says how to mend it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from wasl.payments import providers


@register()
def providers_exist(**_options: Any) -> list[CheckMessage]:
    """Every name in the settings leads to a provider."""
    hint = "WASL_PAYMENT_PROVIDERS maps a name to the dotted path of a class."
    found: list[CheckMessage] = []
    for name in settings.WASL_PAYMENT_PROVIDERS:
        try:
            providers.get(name)
        except (ImportError, AttributeError) as error:
            found.append(Error(f"Payment provider {name}: {error}", hint=hint, id="wasl.E055"))
    return found


@register(deploy=True)
def providers_are_configured(**_options: Any) -> list[CheckMessage]:
    """
    A provider without its settings is not offered; say so.

    At `check --deploy` alone: a ministry need not have a contract with every company.
    """
    if providers_exist():
        return []
    return [
        Warning(f"Payment provider {name}: {each}", id="wasl.W056")
        for name in settings.WASL_PAYMENT_PROVIDERS
        for each in providers.get(name).check_config()
    ]
