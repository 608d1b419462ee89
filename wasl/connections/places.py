"""The place of an application: its area, the roll-out there, and the pin on our map."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.customers import selectors as customers
from wasl.directorates import selectors as directorates
from wasl.network import selectors as network

MAP_SIZE = 288
MAX_ZOOM = 4
FROM_AFAR: Mapping[str, Any] = {"lat": None, "lon": None, "zoom": 0}
# An area that no list names yet: the directorate as a whole.
_WHOLE = "DIRECTORATE:"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Why an application cannot go on, and the way instead: no error, a page of its own."""

    title: str | Promise
    text: str
    service: str = ""


def choices(on: date, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas by directorate; a directorate without known areas stands as a whole."""
    found = []
    for directorate in directorates.distribution(on):
        areas = list(directorates.district_choices(directorate.id, on, language))
        whole = (f"{_WHOLE}{directorate.id}", str(_("Another area of this directorate")))
        found.append((directorate.name(language), [*areas, whole]))
    return found


def _directorate_of(code: str) -> int | None:
    if code.startswith(_WHOLE):
        return int(code.removeprefix(_WHOLE))
    district = directorates.district(code)
    return district.directorate_id if district else None


def stop(
    page: str, result: Mapping[str, Any], service: str, on: date, language: str
) -> Stop | None:
    """What keeps the application from going on after this page, if anything does."""
    if page == "eligibility" and result.get("has_meter") == "yes":
        return Stop(
            title=_("This place has a meter already"),
            text=str(
                _(
                    "For more power, apply for a load increase; for a broken meter, for its replacement."
                )
            ),
            service="load-increase",
        )
    if page != "place":
        return None
    directorate_id = _directorate_of(result["district"])
    phase = directorates.phase_for(directorate_id, service, on) if directorate_id else None
    if phase is None or not phase.is_active:
        name = directorates.by_id(directorate_id).name(language) if directorate_id else ""
        way = phase.today(language) if phase else ""
        text = str(_("%(name)s does not offer this service here yet.")) % {"name": name}
        return Stop(title=_("Not yet here"), text=f"{text} {way}".strip())
    return None


def decided(page: str, result: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """
    What a page's answers decide beside themselves: an area decides the directorate.

    Another area than before takes the pin away: it stood on the map of the former one.
    """
    if page != "place":
        return {}
    found: dict[str, Any] = {"directorate_id": _directorate_of(result["district"])}
    return found if _is_same_area(result, answers) else found | {**FROM_AFAR, "zoom": 1}


def undone(page: str, result: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The pages that have to be answered once more after this answer."""
    if page != "place" or "district" not in answers or _is_same_area(result, answers):
        return ()
    return ("address", "map")


def _is_same_area(result: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    return bool(result["district"] == answers.get("district"))


def map_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the map picture needs: directorate, area, pin and zoom."""
    return {
        "directorate": answers.get("directorate_id"),
        "district": answers.get("district", ""),
        "lat": answers.get("lat"),
        "lon": answers.get("lon"),
        # The map begins at the area; after "from afar" at the whole directorate.
        "zoom": min(MAX_ZOOM, answers.get("zoom", 1)),
        "size": MAP_SIZE,
    }


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where an application's place lies, and how we know: PIN, NEIGHBOUR or AREA (its middle)."""

    lat: float
    lon: float
    source: str


def position(answers: Mapping[str, Any], directorate_id: int) -> Position:
    """
    The best that is known of the place: the pin, the neighbour's premises, the middle of the area.

    The inspector's own position takes its place when it is no pin. Call it in the system's scope.
    """
    lat, lon = answers.get("lat"), answers.get("lon")
    if lat is not None and lon is not None:
        return Position(lat=lat, lon=lon, source="PIN")
    neighbour = answers.get("neighbour_account") or answers.get("account_no") or ""
    account = customers.account_by_no(directorate_id, neighbour) if neighbour else None
    if account is not None:
        place = customers.premises_of(account)
        return Position(lat=place.lat, lon=place.lon, source="NEIGHBOUR")
    middle = network.map_view(directorate_id, district=answers.get("district", ""), zoom=1)
    return Position(lat=round(middle.lat, 5), lon=round(middle.lon, 5), source="AREA")


def pressed(answers: Mapping[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """
    The place on the ground under a press on the map picture, to five decimals (a metre), and how
    close the map comes next. The view is the one that was drawn: the saved pin and zoom.
    """
    shown = map_of(answers)
    view = network.map_view(
        shown["directorate"],
        district=shown["district"],
        lat=shown["lat"],
        lon=shown["lon"],
        zoom=shown["zoom"],
        size=MAP_SIZE,
    )
    x, y = (_pixel(posted.get(name, "")) for name in ("pin.x", "pin.y"))
    lat, lon = view.to_place(x, y)
    return {"lat": round(lat, 5), "lon": round(lon, 5), "zoom": min(MAX_ZOOM, shown["zoom"] + 1)}


def _pixel(text: str) -> int:
    """A browser sends whole pixels; what is none counts as the middle."""
    return min(MAP_SIZE, int(text)) if text.isascii() and text.isdigit() else MAP_SIZE // 2
