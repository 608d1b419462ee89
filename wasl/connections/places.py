"""The place of an application: its area, the roll-out there, and the pin on our map."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.directorates import selectors as directorates
from wasl.network import selectors as network

MAP_SIZE = 288


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
        whole = (f"DIRECTORATE:{directorate.id}", str(_("Another area of this directorate")))
        found.append((directorate.name(language), [*areas, whole]))
    return found


def _directorate_of(code: str) -> int | None:
    if code.startswith("DIRECTORATE:"):
        return int(code.removeprefix("DIRECTORATE:"))
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


def decided(page: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """What a page's answers decide beside themselves: an area decides the directorate."""
    return {"directorate_id": _directorate_of(result["district"])} if page == "place" else {}


def map_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the map picture needs: directorate, area, pin and zoom."""
    return {
        "directorate": answers.get("directorate_id"),
        "district": answers.get("district", ""),
        "lat": answers.get("lat"),
        "lon": answers.get("lon"),
        "zoom": answers.get("zoom", 0),
        "size": MAP_SIZE,
    }


def pressed(answers: Mapping[str, Any], posted: Mapping[str, str]) -> tuple[float, float]:
    """The place on the ground under a press on the map picture, to five decimals (a metre)."""
    shown = map_of(answers)
    view = network.map_view(
        shown["directorate"],
        district=shown["district"],
        lat=shown["lat"],
        lon=shown["lon"],
        zoom=shown["zoom"],
        size=MAP_SIZE,
    )
    x, y = (
        max(0, min(MAP_SIZE, int(float(posted.get(name, "0") or 0)))) for name in ("pin.x", "pin.y")
    )
    lat, lon = view.to_place(x, y)
    return round(lat, 5), round(lon, 5)
