"""What outages does for others."""

from wasl.outages.services.inferring import infer
from wasl.outages.services.restoring import (
    UnableToChangeOutage,
    confirm_outage,
    open_outage,
    restore,
)
from wasl.outages.services.signals import (
    MeterSign,
    signal,
    take_back,
    take_meter_signs,
)

__all__ = [
    "MeterSign",
    "UnableToChangeOutage",
    "confirm_outage",
    "infer",
    "open_outage",
    "restore",
    "signal",
    "take_back",
    "take_meter_signs",
]
