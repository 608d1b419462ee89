"""The fields of each kind of element: what is believed of them, and what is not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from wasl.core.arabic import to_western_digits
from wasl.network.files.rows import Fault, Row

_CODE = re.compile(r"[\w][\w .:+()#-]{0,31}", re.UNICODE)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field: its type (code, text, number, whole, choice, flag, date, path) and its bounds."""

    type: str
    is_required: bool = False
    low: float = 0
    high: float = 0
    unit: str = ""
    most: int = 32
    choices: tuple[str, ...] = ()
    default: Any = None


def _number(low: float, high: float, unit: str = "", **more: Any) -> Field:
    return Field(type="number", low=low, high=high, unit=unit, **more)


_CODE_FIELD = Field(type="code", is_required=True)
_REFERENCE = Field(type="code")
_LAT = _number(-90, 90, "°")
_LON = _number(-180, 180, "°")
_LINE = {
    "length_m": _number(0.5, 5_000, "m"),
    "r_ohm_per_km": _number(0.01, 20, "Ω/km"),
    "x_ohm_per_km": _number(0, 5, "Ω/km"),
    "max_amps": _number(10, 3_000, "A"),
    "parallel": Field(type="whole", low=1, high=8, default=1),
    "cable": Field(type="text", most=60, default=""),
}
LOW_VOLTAGE = {
    "nominal_v": _number(100, 1_000, "V"),
    "impedance_pct": _number(0.5, 30, "%"),
    "resistance_pct": _number(0, 10, "%"),
    "iron_loss_kw": _number(0, 50, "kW"),
    "no_load_pct": _number(0, 20, "%"),
    "tap_pct": _number(-20, 20, "%"),
    "source_pu": _number(0.8, 1.2, "pu"),
    "attribution": Field(type="text", most=200),
    "licence": Field(type="text", most=40),
}
FIELDS: dict[str, dict[str, Field]] = {
    "SUBSTATION": {
        "code": _CODE_FIELD,
        "name_ar": Field(type="text", most=80),
        "lat": _LAT,
        "lon": _LON,
    },
    "FEEDER": {"code": _CODE_FIELD, "substation": _REFERENCE},
    "SECTION": {
        "code": _CODE_FIELD,
        "feeder": Field(type="code", is_required=True),
        "upstream": _REFERENCE,
        "switch": Field(
            type="choice",
            choices=("BREAKER", "RECLOSER", "SECTIONALISER", "ISOLATOR", "FUSE"),
            default="ISOLATOR",
        ),
        "path": Field(type="path", default=[]),
    },
    "TRANSFORMER": {
        "code": _CODE_FIELD,
        "feeder": _REFERENCE,
        "section": _REFERENCE,
        "kind": Field(type="choice", choices=("POLE", "KIOSK", "ROOM")),
        "rated_kva": Field(type="whole", low=10, high=5_000, unit="kVA"),
        "lat": _LAT,
        "lon": _LON,
        "installed_date": Field(type="date"),
        **LOW_VOLTAGE,
    },
    "NODE": {
        "code": _CODE_FIELD,
        "transformer": Field(type="code", is_required=True),
        "busbar": Field(type="flag", default=False),
        "upstream": _REFERENCE,
        **_LINE,
        "connected_kw": _number(0, 5_000, "kW"),
        "peak_kw": _number(0, 5_000, "kW"),
        "lat": _LAT,
        "lon": _LON,
    },
    "LINE": {
        "code": Field(type="code"),
        "transformer": Field(type="code", is_required=True),
        "from_node": Field(type="code", is_required=True),
        "to_node": Field(type="code", is_required=True),
        "open": Field(type="flag", default=False),
        **{name: Field(**{**vars(each), "is_required": name[-4:] not in {"llel", "able"}})
           for name, each in _LINE.items()},
    },
    "POINT": {
        "account_no": Field(type="code", is_required=True, most=16),
        "transformer": Field(type="code", is_required=True),
        "node": _REFERENCE,
        "load_kw": _number(0.1, 5_000, "kW", is_required=True),
        "phases": Field(type="whole", is_required=True, low=1, high=3),
    },
}  # fmt: skip


