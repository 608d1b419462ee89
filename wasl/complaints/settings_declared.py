"""The dated settings of complaints."""

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

dated.register(
    "complaints.near_m", type=int, unit="m", minimum=20, maximum=5_000,
    label=_("So near, an open report of the same kind may be the same"),
)  # fmt: skip
dated.register(
    "complaints.silence_hours", type=int, unit="hours", minimum=1, maximum=720,
    label=_("Silence after supply is back, until a report of no supply counts as done"),
)  # fmt: skip
