"""The dated settings of the capacity rule."""

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

dated.register(
    "network.permitted_loading_pct",
    type=int,
    unit="%",
    minimum=1,
    maximum=150,
    label=_("Permitted loading of a transformer"),
)
dated.register(
    "network.diversity_pct",
    type=int,
    unit="%",
    minimum=1,
    maximum=100,
    label=_("Diversity: share of the declared load at the peak"),
)
dated.register(
    "network.power_factor_pct",
    type=int,
    unit="%",
    minimum=1,
    maximum=100,
    label=_("Power factor"),
)
dated.register(
    "network.reservation_days",
    type=int,
    unit="days",
    minimum=1,
    maximum=730,
    label=_("How long capacity is kept for a case"),
)
dated.register(
    "network.reach_m",
    type=int,
    unit="m",
    minimum=50,
    maximum=5000,
    label=_("How far a transformer may be from the premises"),
)
dated.register(
    "network.permitted_line_pct",
    type=int,
    unit="%",
    minimum=1,
    maximum=150,
    label=_("Permitted loading of a low-voltage line"),
)
dated.register(
    "network.voltage_tolerance_pct",
    type=int,
    unit="%",
    minimum=1,
    maximum=20,
    label=_("How far the voltage may be off the nominal"),
)
