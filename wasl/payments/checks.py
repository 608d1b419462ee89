"""What must hold before money is taken. Each finding says how to mend it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from wasl.payments import providers


@register()
def providers_are_configured(**_options: Any) -> list[CheckMessage]:
    """A provider without its settings is not offered; say so."""
    found: list[CheckMessage] = []
    for name in settings.WASL_PAYMENT_PROVIDERS:
        try:
            problems = providers.get(name).check_config()
        except (ImportError, AttributeError) as error:
            hint = "WASL_PAYMENT_PROVIDERS maps a name to the dotted path of a class."
            found.append(Error(f"Payment provider {name}: {error}", hint=hint, id="wasl.E055"))
            continue
        found += [Warning(f"Payment provider {name}: {each}", id="wasl.W056") for each in problems]
    return found
