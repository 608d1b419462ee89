"""The API of directorates and their districts: what a form needs to fill its lists."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from wasl.accounts.api_access import PUBLIC, Admit
from wasl.core import scope
from wasl.core.api_shapes import PROBLEMS
from wasl.directorates import selectors as directorates
from wasl.outages import api_shapes as shapes
from wasl.outages import selectors
from wasl.outages.api_asked import DirectorateCode, language, offices, today

router = Router(tags=["places"])


@router.get(
    "/directorates", auth=Admit(PUBLIC, seconds=3600), operation_id="listDirectorates",
    response={200: shapes.Offices, **PROBLEMS},
)  # fmt: skip
def list_directorates(request: HttpRequest) -> Any:
    """The distribution directorates, and whether reports and outages are served there."""
    on = today(request)
    with scope.within_system():
        served = set(selectors.served())
        rows = [
            shapes.Office(
                code=each.code,
                name=each.name(language()),
                account_prefix=f"{each.id:02d}",
                is_served=each.id in served,
                emergency_number=directorates.emergency_number(each.id, on),
            )
            for each in directorates.distribution(on)
        ]
    return shapes.Offices(items=rows)


@router.get(
    "/districts", auth=Admit(PUBLIC, seconds=3600), operation_id="listDistricts",
    response={200: shapes.Districts, **PROBLEMS},
)  # fmt: skip
def list_districts(request: HttpRequest, directorate: DirectorateCode = "") -> Any:
    """The districts of the directorates that are served: their codes are what reports take."""
    on = today(request)
    with scope.within_system():
        rows = [
            shapes.District(
                code=each.code,
                directorate=office.code,
                name=each.name(language()),
                lat=each.lat,
                lon=each.lon,
            )
            for office in offices(directorate)
            for each in directorates.districts(office.id, on)
        ]
    return shapes.Districts(items=sorted(rows, key=lambda each: (each.directorate, each.name)))
