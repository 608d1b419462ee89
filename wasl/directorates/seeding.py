"""
The seed: what a new installation must know, from data files, and again after each upgrade.

Loading twice changes nothing. Organisation and districts follow the files; dated settings, holidays
and office hours are only added, and what an officer entered later stands.
"""

import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
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
    numbers = {entry["code"]: entry["id"] for entry in content["directorate"]}
    _upsert(
        [
            Directorate(
                id=entry["id"],
                code=entry["code"],
                kind=entry["kind"],
                **_names(entry, file),
                parent_id=numbers[entry["parent"]] if entry.get("parent") else None,
                valid_from=entry["valid_from"],
                valid_to=entry.get("valid_to"),
                is_verified=entry.get("is_verified", False),
                source=entry.get("source", ""),
            )
            for entry in content["directorate"]
        ],
        by=["id"],
    )
    _upsert(
        [each for entry in content["phase"] for each in _phases(entry, content["today"])],
        by=["directorate", "service", "valid_from"],
    )
    return f"{len(content['directorate'])} directorates, {len(content['phase'])} phases"


def _upsert(rows: Sequence[Any], by: list[str]) -> None:
    """Insert the rows, or bring what is known by these fields to the same; one statement for all."""
    if not rows:
        return
    model = type(rows[0])
    others = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=by,
        update_fields=[name for name in others if name not in by],
    )


def _phases(entry: dict[str, Any], standard: dict[str, str]) -> list[RolloutPhase]:
    texts = {
        f"{field}_{language}": entry.get(f"{field}_{language}", fallback)
        for field in ("note", "today")
        for language in ("ar", "ckb", "en")
        for fallback in [standard[language] if field == "today" else ""]
    }
    offices = Directorate.objects.filter(code__in=entry["directorates"])
    return [
        RolloutPhase(
            directorate=office,
            service=entry.get("service", "*"),
            valid_from=entry["valid_from"],
            phase=entry["phase"],
            phone=entry.get("phone", ""),
            is_verified=entry.get("is_verified", False),
            **texts,
        )
        for office in offices.order_by("id")
    ]


def load_districts(now: datetime) -> str:
    """The areas of each directorate; where a file has a frame, their schematic outlines too."""
    rows = []
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
            rows.append(
                District(
                    code=entry["code"],
                    directorate=directorate,
                    kind=entry["kind"],
                    **_names(entry, file),
                    mahallas=entry.get("mahallas", []),
                    lat=entry["lat"],
                    lon=entry["lon"],
                    outline=shapes.get(entry["code"], []),
                    valid_from=entry.get("valid_from", content["valid_from"]),
                    valid_to=entry.get("valid_to"),
                    is_verified=entry.get("is_verified", False),
                    source=content["source"],
                )
            )
    _upsert(rows, by=["code"])
    return f"{len(rows)} districts"


def load_calendar(now: datetime) -> str:
    """Holidays and office hours that the database does not have yet."""
    content = _read(DATA / "calendar.toml")
    known = set(Holiday.objects.filter(directorate=None).values_list("day", flat=True))
    days = [
        Holiday(
            day=entry["day"],
            **{f"name_{language}": entry[language] for language in ("ar", "ckb", "en")},
            is_confirmed=entry["is_confirmed"],
            source=content["source"],
        )
        for entry in content["holiday"]
        if entry["day"] not in known
    ]
    services.enter_shipped_holidays(days, now=now)
    added = len(days)
    hours = OfficeHoursPeriod.objects.filter(directorate=None)
    known_hours = set(hours.values_list("code", flat=True))
    for entry in content["hours"]:
        if entry["code"] not in known_hours:
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
    offices = dict(Directorate.objects.values_list("code", "id"))
    known = set(DatedSetting.objects.values_list("key", "directorate_id", "valid_from"))
    rows = []
    for config in apps.get_app_configs():
        file = Path(config.path) / "data" / "settings.toml"
        if config.name.startswith("wasl.") and file.exists():
            rows += [_setting(entry, file, offices) for entry in _read(file)["setting"]]
    new = [each for each in rows if (each.key, each.directorate_id, each.valid_from) not in known]
    services.enter_shipped_settings(new, now=now)
    return f"{len(new)} values added"


def _setting(entry: dict[str, Any], file: Path, offices: dict[str, int]) -> DatedSetting:
    if entry["key"] not in dated.all_declared():
        raise UnusableSeedError(f"{file}: nobody declared the setting {entry['key']}")
    code = entry.get("directorate")
    return DatedSetting(
        key=entry["key"],
        value=entry["value"],
        valid_from=entry["valid_from"],
        directorate_id=offices[code] if code else None,
        source=entry.get("source", "sample"),
        legal_basis=entry.get("legal_basis", ""),
        is_verified=entry.get("is_verified", False),
    )


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
