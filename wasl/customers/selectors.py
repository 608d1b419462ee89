"""Accounts, the meters in store and in hand, and whether they all add up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Count

from wasl.customers.models import (
    Account,
    Custodian,
    Meter,
    MeterAssignment,
    MeterCustody,
    Premises,
    ScrapRequest,
    StockCount,
)


def account_by_no(directorate_id: int, account_no: str) -> Account | None:
    """The account of that number."""
    return Account.objects.filter(directorate_id=directorate_id, account_no=account_no).first()


def accounts_of(holder_id: UUID) -> list[Account]:
    """The accounts in a person's name, active ones first."""
    return list(Account.objects.filter(holder_id=holder_id).order_by("status", "account_no"))


def account_opened_by(case_id: UUID, directorate_id: int) -> Account | None:
    """The account that a case has opened."""
    found = Account.objects.filter(directorate_id=directorate_id, opened_by_case=case_id)
    return found.first()


def premises_of(account: Account) -> Premises:
    """The place that an account supplies."""
    return Premises.objects.get(directorate_id=account.directorate_id, id=account.premises_id)


def active_account_at(directorate_id: int, mahalla: str, zuqaq: str, dar: str) -> Account | None:
    """The active account at an address: a second one there would be a duplicate."""
    if not dar.strip():
        return None
    places = Premises.objects.filter(
        directorate_id=directorate_id,
        mahalla=mahalla.strip(),
        zuqaq=zuqaq.strip(),
        dar=dar.strip(),
    ).values("id")
    return Account.objects.filter(
        directorate_id=directorate_id, premises_id__in=places, status=Account.Status.ACTIVE
    ).first()


# The expression is that of the index customers_premises_place; 0.8387 is the cosine of 33 degrees.
_NEAREST = """
SELECT p.id FROM customers_premises p
WHERE p.directorate_id = %s::smallint AND EXISTS (
    SELECT FROM customers_account a
    WHERE a.directorate_id = p.directorate_id AND a.premises_id = p.id AND a.status = 'ACTIVE')
ORDER BY point(p.lon * 0.8387, p.lat) <-> point(%s::float8 * 0.8387, %s::float8)
LIMIT 1
"""


