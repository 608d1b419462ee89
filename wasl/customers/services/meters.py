"""The way of a meter: received, issued for a case, built in, taken down, returned."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable
from wasl.customers import selectors
from wasl.customers.models import Custodian, Meter, MeterCustody
from wasl.customers.services.sight import seeing_all
from wasl.events import services as events

_SERIAL = re.compile(r"[A-Z0-9][A-Z0-9-]{3,23}")
Details = Mapping[str, str | int | float]


class UnableToReadSerial(Unable):
    """The text is no serial number."""

    code = "UNREADABLE_SERIAL"
    message = _("%(serial)s is no serial number. It has 4 to 24 letters and digits.")


class UnableToReceiveMeters(Unable):
    """One of the meters is in the books already, or stands in the list twice."""

    code = "METERS_NOT_RECEIVED"
    message = _("Nothing was received: these serial numbers are in the books already: %(serials)s.")


class UnableToIssueMeter(Unable):
    """The meter is not on the shelf, or the case has one already."""

    code = "METER_NOT_ISSUED"
    message = _("The meter %(serial)s was not issued: %(cause)s")


class UnableToInstallMeter(Unable):
    """The meter was not issued for this case."""

    code = "METER_NOT_INSTALLED"
    message = _("The meter %(serial)s was not issued for this case. Check the number on the meter.")


class UnableToReturnMeter(Unable):
    """The meter is not in a technician's hands for this case."""

    code = "METER_NOT_RETURNED"
    message = _("The meter %(serial)s is not out for this case, so it cannot be returned.")


def read_serial(text: str) -> str:
    """
    The serial number as the books have it: capitals, Western digits, no spaces.

    :raises UnableToReadSerial: when it has another shape.
    """
    serial = "".join(to_western_digits(text).upper().split())
    if not _SERIAL.fullmatch(serial):
        raise UnableToReadSerial(serial=text.strip()[:40])
    return serial


@seeing_all
def receive_meters(
    *,
    directorate_id: int,
    serials: Sequence[str],
    phases: int,
    delivery_no: str,
    store: str = "MAIN",
    actor: Actor,
    now: datetime,
) -> int:
    """
    This function will take a delivery into a store; the number of meters.

    :raises UnableToReadSerial: when a number has another shape.
    :raises UnableToReceiveMeters: when one is known or given twice. Then none is taken.
    """
    read = [read_serial(serial) for serial in serials]
    known = set(
        Meter.objects.filter(directorate_id=directorate_id, serial__in=read).values_list(
            "serial", flat=True
        )
    )
    twice = known | {serial for serial in read if read.count(serial) > 1}
    if twice:
        raise UnableToReceiveMeters(serials=", ".join(sorted(twice)))
    try:
        with transaction.atomic():
            _receive(directorate_id, read, phases, delivery_no, store, actor, now)
    except IntegrityError as error:
        raise UnableToReceiveMeters(serials=", ".join(read[:5])) from error
    events.record(
        kind="customers.meters.received",
        subject=("delivery", uuid5(NAMESPACE_URL, f"delivery:{directorate_id}:{delivery_no}")),
        actor=actor,
        directorate_id=directorate_id,
        data={
            "delivery": delivery_no,
            "store": store,
            "count": len(read),
            "phases": phases,
            "serials": read,
        },
        now=now,
    )
    return len(read)


def _receive(
    directorate_id: int,
    serials: Sequence[str],
    phases: int,
    delivery_no: str,
    store: str,
    actor: Actor,
    now: datetime,
) -> None:
    Meter.objects.bulk_create(
        Meter(
            directorate_id=directorate_id,
            serial=serial,
            phases=phases,
            delivery_no=delivery_no,
            received_at=now,
        )
        for serial in serials
    )
    MeterCustody.objects.bulk_create(
        MeterCustody(
            directorate_id=directorate_id,
            serial=serial,
            sequence=1,
            from_custodian=Custodian.SUPPLIER,
            to_custodian=Custodian.STORE,
            to_held_by=store,
            moved_by=actor.user_id,
            moved_at=now,
        )
        for serial in serials
    )


