"""Entering dated settings, holidays and office hours. Rows are added, never changed."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.directorates.models import DatedSetting, Holiday, OfficeHoursPeriod


class UnableToEnterSetting(Unable):
    """A setting is proposed by one person and approved by another."""

    code = "SETTING_NOT_ENTERED"
    message = _("A setting needs a second person: who proposes it does not approve it.")


@transaction.atomic
def enter_setting(
    *,
    key: str,
    value: Any,
    valid_from: date,
    directorate_id: int | None,
    proposed_by: UUID | None,
    approved_by: UUID | None,
    source: str,
    legal_basis: str = "",
    is_verified: bool = False,
    now: datetime,
) -> DatedSetting:
    """
    This function will let a value hold from a day on, as a new version if that day has one.

    Both persons None is the installation's seed.

    :raises UnableToEnterSetting: without two different persons.
    :raises UnableToUseSetting: when the value does not fit the declaration.
    """
    if (proposed_by is None) != (approved_by is None) or (
        proposed_by is not None and proposed_by == approved_by
    ):
        raise UnableToEnterSetting
    dated.declared(key).check(value)
    _one_at_a_time("setting", key)
    same = DatedSetting.objects.filter(key=key, directorate=directorate_id, valid_from=valid_from)
    return DatedSetting.objects.create(
        key=key,
        value=value,
        valid_from=valid_from,
        directorate_id=directorate_id,
        version=_next(same.aggregate(last=Max("version"))["last"]),
        proposed_by=proposed_by,
        approved_by=approved_by,
        source=source,
        legal_basis=legal_basis,
        is_verified=is_verified,
        recorded_at=now,
    )


@transaction.atomic
def enter_shipped_settings(rows: Sequence[DatedSetting], *, now: datetime) -> None:
    """
    This function will enter values that ship with Wasl, for days that have none yet; no two persons.

    :raises UnableToUseSetting: when a value does not fit its declaration.
    """
    for row in rows:
        dated.declared(row.key).check(row.value)
        row.version, row.recorded_at = 1, now
    DatedSetting.objects.bulk_create(rows)


def enter_shipped_holidays(rows: Sequence[Holiday], *, now: datetime) -> None:
    """This function will enter the country's holidays that ship with Wasl, for days without any."""
    for row in rows:
        row.version, row.recorded_at = 1, now
    Holiday.objects.bulk_create(rows)


@transaction.atomic
def enter_holiday(
    *,
    day: date,
    names: dict[str, str],
    is_confirmed: bool,
    source: str,
    is_closed: bool = True,
    directorate_id: int | None = None,
    now: datetime,
) -> Holiday:
    """
    This function will close (or open again) a day, as the next version of it.

    `names` holds ar, ckb and en. Clocks that run are counted anew from the rows.
    """
    _one_at_a_time("holiday", str(day))
    same = Holiday.objects.filter(day=day, directorate=directorate_id)
    return Holiday.objects.create(
        day=day,
        directorate_id=directorate_id,
        version=_next(same.aggregate(last=Max("version"))["last"]),
        name_ar=names["ar"],
        name_ckb=names["ckb"],
        name_en=names["en"],
        is_closed=is_closed,
        is_confirmed=is_confirmed,
        source=source,
        recorded_at=now,
    )


@transaction.atomic
def enter_office_hours(
    *,
    code: str,
    valid_from: date,
    valid_to: date | None,
    opens: time,
    closes: time,
    is_confirmed: bool,
    source: str,
    is_withdrawn: bool = False,
    directorate_id: int | None = None,
    now: datetime,
) -> OfficeHoursPeriod:
    """This function will set office hours for a half-open period, as the next version of it."""
    _one_at_a_time("hours", code)
    same = OfficeHoursPeriod.objects.filter(code=code, directorate=directorate_id)
    return OfficeHoursPeriod.objects.create(
        code=code,
        directorate_id=directorate_id,
        version=_next(same.aggregate(last=Max("version"))["last"]),
        valid_from=valid_from,
        valid_to=valid_to,
        opens=opens,
        closes=closes,
        is_confirmed=is_confirmed,
        is_withdrawn=is_withdrawn,
        source=source,
        recorded_at=now,
    )


def _one_at_a_time(kind: str, name: str) -> None:
    """Two officers who enter the same thing at once get versions one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"directorates:{kind}:{name}"]
        )


def _next(last: int | None) -> int:
    return (last or 0) + 1
