"""The dated settings of outages."""

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

dated.register(
    "outages.planned_notice_hours", type=int, unit="hours", minimum=1, maximum=720,
    label=_("Planned work is announced at least so long ahead"),
)  # fmt: skip
dated.register(
    "outages.messages_a_day", type=int, minimum=1, maximum=50,
    label=_("At most so many messages about outages to a person in a day"),
)  # fmt: skip