@seeing_all
def issue_meter(
    *,
    directorate_id: int,
    serial: str,
    case_id: UUID,
    technician_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> Meter:
    """
    This function will hand a meter from the store to a technician, for one case.

    Without a technician it is released against the case, for whoever will be drawn. Issuing the
    same meter for the same case again changes nothing.

    :raises UnableToIssueMeter: when it is not on the shelf, or the case has another one out.
    """
    meter = lock_meter(directorate_id, read_serial(serial))
    if meter is None:
        raise UnableToIssueMeter(serial=serial, cause=_("it is not in the books."))
    if meter.custodian == Custodian.TECHNICIAN and meter.case_id == case_id:
        return meter
    if meter.custodian != Custodian.STORE:
        raise UnableToIssueMeter(serial=serial, cause=_("it is not in store."))
    if selectors.meter_issued_for(directorate_id, case_id) is not None:
        raise UnableToIssueMeter(serial=serial, cause=_("the case has another meter out."))
    store = meter.held_by
    move(
        meter,
        to=Custodian.TECHNICIAN,
        held_by=str(technician_id) if technician_id else f"case:{case_id}",
        case_id=case_id,
        actor=actor,
        now=now,
    )
    data = {"serial": meter.serial, "store": store}
    if technician_id:
        data["technician"] = str(technician_id)
    record_for_case("customers.meter.issued", meter.directorate_id, case_id, actor, data, now)
    return meter


@seeing_all
def install_meter(
    *,
    directorate_id: int,
    serial: str,
    case_id: UUID,
    seal_no: str,
    first_reading_kwh: int,
    photo_document_id: UUID | None,
    lat: float | None = None,
    lon: float | None = None,
    account_no: str | None = None,
    actor: Actor,
    now: datetime,
) -> Meter:
    """
    This function will build in the meter that was issued for the case, with seal and first reading.

    For a new connection the account comes afterwards (`open_account`), and takes this installation
    up. Told again, it changes nothing.

    :raises UnableToInstallMeter: when the meter was not issued for the case.
    """
    meter = lock_meter(directorate_id, read_serial(serial))
    if meter is None or meter.case_id != case_id:
        raise UnableToInstallMeter(serial=serial)
    if meter.custodian == Custodian.PREMISES:
        return meter
    if meter.custodian != Custodian.TECHNICIAN:
        raise UnableToInstallMeter(serial=serial)
    details: dict[str, str | int | float] = {
        "seal_no": seal_no.strip(),
        "first_reading_kwh": first_reading_kwh,
    }
    if photo_document_id:
        details["photo_document_id"] = str(photo_document_id)
    if lat is not None and lon is not None:
        details |= {"lat": lat, "lon": lon}
    move(
        meter,
        to=Custodian.PREMISES,
        held_by=account_no or f"case:{case_id}",
        case_id=case_id,
        actor=actor,
        now=now,
        details=details,
    )
    data: dict[str, str | int] = {
        "serial": meter.serial,
        "seal": seal_no.strip(),
        "first_reading_kwh": first_reading_kwh,
    }
    if photo_document_id:
        data["photo"] = str(photo_document_id)
    record_for_case("customers.meter.installed", directorate_id, case_id, actor, data, now)
    return meter


@seeing_all
def return_meter(
    *,
    directorate_id: int,
    serial: str,
    case_id: UUID,
    reason: str,
    store: str = "MAIN",
    actor: Actor,
    now: datetime,
) -> Meter:
    """
    This function will take a meter back into the store; `reason` is a code, such as NOT_NEEDED.

    A meter that is in the store already stays there.

    :raises UnableToReturnMeter: when it is not in a technician's hands for this case.
    """
    meter = lock_meter(directorate_id, read_serial(serial))
    if meter is not None and meter.custodian == Custodian.STORE:
        return meter
    if meter is None or meter.custodian != Custodian.TECHNICIAN or meter.case_id != case_id:
        raise UnableToReturnMeter(serial=serial)
    move(
        meter,
        to=Custodian.STORE,
        held_by=store,
        case_id=case_id,
        actor=actor,
        now=now,
        details={"reason": reason},
    )
    data = {"serial": meter.serial, "store": store, "reason": reason}
    record_for_case("customers.meter.returned", directorate_id, case_id, actor, data, now)
    return meter


def lock_meter(directorate_id: int, serial: str) -> Meter | None:
    """The meter, locked. Meters come after accounts in the order of locks."""
    return (
        Meter.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, serial=serial)
        .first()
    )


def move(
    meter: Meter,
    *,
    to: Custodian,
    held_by: str,
    case_id: UUID | None,
    actor: Actor,
    now: datetime,
    details: Details | None = None,
) -> None:
    """Add the hand-over of a locked meter; the database carries the meter's own row along."""
    MeterCustody.objects.create(
        directorate_id=meter.directorate_id,
        serial=meter.serial,
        sequence=meter.custody_sequence + 1,
        from_custodian=meter.custodian,
        from_held_by=meter.held_by,
        to_custodian=to,
        to_held_by=held_by,
        case_id=case_id,
        moved_by=actor.user_id,
        moved_at=now,
        details=dict(details or {}),
    )
    meter.refresh_from_db()


def record_for_case(
    kind: str,
    directorate_id: int,
    case_id: UUID,
    actor: Actor,
    data: Mapping[str, str | int],
    now: datetime,
) -> None:
    """Put on record what was done for a case."""
    events.record(
        kind=kind,
        subject=("case", case_id),
        actor=actor,
        directorate_id=directorate_id,
        data=dict(data),
        now=now,
    )
