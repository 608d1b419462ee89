"""
The seed: what a new installation must know, from data files, and again after each upgrade.

Loading twice changes nothing. Organisation and districts follow the files; dated settings, holidays
and office hours are only added, and what an officer entered later stands.
"""

import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction

from wasl.core import scope
from wasl.directorates import dated, outlines, services
from wasl.directorates.models import (
    DatedSetting,
    Directorate,
    District,
    Holiday,
    OfficeHoursPeriod,
    RolloutPhase,
)

DATA = Path(__file__).parent / "data"
Loader = Callable[[datetime], str]
_REGISTERED: dict[str, Loader] = {}


class UnusableSeedError(ValueError):
    """A data file says something that cannot be: names the file and the entry."""


def register(name: str, load: Loader) -> None:
    """Have an app's own data loaded, after the directorates and the settings."""
    if name in _REGISTERED and _REGISTERED[name] is not load:
        raise ValueError(f"two seeds are called {name}")
    _REGISTERED[name] = load


def run(now: datetime) -> list[str]:
    """This function will load every seed in one transaction; one line of text for each."""
    own: list[tuple[str, Loader]] = [
        ("directorates", load_directorates),
        ("districts", load_districts),
        ("calendar", load_calendar),
        ("settings", load_settings),
    ]
    with transaction.atomic(), scope.within_system():
        return [f"{name}: {load(now)}" for name, load in [*own, *_REGISTERED.items()]]


def load_directorates(now: datetime) -> str:
    """The organisation and its roll-out phases."""
    file = DATA / "directorates.toml"
    content = _read(file)
    for entry in content["directorate"]:
        parent = entry.get("parent")
        Directorate.objects.update_or_create(
            id=entry["id"],
            defaults={
                "code": entry["code"],
                "kind": entry["kind"],
                **_names(entry, file),
                "parent": Directorate.objects.get(code=parent) if parent else None,
                "valid_from": entry["valid_from"],
                "valid_to": entry.get("valid_to"),
                "is_verified": entry.get("is_verified", False),
                "source": entry.get("source", ""),
            },
        )
    for entry in content["phase"]:
        _load_phase(entry, content["today"])
    return f"{len(content['directorate'])} directorates, {len(content['phase'])} phases"


def _load_phase(entry: dict[str, Any], standard: dict[str, str]) -> None:
    texts = {
        f"{field}_{language}": entry.get(f"{field}_{language}", fallback)
        for field in ("note", "today")
        for language in ("ar", "ckb", "en")
        for fallback in [standard[language] if field == "today" else ""]
    }
    for code in entry["directorates"]:
        RolloutPhase.objects.update_or_create(
            directorate=Directorate.objects.get(code=code),
            service=entry.get("service", "*"),
            valid_from=entry["valid_from"],
            defaults={
                "phase": entry["phase"],
                "phone": entry.get("phone", ""),
                "is_verified": entry.get("is_verified", False),
                **texts,
            },
        )


def load_districts(now: datetime) -> str:
    """The areas of each directorate; where a file has a frame, their schematic outlines too."""
    count = 0
    for file in sorted((DATA / "districts").glob("*.toml")):
        content = _read(file)
        directorate = Directorate.objects.get(code=content["directorate"])
        drawn = {
            entry["code"]: (entry["lat"], entry["lon"])
            for entry in content["district"]
            if entry["kind"] == "AREA" and "frame" in content
        }
        shapes = outlines.cells(drawn, [tuple(point) for point in content.get("frame", [])])
        for entry in content["district"]:
            count += 1
            District.objects.update_or_create(
                code=entry["code"],
                defaults={
                    "directorate": directorate,
                    "kind": entry["kind"],
                    **_names(entry, file),
                    "mahallas": entry.get("mahallas", []),
                    "lat": entry["lat"],
                    "lon": entry["lon"],
                    "outline": shapes.get(entry["code"], []),
                    "valid_from": entry.get("valid_from", content["valid_from"]),
                    "valid_to": entry.get("valid_to"),
                    "is_verified": entry.get("is_verified", False),
                    "source": content["source"],
                },
            )
    return f"{count} districts"


def load_calendar(now: datetime) -> str:
    """Holidays and office hours that the database does not have yet."""
    content = _read(DATA / "calendar.toml")
    added = 0
    for entry in content["holiday"]:
        if not Holiday.objects.filter(day=entry["day"], directorate=None).exists():
            added += 1
            services.enter_holiday(
                day=entry["day"],
                names={language: entry[language] for language in ("ar", "ckb", "en")},
                is_confirmed=entry["is_confirmed"],
                source=content["source"],
                now=now,
            )
    for entry in content["hours"]:
        if not OfficeHoursPeriod.objects.filter(code=entry["code"], directorate=None).exists():
            added += 1
            services.enter_office_hours(
                code=entry["code"],
                valid_from=entry["valid_from"],
                valid_to=entry.get("valid_to"),
                opens=entry["opens"],
                closes=entry["closes"],
                is_confirmed=entry["is_confirmed"],
                source=content["source"],
                now=now,
            )
    return f"{added} days and hours added"


def load_settings(now: datetime) -> str:
    """The `data/settings.toml` of every app of Wasl: values that the database does not have yet."""
    added = 0
    for config in apps.get_app_configs():
        file = Path(config.path) / "data" / "settings.toml"
        if config.name.startswith("wasl.") and file.exists():
            added += sum(_load_setting(entry, file, now) for entry in _read(file)["setting"])
    return f"{added} values added"


def _load_setting(entry: dict[str, Any], file: Path, now: datetime) -> bool:
    code = entry.get("directorate")
    directorate = Directorate.objects.get(code=code) if code else None
    if entry["key"] not in dated.all_declared():
        raise UnusableSeedError(f"{file}: nobody declared the setting {entry['key']}")
    begins: date = entry["valid_from"]
    known = DatedSetting.objects.filter(
        key=entry["key"], directorate=directorate, valid_from=begins
    )
    if known.exists():
        return False
    services.enter_setting(
        key=entry["key"],
        value=entry["value"],
        valid_from=begins,
        directorate_id=directorate.id if directorate else None,
        proposed_by=None,
        approved_by=None,
        source=entry.get("source", "sample"),
        legal_basis=entry.get("legal_basis", ""),
        is_verified=entry.get("is_verified", False),
        now=now,
    )
    return True


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UnusableSeedError(f"{file}: {error}") from error


def _names(entry: dict[str, Any], file: Path) -> dict[str, str]:
    missing = [language for language in ("ar", "ckb", "en") if not entry.get(f"name_{language}")]
    if missing:
        raise UnusableSeedError(f"{file}: {entry['code']} has no name in {', '.join(missing)}")
    return {f"name_{language}": entry[f"name_{language}"] for language in ("ar", "ckb", "en")}
