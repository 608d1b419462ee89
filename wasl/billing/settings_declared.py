"""The dated settings of billing: the published rules of estimating, holding back and collecting."""

import itertools
from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated

_STEPS = ["REMINDER", "OFFER", "NOTICE", "LIEN", "CUT"]


def _is_ladder(value: Any) -> bool:
    """Steps in their order, each with days and dinars that do not fall."""
    if not value or not all(isinstance(each, list) and len(each) == 3 for each in value):
        return False
    numbers = [each[1:] for each in value]
    if not all(type(n) is int and n >= 0 for each in numbers for n in each):
        return False
    rises = all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(numbers))
    places = [_STEPS.index(each[0]) for each in value if each[0] in _STEPS]
    return rises and len(places) == len(value) and places == sorted(set(places))


dated.register(
    "billing.days_to_pay", type=int, unit="days", minimum=1, maximum=120,
    label=_("Days to pay a bill"),
)  # fmt: skip
dated.register(
    "billing.high_kwh_a_day", type=int, unit="kWh", minimum=10, maximum=10_000,
    label=_("A household's daily use that a person looks at"),
)  # fmt: skip
dated.register(
    "billing.impossible_kwh_a_day", type=int, unit="kWh", minimum=10, maximum=100_000,
    label=_("Daily use that is refused"),
)  # fmt: skip
dated.register(
    "billing.rollover_band_pct", type=int, unit="%", minimum=50, maximum=99,
    label=_("How near its top a register must have been to go round"),
)  # fmt: skip
dated.register(
    "billing.estimates_in_a_row", type=int, unit="bills", minimum=0, maximum=12,
    label=_("Estimated bills in a row"),
)  # fmt: skip
dated.register(
    "billing.hold_times_usual", type=int, unit="times", minimum=2, maximum=100,
    label=_("A bill so many times the usual one is held back"),
)  # fmt: skip
dated.register(
    "billing.hold_from_kwh", type=int, unit="kWh", minimum=0, maximum=1_000_000,
    label=_("Smaller use is not held back"),
)  # fmt: skip
dated.register(
    "billing.instalments_from", type=int, unit="IQD", minimum=0, maximum=10**9,
    label=_("Debts from this amount may be paid in instalments"),
)  # fmt: skip
dated.register(
    "billing.instalments_most", type=int, unit="parts", minimum=2, maximum=36,
    label=_("Instalments a citizen may choose"),
)  # fmt: skip
dated.register(
    "billing.instalments_first_pct", type=int, unit="%", minimum=0, maximum=90,
    label=_("First instalment, share of the debt"),
)  # fmt: skip
dated.register(
    "billing.instalments_staff_most", type=int, unit="parts", minimum=2, maximum=60,
    label=_("Instalments that two members of staff may grant"),
)  # fmt: skip
dated.register(
    "billing.instalments_remind_days", type=int, unit="days", minimum=0, maximum=14,
    label=_("Days before an instalment at which its holder is reminded"),
)  # fmt: skip
dated.register(
    "billing.instalments_grace_days", type=int, unit="days", minimum=0, maximum=60,
    label=_("Days an instalment may be late"),
)  # fmt: skip
dated.register(
    "billing.write_off_after_days", type=int, unit="days", minimum=30, maximum=10_000,
    label=_("Debts may be written off after so many days"),
)  # fmt: skip
dated.register(
    "billing.rebate_pct", type=int, unit="%", minimum=0, maximum=50,
    label=_("Share of an electronic payment that is given back on the next bill"),
)  # fmt: skip
dated.register(
    "billing.arrears_ladder", type=list, is_acceptable=_is_ladder,
    label=_("Steps of arrears: from how many days late and which sum on"),
)  # fmt: skip
dated.register(
    "billing.arrears_days_between", type=int, unit="days", minimum=1, maximum=365,
    label=_("Days between two steps of arrears, at least"),
)  # fmt: skip
dated.register(
    "billing.route_needs_photo", type=bool,
    label=_("A reader's reading needs a photograph"),
)  # fmt: skip
dated.register(
    "billing.route_needs_position", type=bool,
    label=_("A reader's reading needs the position"),
)  # fmt: skip
dated.register(
    "billing.route_far_m", type=int, unit="m", minimum=10, maximum=100_000,
    label=_("So far from the premises a reading is marked"),
)  # fmt: skip
dated.register(
    "billing.route_longest", type=int, unit="accounts", minimum=1, maximum=300,
    label=_("Accounts on a reader's route of a day"),
)  # fmt: skip
