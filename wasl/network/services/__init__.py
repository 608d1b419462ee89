"""What the network's register does: keep capacity, connect accounts, solve networks, import files."""

from wasl.network.services.imports import (
    UnableToApplyNetwork,
    apply_file,
    drop_file,
    look_through,
)
from wasl.network.services.keeping import (
    Check,
    UnableToReserveCapacity,
    check_and_reserve,
    expire_reservations,
    release_capacity,
    reserve_capacity,
)
from wasl.network.services.locks import UnableToFindTransformer
from wasl.network.services.points import (
    change_point_load,
    connect_service_point,
    disconnect_service_point,
)
from wasl.network.services.states import solve_networks

__all__ = [
    "Check",
    "UnableToApplyNetwork",
    "UnableToFindTransformer",
    "UnableToReserveCapacity",
    "apply_file",
    "change_point_load",
    "check_and_reserve",
    "connect_service_point",
    "disconnect_service_point",
    "drop_file",
    "expire_reservations",
    "look_through",
    "release_capacity",
    "reserve_capacity",
    "solve_networks",
]
