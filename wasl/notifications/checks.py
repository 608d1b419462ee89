"""What must hold before messages are sent. Each finding says how to mend it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from wasl.notifications import channels, notices


@register()
def channels_are_configured(**_options: Any) -> list[CheckMessage]:
    """A channel without its settings would lose every message."""
    found: list[CheckMessage] = []
    for name in channels.installed():
        try:
            problems = channels.get(name).check_config()
        except (ImportError, AttributeError) as error:
            hint = "WASL_CHANNELS names folders of wasl/notifications/channels."
            found.append(
                Error(f"The channel {name} is not there: {error}", hint=hint, id="wasl.E050")
            )
            continue
        # While developing, a gateway that nobody has does not keep the system from starting.
        kind = Warning if settings.DEBUG else Error
        found += [kind(f"Channel {name}: {problem}", id="wasl.E051") for problem in problems]
    return found


@register()
def notices_can_be_read(**_options: Any) -> list[CheckMessage]:
    """A notice that cannot be written out is found now, not when it is due."""
    found: list[CheckMessage] = []
    for name, path in notices.files().items():
        try:
            notices.parse(name, path.read_text(encoding="utf-8"))
        except notices.UnableToReadNotice as unable:
            found.append(Error(str(unable), id="wasl.E052"))
    return found
