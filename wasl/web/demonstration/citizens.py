"""Citizens who apply: they fill in the very pages of the application, by its services."""

import io
from datetime import datetime
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from wasl.accounts import services as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.casework.models import Case
from wasl.connections import loads
from wasl.connections import selectors as applications
from wasl.connections import services as connections
from wasl.connections.journeys import JOURNEYS
from wasl.core.calendars import BAGHDAD
from wasl.core.uploads import CleanUpload, accept
from wasl.directorates import selectors as directorates
from wasl.directorates.models import District
from wasl.web.demonstration import names


def register(number: int, chance: Random, now: datetime) -> User:
    """A citizen with a telephone, of three languages as they come."""
    language = chance.choices(["ar", "ckb", "en"], [92, 6, 2])[0]
    return accounts.register_citizen(
        phone=names.phone(number), full_name=names.full_name(chance), language=language, now=now
    )


def picture(words: str) -> bytes:
    """A plain picture that stands for a photographed paper."""
    image = Image.new("RGB", (640, 420), (246, 244, 239))
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 620, 400), outline=(11, 92, 94), width=6)
    pen.text((60, 190), f"DEMO  {words}", fill=(20, 36, 43))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=70)
    return written.getvalue()


_PAPERS: dict[str, CleanUpload] = {}


def paper(kind: str) -> CleanUpload:
    """A cleaned upload for a kind of document; the picture is made once."""
    if kind not in _PAPERS:
        _PAPERS[kind] = accept(io.BytesIO(picture(kind)))
    return _PAPERS[kind]


def apply_for(
    *,
    service: str,
    citizen: User,
    directorate_id: int,
    account_no: str,
    chance: Random,
    now: datetime,
) -> Case:
    """This function will fill in and send an application, page by page."""
    draft = connections.begin(citizen=citizen, service=service, now=now)
    today = now.astimezone(BAGHDAD).date()
    drawn = [each for each in directorates.districts(directorate_id, today) if each.outline]
    district = chance.choice(drawn)
    answers = _answers(district, directorate_id, citizen, account_no, chance)
    for page in JOURNEYS[service].pages:
        connections.save_page(draft=draft, page=page.key, result=answers.get(page.key, {}), now=now)
    forgetful = chance.random() < 0.1
    for row in applications.required_documents(service, directorate_id, today):
        if row["is_required"] or (not forgetful and chance.random() < 0.5):
            connections.add_document(
                draft=draft, kind=row["kind"], upload=paper(row["kind"]), now=now
            )
    case, _secret = connections.submit_application(
        draft_id=draft.id, actor=Actor.for_user(citizen), now=now
    )
    return case


def _answers(
    district: District, directorate_id: int, citizen: User, account_no: str, chance: Random
) -> dict[str, dict[str, Any]]:
    kind = chance.choices(["HOME", "SHOP", "WORKSHOP"], [85, 12, 3])[0]
    counts = {
        "LIGHTS": chance.randint(6, 18), "FRIDGE": 1, "FREEZER": chance.randint(0, 1),
        "AC_SPLIT": chance.randint(1, 4), "WATER_HEATER": chance.randint(0, 2),
        "WASHER": chance.randint(0, 1), "PUMP": 1, "TV": chance.randint(1, 2),
    }  # fmt: skip
    watts = loads.demand_watts(counts) * (4 if kind == "WORKSHOP" else 1)
    return {
        "eligibility": {
            "right": chance.choices(["OWNER", "TENANT"], [80, 20])[0],
            "has_meter": "no",
        },
        "place": {"district": district.code, "directorate_id": directorate_id},
        "address": {
            "mahalla": str(chance.choice(list(district.mahallas) or [601])),
            "zuqaq": str(chance.randint(1, 60)),
            "dar": str(chance.randint(1, 120)),
            "landmark": chance.choice(names.LANDMARKS),
        },
        "map": {
            "lat": round(district.lat + chance.uniform(-0.006, 0.006), 5),
            "lon": round(district.lon + chance.uniform(-0.006, 0.006), 5),
        },
        "neighbour": {"neighbour_account": ""},
        "premises": {"premises_kind": kind},
        "load": {
            "appliances": {code: n for code, n in counts.items() if n},
            "load_watts": watts,
            "phases": loads.phases_for(watts),
        },
        "identity": {"full_name": citizen.full_name, "national_id": names.national_id(chance)},
        "account": {"account_no": account_no},
        "reason": {"meter_reason": chance.choice(["BURNT", "STOPPED", "WRONG", "UNREADABLE"])},
        "helper": {"is_helped": "no"},
    }