def clean(row: Row) -> tuple[dict[str, Any], list[Fault]]:
    """A row's values as they are meant, None where nothing stands; and what is wrong with them."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, field in FIELDS[row.kind].items():
        given = row.values.get(name)
        if given is None or given == "":
            values[name] = field.default
            if field.is_required:
                faults.append(_fault(row, "MISSING", field=name))
            continue
        value, code, more = _READERS[field.type](given, field)
        values[name] = value
        if code:
            faults.append(_fault(row, code, field=name, value=str(given)[:60], **more))
    return values, faults


def _fault(row: Row, code: str, **values: Any) -> Fault:
    return Fault(code=code, place=row.place, values=values)


_Answer = tuple[Any, str, Mapping[str, Any]]


def _as_code(given: Any, field: Field) -> _Answer:
    value = str(given).strip()
    if len(value) > field.most:
        return None, "TOO_LONG", {"most": field.most}
    return (value, "", {}) if _CODE.fullmatch(value) else (None, "BAD_CODE", {})


def _as_text(given: Any, field: Field) -> _Answer:
    value = " ".join(str(given).split())
    if len(value) > field.most:
        return None, "TOO_LONG", {"most": field.most}
    if value[:1] in "=+@\t" and value:
        return None, "FORMULA", {}
    return (value, "", {}) if value.isprintable() else (None, "BAD_CODE", {})


def _as_number(given: Any, field: Field) -> _Answer:
    try:
        value = float(to_western_digits(given) if isinstance(given, str) else given)
    except (TypeError, ValueError, OverflowError):
        return None, "NOT_A_NUMBER", {}
    if isinstance(given, bool) or not isfinite(value):
        return None, "NOT_A_NUMBER", {}
    if not field.low <= value <= field.high:
        return None, "OUT_OF_RANGE", {"low": field.low, "high": field.high, "unit": field.unit}
    return value, "", {}


def _as_whole(given: Any, field: Field) -> _Answer:
    value, code, more = _as_number(given, field)
    if code or value != int(value):
        return None, code or "NOT_A_NUMBER", more
    return int(value), "", {}


def _as_choice(given: Any, field: Field) -> _Answer:
    value = str(given).strip().upper()
    is_known = value in field.choices
    return (
        (value, "", {})
        if is_known
        else (None, "NOT_A_CHOICE", {"choices": ", ".join(field.choices)})
    )


def _as_flag(given: Any, _field: Field) -> _Answer:
    value = str(given).strip().lower()
    if value in {"1", "true", "yes", "نعم"}:
        return True, "", {}
    if value in {"0", "false", "no", "لا"}:
        return False, "", {}
    return None, "NOT_A_CHOICE", {"choices": "1, 0"}


def _as_date(given: Any, _field: Field) -> _Answer:
    try:
        return date.fromisoformat(to_western_digits(str(given))).isoformat(), "", {}
    except ValueError:
        return None, "NOT_A_DATE", {}


def _as_path(given: Any, _field: Field) -> _Answer:
    """Places "lat lon; lat lon", or a list of [lat, lon]."""
    if isinstance(given, str):
        given = [each.split() for each in to_western_digits(given).split(";") if each.strip()]
    if not isinstance(given, list) or len(given) > 2_000:
        return None, "NOT_A_NUMBER", {}
    path = []
    for each in given:
        if not isinstance(each, list) or len(each) != 2:
            return None, "NOT_A_NUMBER", {}
        lat, lon = (_as_number(part, bound) for part, bound in zip(each, (_LAT, _LON), strict=True))
        if lat[1] or lon[1]:
            return None, "NOT_A_NUMBER", {}
        path.append([round(lat[0], 6), round(lon[0], 6)])
    return path, "", {}


_READERS = {
    "code": _as_code,
    "text": _as_text,
    "number": _as_number,
    "whole": _as_whole,
    "choice": _as_choice,
    "flag": _as_flag,
    "date": _as_date,
    "path": _as_path,
}
