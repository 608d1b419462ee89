"""What customers does: accounts and the way of a meter."""

from wasl.customers.services.accounts import (
    PremisesDetails,
    UnableToExchangeMeter,
    UnableToFindAccount,
    UnableToOpenAccount,
    change_holder,
    change_load,
    close_account,
    exchange_meter,
    open_account,
)
from wasl.customers.services.meters import (
    UnableToInstallMeter,
    UnableToIssueMeter,
    UnableToReadSerial,
    UnableToReceiveMeters,
    UnableToReturnMeter,
    install_meter,
    issue_meter,
    read_serial,
    receive_meters,
    return_meter,
)

__all__ = [
    "PremisesDetails",
    "UnableToExchangeMeter",
    "UnableToFindAccount",
    "UnableToInstallMeter",
    "UnableToIssueMeter",
    "UnableToOpenAccount",
    "UnableToReadSerial",
    "UnableToReceiveMeters",
    "UnableToReturnMeter",
    "change_holder",
    "change_load",
    "close_account",
    "exchange_meter",
    "install_meter",
    "issue_meter",
    "open_account",
    "read_serial",
    "receive_meters",
    "return_meter",
]
