"""
Dated settings: fees, limits and factors that change from a day on, typed and declared.

What is not declared cannot be set or read. A directorate's own value comes before the country's.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.directorates.models import DatedSetting


class UnableToFindSetting(Unable):
    """No value of the setting is in force. A fault of the installation: its seed was not loaded."""

    code = "SETTING_MISSING"
    message = _("The setting %(key)s has no value on %(on)s. Load the seed with `wasl seed`.")


class UnableToUseSetting(Unable):
    """The value is not of the declared type, or outside its bounds."""

    code = "SETTING_UNUSABLE"
    message = _("%(value)s cannot be the value of %(key)s.")


@dataclass(frozen=True, kw_only=True)
class SettingType:
    """A declared setting. Bounds are inclusive and hold for whole numbers."""

    key: str
    type: type
    label: str | Promise
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    is_acceptable: Callable[[Any], bool] | None = None

    def check(self, value: object) -> None:
        """:raises UnableToUseSetting: when the value does not fit."""
        fits = isinstance(value, self.type) and not (self.type is int and isinstance(value, bool))
        if fits and isinstance(value, int):
            fits = (self.minimum is None or value >= self.minimum) and (
                self.maximum is None or value <= self.maximum
            )
        if fits and self.is_acceptable is not None:
            fits = self.is_acceptable(value)
        if not fits:
            raise UnableToUseSetting(key=self.key, value=repr(value))


_DECLARED: dict[str, SettingType] = {}


def register(
    key: str,
    *,
    type: type,
    label: str | Promise,
    unit: str = "",
    minimum: int | None = None,
    maximum: int | None = None,
    is_acceptable: Callable[[Any], bool] | None = None,
) -> SettingType:
    """Declare a setting under a dotted key. :raises ValueError: when the key is taken."""
    if key in _DECLARED:
        raise ValueError(f"two settings are called {key}")
    _DECLARED[key] = SettingType(
        key=key,
        type=type,
        label=label,
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        is_acceptable=is_acceptable,
    )
    return _DECLARED[key]


def declared(key: str) -> SettingType:
    """The declaration of a key. :raises KeyError: when nobody made one."""
    return _DECLARED[key]


def all_declared() -> Mapping[str, SettingType]:
    """Every declared setting, by key."""
    return dict(sorted(_DECLARED.items()))


def value(key: str, *, directorate_id: int | None, on: date) -> Any:
    """
    The value in force on a day, of the declared type.

    :raises KeyError: when the key is not declared.
    :raises UnableToFindSetting: when no value is in force.
    """
    return row(key, directorate_id=directorate_id, on=on).value


def values(keys: Iterable[str], *, directorate_id: int | None, on: date) -> dict[str, Any]:
    """The values of several settings on a day, by key; one query. Raises as `value` does."""
    wanted = [declared(key).key for key in keys]
    chosen: dict[str, DatedSetting] = {}
    for each in _in_force(directorate_id, on).filter(key__in=wanted):
        chosen.setdefault(each.key, each)
    for key in wanted:
        if key not in chosen:
            raise UnableToFindSetting(key=key, on=on)
    return {key: chosen[key].value for key in wanted}


def row(key: str, *, directorate_id: int | None, on: date) -> DatedSetting:
    """The row in force: its value, and where it comes from. Raises as `value` does."""
    declared(key)
    found = _in_force(directorate_id, on).filter(key=key).first()
    if found is None:
        raise UnableToFindSetting(key=key, on=on)
    return found


def spans(
    key: str, *, directorate_id: int | None, since: date, until: date
) -> list[tuple[date, date, Any]]:
    """
    The values from `since` to before `until`, each with the days it holds: from, to before.

    Days without a value are left out. :raises KeyError: when the key is not declared.
    """
    declared(key)
    own = Q(directorate_id=directorate_id) if directorate_id is not None else Q(directorate=None)
    rows = DatedSetting.objects.filter(
        own | Q(directorate=None), key=key, valid_from__gt=since, valid_from__lt=until
    )
    days = [since, *sorted(set(rows.values_list("valid_from", flat=True))), until]
    found = []
    for begins, ends in itertools.pairwise(days):
        holding = _in_force(directorate_id, begins).filter(key=key).first()
        if holding is not None and begins < ends:
            found.append((begins, ends, holding.value))
    return found


def all_in_force(prefix: str, *, directorate_id: int | None, on: date) -> dict[str, DatedSetting]:
    """Every setting in force whose key begins so, by key; one query."""
    chosen: dict[str, DatedSetting] = {}
    for each in _in_force(directorate_id, on).filter(key__startswith=prefix):
        chosen.setdefault(each.key, each)
    return dict(sorted(chosen.items()))


def _in_force(directorate_id: int | None, on: date) -> QuerySet[DatedSetting]:
    """Candidates, the one that holds first: own before the country's, later before earlier."""
    own = Q(directorate_id=directorate_id) if directorate_id is not None else Q(directorate=None)
    return DatedSetting.objects.filter(own | Q(directorate=None), valid_from__lte=on).order_by(
        F("directorate_id").asc(nulls_last=True), "-valid_from", "-version", "-id"
    )
