"""Where something was reported: by an account number, the telephone's place, or a district."""

from dataclasses import dataclass
from datetime import date

from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.directorates import selectors as directorates
from wasl.network import selectors as network
from wasl.outages import selectors as outages

# Of the country, so that a pin in the sea or a swapped pair is not taken for a place.
LATITUDES, LONGITUDES = (29.0, 37.5), (38.7, 48.8)
# Further from every transformer than this, a place is nobody's.
REACH_METRES = 15_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place and the directorate that serves it; without a point only where nobody gave one."""

    directorate_id: int
    lat: float | None
    lon: float | None
    district_code: str
    account_no: str = ""


def is_in_country(lat: float, lon: float) -> bool:
    """Whether a point may lie in Iraq."""
    return LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1]


def resolve(
    *,
    on: date,
    account_no: str = "",
    lat: float | None = None,
    lon: float | None = None,
    district_code: str = "",
) -> Place | None:
    """
    The place that somebody means; None where no directorate that is served lies there.

    The telephone's place goes before that of the account, as one may report from elsewhere. A district
    alone stands for its middle.
    """
    has_point = lat is not None and lon is not None
    if account_no and not has_point:
        office = account_numbers.directorate_of(account_no)
        account = customers.account_by_no(office, account_no)
        if account is None:
            return None
        premises = customers.premises_of(account)
        return Place(
            directorate_id=office,
            lat=premises.lat if premises else None,
            lon=premises.lon if premises else None,
            district_code=premises.district_code if premises else "",
            account_no=account_no,
        )
    if lat is not None and lon is not None:
        near = _office_near(lat, lon)
        if near is None:
            return None
        district = network.district_at(near, lat, lon, on)
        return Place(
            directorate_id=near,
            lat=lat,
            lon=lon,
            district_code=district.code if district else district_code,
            account_no=account_no,
        )
    found = directorates.district(district_code) if district_code else None
    if found is None:
        return None
    return Place(
        directorate_id=found.directorate_id, lat=found.lat, lon=found.lon, district_code=found.code
    )


def _office_near(lat: float, lon: float) -> int | None:
    if not is_in_country(lat, lon):
        return None
    near = outages.office_near(lat, lon)
    return near.directorate_id if near is not None and near.metres <= REACH_METRES else None
