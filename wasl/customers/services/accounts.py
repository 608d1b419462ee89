"""Accounts: opened, put in another name, changed in load, given another meter, closed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers
from wasl.core.errors import Unable
from wasl.customers import account_numbers, selectors
from wasl.customers.models import Account, Custodian, Meter, MeterAssignment, MeterCustody, Premises
from wasl.customers.services import meters
from wasl.customers.services.sight import seeing_all
from wasl.network import services as network


class UnableToFindAccount(Unable):
    """No active account has the number."""

    code = "NO_SUCH_ACCOUNT"
    message = _("No active account has the number %(account_no)s.")


class UnableToOpenAccount(Unable):
    """The place has an active account already."""

    code = "ACCOUNT_NOT_OPENED"
    message = _("This place has an active account already: %(account_no)s.")


class UnableToExchangeMeter(Unable):
    """The account has no meter, or the reading is lower than the first one."""

    code = "METER_NOT_EXCHANGED"
    message = _("The meter was not exchanged: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class PremisesDetails:
    """A place as the application describes it."""

    district_code: str
    mahalla: str
    zuqaq: str
    dar: str
    kind: str
    lat: float
    lon: float
    landmark: str = ""


# Draws the next number; the row stays locked until the account is there or nothing is.
_NEXT = """
INSERT INTO customers_accountcounter AS counter (directorate_id, last) VALUES (%s, 1)
ON CONFLICT (directorate_id) DO UPDATE SET last = counter.last + 1
RETURNING last
"""


@seeing_all
def open_account(
    *,
    directorate_id: int,
    case_id: UUID,
    holder_id: UUID,
    premises: PremisesDetails,
    tariff_class: str,
    phases: int,
    load_kw: Decimal,
    actor: Actor,
    now: datetime,
) -> Account:
    """
    This function will open an account for a case, with the meter installed for it.

    It hangs the account on the transformer whose capacity was kept, and uses that up. Told again
    for the case, it gives the account that is there.

    :raises UnableToOpenAccount: when the place has an active account of another case.
    """
    known = selectors.account_opened_by(case_id, directorate_id)
    if known is not None:
        return known
    place = _premises(directorate_id, premises, now)
    account = Account.objects.create(
        directorate_id=directorate_id,
        account_no=_next_number(directorate_id),
        holder_id=holder_id,
        premises_id=place.id,
        tariff_class=tariff_class,
        phases=phases,
        load_kw=load_kw,
        opened_by_case=case_id,
        opened_at=now,
    )
    network.connect_service_point(
        directorate_id=directorate_id,
        account_no=account.account_no,
        load_kw=load_kw,
        phases=phases,
        lat=premises.lat,
        lon=premises.lon,
        case_id=case_id,
        actor=actor,
        now=now,
    )
    data: dict[str, str | int] = {
        "account": account.account_no,
        "tariff": tariff_class,
        "phases": phases,
        "load_kw": str(load_kw),
    }
    installation = selectors.installation_for(directorate_id, case_id)
    if installation is not None:
        _assign(account, installation, case_id)
        data["serial"] = installation.serial
    meters.record_for_case("customers.account.opened", directorate_id, case_id, actor, data, now)
    return account


def _premises(directorate_id: int, details: PremisesDetails, now: datetime) -> Premises:
    """The place at that address; a new one when it is not in the books."""
    address = {name: getattr(details, name).strip() for name in ("mahalla", "zuqaq", "dar")}
    known = Premises.objects.filter(directorate_id=directorate_id, **address)
    place = known.order_by("id").first() if details.dar.strip() else None
    if place is not None:
        account = Account.objects.filter(
            directorate_id=directorate_id, premises_id=place.id, status=Account.Status.ACTIVE
        ).first()
        if account is not None:
            raise UnableToOpenAccount(account_no=account_numbers.shown(account.account_no))
        return place
    return Premises.objects.create(
        directorate_id=directorate_id,
        id=identifiers.new_id(now),
        district_code=details.district_code,
        **address,
        landmark=details.landmark.strip(),
        kind=details.kind,
        lat=details.lat,
        lon=details.lon,
    )


def _next_number(directorate_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [directorate_id])
        return account_numbers.number(directorate_id, cursor.fetchone()[0])


def _assign(account: Account, installation: MeterCustody, case_id: UUID) -> MeterAssignment:
    """Let the meter that was built in measure the account."""
    details = installation.details
    return MeterAssignment.objects.create(
        directorate_id=account.directorate_id,
        serial=installation.serial,
        account_no=account.account_no,
        valid_from=installation.moved_at,
        case_id=case_id,
        seal_no=details["seal_no"],
        first_reading_kwh=details["first_reading_kwh"],
        photo_document_id=details.get("photo_document_id"),
    )


@seeing_all
def change_holder(
    *,
    directorate_id: int,
    account_no: str,
    holder_id: UUID,
    case_id: UUID,
    actor: Actor,
    now: datetime,
) -> Account:
    """
    This function will put an account in another person's name. The same name changes nothing.

    :raises UnableToFindAccount: when no active account has the number.
    """
    account = _lock(directorate_id, account_no)
    if account.holder_id == holder_id:
        return account
    before, account.holder_id = account.holder_id, holder_id
    account.save(update_fields=["holder_id"])
    data = {"account": account_no, "before": str(before), "after": str(holder_id)}
    meters.record_for_case(
        "customers.account.holder_changed", directorate_id, case_id, actor, data, now
    )
    return account


@seeing_all
def change_load(
    *,
    directorate_id: int,
    account_no: str,
    load_kw: Decimal,
    phases: int,
    case_id: UUID,
    actor: Actor,
    now: datetime,
) -> Account:
    """
    This function will set the load (kW) and phases of an account, and of its service point.

    :raises UnableToFindAccount: when no active account has the number.
    """
    account = _lock(directorate_id, account_no)
    if account.load_kw == load_kw and account.phases == phases:
        return account
    before, account.load_kw, account.phases = account.load_kw, load_kw, phases
    account.save(update_fields=["load_kw", "phases"])
    network.change_point_load(
        directorate_id=directorate_id,
        account_no=account_no,
        load_kw=load_kw,
        phases=phases,
        case_id=case_id,
        now=now,
    )
    data: dict[str, str | int] = {
        "account": account_no,
        "before_kw": str(before),
        "after_kw": str(load_kw),
        "phases": phases,
    }
    meters.record_for_case(
        "customers.account.load_changed", directorate_id, case_id, actor, data, now
    )
    return account


@seeing_all
def exchange_meter(
    *,
    directorate_id: int,
    account_no: str,
    new_serial: str,
    final_reading_kwh: int,
    first_reading_kwh: int,
    seal_no: str,
    photo_document_id: UUID | None,
    case_id: UUID,
    actor: Actor,
    now: datetime,
) -> Meter:
    """
    This function will take an account's meter down and build in the one issued for the case.

    The old meter is then in the technician's hands, and goes back by `return_meter`. Told again, it
    changes nothing.

    :raises UnableToFindAccount: when no active account has the number.
    :raises UnableToExchangeMeter: when it has no meter, or the reading has too many digits.
    :raises UnableToInstallMeter: when the new meter was not issued for the case.
    """
    account = _lock(directorate_id, account_no)
    current = selectors.assignment_of(directorate_id, account_no)
    if current is None:
        raise UnableToExchangeMeter(cause=_("the account has no meter."))
    serial = meters.read_serial(new_serial)
    if current.serial == serial:
        return Meter.objects.get(directorate_id=directorate_id, serial=serial)
    new = meters.install_meter(
        directorate_id=directorate_id,
        serial=serial,
        case_id=case_id,
        seal_no=seal_no,
        first_reading_kwh=first_reading_kwh,
        photo_document_id=photo_document_id,
        account_no=account_no,
        actor=actor,
        now=now,
    )
    _take_down(current, final_reading_kwh, case_id, actor, now)
    installation = selectors.installation_for(directorate_id, case_id)
    if installation is not None:
        _assign(account, installation, case_id)
    return new


@seeing_all
def close_account(
    *,
    directorate_id: int,
    account_no: str,
    final_reading_kwh: int | None,
    case_id: UUID,
    actor: Actor,
    now: datetime,
) -> Account:
    """
    This function will close an account: last reading, meter down, off the transformer.

    Told again, it changes nothing. `final_reading_kwh` is None only for an account without a meter.

    :raises UnableToFindAccount: when no account has the number.
    :raises UnableToExchangeMeter: when the last reading is missing or has too many digits.
    """
    account = selectors.account_by_no(directorate_id, account_no)
    if account is not None and not account.is_active:
        return account
    account = _lock(directorate_id, account_no)
    current = selectors.assignment_of(directorate_id, account_no)
    if current is not None:
        if final_reading_kwh is None:
            raise UnableToExchangeMeter(cause=_("the last reading is missing."))
        _take_down(current, final_reading_kwh, case_id, actor, now)
    network.disconnect_service_point(
        directorate_id=directorate_id, account_no=account_no, case_id=case_id, actor=actor, now=now
    )
    account.status = Account.Status.CLOSED
    account.closed_at = now
    account.save(update_fields=["status", "closed_at"])
    data = {"account": account_no}
    meters.record_for_case("customers.account.closed", directorate_id, case_id, actor, data, now)
    return account


def _take_down(
    current: MeterAssignment, final_reading_kwh: int, case_id: UUID, actor: Actor, now: datetime
) -> None:
    """End an assignment with its last reading; the meter goes into the technician's hands."""
    meter = meters.lock_meter(current.directorate_id, current.serial)
    if meter is not None and final_reading_kwh >= 10**meter.digits:
        raise UnableToExchangeMeter(cause=_("the last reading has more digits than the meter."))
    current.valid_to = now
    current.final_reading_kwh = final_reading_kwh
    current.save(update_fields=["valid_to", "final_reading_kwh"])
    if meter is None or meter.custodian != Custodian.PREMISES:
        return
    meters.move(
        meter,
        to=Custodian.TECHNICIAN,
        held_by=str(actor.user_id) if actor.user_id else f"case:{case_id}",
        case_id=case_id,
        actor=actor,
        now=now,
        details={"final_reading_kwh": final_reading_kwh},
    )
    data: dict[str, str | int] = {"serial": meter.serial, "final_reading_kwh": final_reading_kwh}
    meters.record_for_case(
        "customers.meter.removed", current.directorate_id, case_id, actor, data, now
    )


def _lock(directorate_id: int, account_no: str) -> Account:
    account = (
        Account.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, account_no=account_no)
        .first()
    )
    if account is None or not account.is_active:
        raise UnableToFindAccount(account_no=account_no)
    return account
