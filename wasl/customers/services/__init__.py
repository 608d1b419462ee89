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
from wasl.customers.services.stock import (
    UnableToCount,
    UnableToScrap,
    ask_to_scrap,
    count_stock,
    decide_scrap,
)

__all__ = [
    "PremisesDetails",
    "UnableToCount",
    "UnableToExchangeMeter",
    "UnableToFindAccount",
    "UnableToInstallMeter",
    "UnableToIssueMeter",
    "UnableToOpenAccount",
    "UnableToReadSerial",
    "UnableToReceiveMeters",
    "UnableToReturnMeter",
    "UnableToScrap",
    "ask_to_scrap",
    "change_holder",
    "change_load",
    "close_account",
    "count_stock",
    "decide_scrap",
    "exchange_meter",
    "install_meter",
    "issue_meter",
    "open_account",
    "read_serial",
    "receive_meters",
    "return_meter",
]
