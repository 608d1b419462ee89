"""The dated settings of field work."""

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

dated.register(
    "fieldwork.order_customers", type=int, unit="", minimum=1, maximum=100_000,
    label=_("So many customers without supply, and a crew is sent before a person has confirmed it"),
)  # fmt: skip
dated.register(
    "fieldwork.orders_at_once", type=int, unit="", minimum=1, maximum=20,
    label=_("So many unfinished orders a crew may hold"),
)  # fmt: skip
dated.register(
    "fieldwork.travel_kmh", type=int, unit="km/h", minimum=5, maximum=120,
    label=_("Speed of a crew on the road"),
)  # fmt: skip
dated.register(
    "fieldwork.unfinished_minutes", type=int, unit="min", minimum=0, maximum=600,
    label=_("What an unfinished order counts against a crew"),
)  # fmt: skip
dated.register(
    "fieldwork.fair_minutes", type=int, unit="min", minimum=0, maximum=120,
    label=_("What each order of the last day counts against a crew"),
)  # fmt: skip
dated.register(
    "fieldwork.tolerance_minutes", type=int, unit="min", minimum=0, maximum=120,
    label=_("Crews so near to the best are equal: a draw decides"),
)  # fmt: skip
dated.register(
    "fieldwork.tolerance_danger_minutes", type=int, unit="min", minimum=0, maximum=60,
    label=_("The same, where life is in danger"),
)  # fmt: skip
dated.register(
    "fieldwork.balance_hours", type=int, unit="hours", minimum=1, maximum=720,
    label=_("Material issued so long ago and not accounted for is shown to quality"),
)  # fmt: skip
dated.register(
    "fieldwork.call_back_pct", type=int, unit="%", minimum=0, maximum=100,
    label=_("Share of the reporters who are called back after an outage"),
)  # fmt: skip