def nearest_account(directorate_id: int, lat: float, lon: float) -> Account | None:
    """The active account nearest to a place: it tells an inspector where to look."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [directorate_id, lon, lat])
        row = cursor.fetchone()
    if row is None:
        return None
    return Account.objects.filter(
        directorate_id=directorate_id, premises_id=row[0], status=Account.Status.ACTIVE
    ).first()


def meter(directorate_id: int, serial: str) -> Meter | None:
    """The meter of that serial number."""
    return Meter.objects.filter(directorate_id=directorate_id, serial=serial).first()


def assignment_of(directorate_id: int, account_no: str) -> MeterAssignment | None:
    """Which meter measures an account now, since when, with which seal."""
    return MeterAssignment.objects.filter(
        directorate_id=directorate_id, account_no=account_no, valid_to=None
    ).first()


def meter_of(directorate_id: int, account_no: str) -> Meter | None:
    """The meter that measures an account now."""
    assignment = assignment_of(directorate_id, account_no)
    return meter(directorate_id, assignment.serial) if assignment else None


def metered_accounts(directorate_id: int) -> list[str]:
    """The numbers of the accounts that a meter measures now, in order."""
    open_now = MeterAssignment.objects.filter(directorate_id=directorate_id, valid_to=None)
    return sorted(set(open_now.values_list("account_no", flat=True)))


def meter_issued_for(directorate_id: int, case_id: UUID) -> Meter | None:
    """The meter that left the store for a case and is not built in yet."""
    return Meter.objects.filter(
        directorate_id=directorate_id, case_id=case_id, custodian=Custodian.TECHNICIAN
    ).first()


def installation_for(directorate_id: int, case_id: UUID) -> MeterCustody | None:
    """The hand-over by which a meter was built in for a case, with seal and reading."""
    return (
        MeterCustody.objects.filter(
            directorate_id=directorate_id, case_id=case_id, to_custodian=Custodian.PREMISES
        )
        .order_by("-moved_at", "-sequence")
        .first()
    )


def custody_of(directorate_id: int, serial: str) -> list[MeterCustody]:
    """Every hand-over of a meter, in order."""
    found = MeterCustody.objects.filter(directorate_id=directorate_id, serial=serial)
    return list(found.order_by("sequence"))


def serials_in_store(directorate_id: int, phases: int | None = None) -> list[str]:
    """The serial numbers on the shelf, those received first at the front."""
    found = Meter.objects.filter(directorate_id=directorate_id, custodian=Custodian.STORE)
    if phases is not None:
        found = found.filter(phases=phases)
    return list(found.order_by("received_at", "serial").values_list("serial", flat=True))


def store_stock(directorate_id: int) -> dict[tuple[str, int], int]:
    """How many meters each store has, by (store, phases)."""
    rows = (
        Meter.objects.filter(directorate_id=directorate_id, custodian=Custodian.STORE)
        .values("held_by", "phases")
        .annotate(number=Count("serial"))
        .order_by("held_by", "phases")
    )
    return {(row["held_by"], row["phases"]): row["number"] for row in rows}


@dataclass(frozen=True, kw_only=True)
class StockReport:
    """
    Whether what was received is all somewhere.

    `broken` are meters whose hand-overs do not lead to where they are said to be. With a count of
    the shelves, `missing` should be there and are not; `unexpected` are there and should not be.
    """

    received: int
    by_custodian: dict[str, int]
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def is_reconciled(self) -> bool:
        """Whether everything adds up."""
        whole = sum(self.by_custodian.values()) == self.received
        return whole and not (self.broken or self.missing or self.unexpected)


def reconcile_stock(directorate_id: int, counted: Iterable[str] | None = None) -> StockReport:
    """
    What the custody rows say of every meter received, held against where each is said to be.

    `counted` are the serial numbers that people found on the shelves.
    """
    meters = list(Meter.objects.filter(directorate_id=directorate_id).order_by("serial"))
    chains: dict[str, list[MeterCustody]] = {}
    for row in MeterCustody.objects.filter(directorate_id=directorate_id).order_by("sequence"):
        chains.setdefault(row.serial, []).append(row)
    broken = [each.serial for each in meters if not _leads_to(chains.get(each.serial, []), each)]
    shelf = {each.serial for each in meters if each.custodian == Custodian.STORE}
    found = shelf if counted is None else set(counted)
    return StockReport(
        received=sum(rows[0].from_custodian == Custodian.SUPPLIER for rows in chains.values()),
        by_custodian=dict(Counter(each.custodian for each in meters)),
        broken=broken,
        missing=sorted(shelf - found),
        unexpected=sorted(found - shelf),
    )


def _leads_to(chain: list[MeterCustody], meter: Meter) -> bool:
    """Whether the hand-overs join without a gap and end where the meter is said to be."""
    place = (Custodian.SUPPLIER.value, "")
    for number, row in enumerate(chain, start=1):
        if row.sequence != number or (row.from_custodian, row.from_held_by) != place:
            return False
        place = (row.to_custodian, row.to_held_by)
    return bool(chain) and place == (meter.custodian, meter.held_by)


def stock_counts(directorate_id: int) -> list[StockCount]:
    """The last counts of the store, the newest first."""
    found = StockCount.objects.filter(directorate_id=directorate_id)
    return list(found.order_by("-counted_at", "id")[:12])


def scrap_requests(directorate_id: int) -> list[ScrapRequest]:
    """Those to be decided first, then the last ones that were."""
    found = ScrapRequest.objects.filter(directorate_id=directorate_id)
    waiting = list(found.filter(status=ScrapRequest.Status.ASKED).order_by("asked_at")[:100])
    decided = found.exclude(status=ScrapRequest.Status.ASKED).order_by("-decided_at")[:12]
    return waiting + list(decided)


def custodians(directorate_id: int) -> list[tuple[str, int]]:
    """In whose hands the meters of a directorate are, in words, with how many."""
    rows = Meter.objects.filter(directorate_id=directorate_id).values_list("custodian")
    found = dict(rows.annotate(number=Count("serial")).order_by("custodian"))
    return [(str(each.label), found[each.value]) for each in Custodian if found.get(each.value)]
