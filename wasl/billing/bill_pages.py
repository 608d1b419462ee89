"""What the page of one bill shows: what is owed and why, the readings, what was paid, the proof."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from wasl.billing import citizen_pages, selectors, subjects, tariff_pages
from wasl.billing.models import Bill, BillCancellation, Reading, Transfer
from wasl.casework.models import Case
from wasl.core import scope
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.customers.models import Account
from wasl.directorates import selectors as directorates
from wasl.events.models import Event
from wasl.transparency import selectors as log

PAYMENTS_SHOWN = 3
_SLUG = re.compile(r"(\d{4})(\d{2})-(\d{1,3})", re.ASCII)


def find_bill(account: Account, slug: str, *, since: datetime | None) -> Bill | None:
    """
    The bill that an address names, cancelled or not; None when it is none of the holder's.

    `since` as `citizen_pages.own_since` says it.
    """
    read = _SLUG.fullmatch(slug)
    if read is None:
        return None
    year, month, revision = read.groups()
    bill = Bill.objects.filter(
        directorate_id=account.directorate_id,
        account_no=account.account_no,
        period=f"{year}-{month}",
        revision=int(revision),
    ).first()
    if bill is None or not citizen_pages.is_own(bill, since):
        return None
    return bill


@dataclass(frozen=True, kw_only=True)
class ReadingShown:
    """A reading that a bill was made from."""

    reading: Reading
    photo_url: str

    @property
    def is_estimate(self) -> bool:
        """Whether nobody saw the register."""
        return self.reading.is_estimate


def readings_of(bill: Bill) -> list[Reading]:
    """
    The readings that make up a bill, in order: all real, or all estimated (the run's rule).

    Of a reading that was corrected after the bill, the bill shows what it was made from.
    """
    stood = Q(status=Reading.Status.ACCEPTED) | Q(replaced_at__gt=bill.issued_at)
    found = Reading.objects.filter(
        stood,
        directorate_id=bill.directorate_id,
        account_no=bill.account_no,
        read_on__gt=bill.from_on,
        read_on__lte=bill.to_on,
    ).exclude(source=Reading.Source.FIRST)
    estimates = {"source": Reading.Source.ESTIMATE}
    found = found.filter(**estimates) if bill.is_estimated else found.exclude(**estimates)
    # Backwards, so that the row of a day that was replaced first is the one that is left.
    rows = {(each.read_on, each.serial): each for each in found.order_by("-read_on", "-revision")}
    return list(rows.values())[::-1]


def contested_bill(case: Case) -> Bill:
    """The bill that a case is about."""
    values = case.variables
    return Bill.objects.get(
        directorate_id=case.directorate_id,
        account_no=values["account_no"],
        period=values["period"],
        revision=values["revision"],
    )


def readings_of_contested(case: Case) -> list[Reading]:
    """The readings of the bill that can be corrected: real ones that still stand."""
    with scope.within_system():
        readings = readings_of(contested_bill(case))
    return [
        each for each in readings if each.status == each.Status.ACCEPTED and not each.is_estimate
    ]


def event_of(bill: Bill) -> UUID | None:
    """The event by which a bill was issued; it was recorded in the same moment."""
    subject_type, subject_id = subjects.account(bill.directorate_id, bill.account_no)
    found = Event.objects.about(subject_type, subject_id).filter(
        directorate_id=bill.directorate_id,
        recorded_at=bill.issued_at,
        kind="billing.bill.issued",
        data__bill=bill.number,
    )
    return found.values_list("id", flat=True).first()


def bill_page(
    account: Account, bill: Bill, *, since: datetime | None, on: date, language: str
) -> dict[str, Any]:
    """Everything about one bill, in a fixed number of queries however long the history is."""
    dues = selectors.dues(account.directorate_id, account.account_no, on)
    standing = next((each for each in dues.bills if each.bill.key == bill.key), None)
    event_id = event_of(bill)
    paid = payments_since(bill)
    own = [each.bill for each in dues.bills if citizen_pages.is_own(each.bill, since)]
    place = customers.premises_of(account)
    slug = citizen_pages.bill_slug(bill.period, bill.revision)
    return {
        "account": account,
        "shown_no": account_numbers.shown(account.account_no),
        "office": directorates.by_id(account.directorate_id).name(language),
        "place": place,
        "bill": bill,
        "slug": slug,
        "kind_label": bill.get_kind_display(),
        "dues": dues,
        "open": standing,
        "is_paid": standing is not None and standing.open_amount == 0,
        "cancellation": _cancellation(bill) if standing is None else None,
        "instead": _instead(bill, own) if standing is None else "",
        "groups": tariff_pages.groups(bill.lines, language),
        "readings": [_shown(reading) for reading in readings_of(bill)],
        "paid_since": paid,
        "paid_total": -sum(row.signed_amount for row in paid),
        "paid_shown": paid[:PAYMENTS_SHOWN],
        "before_credit": -bill.balance_before,
        "dispute": standing.dispute if standing else None,
        "use": citizen_pages.use_shown(
            [each for each in own if each.period <= bill.period], account, place, language
        ),
        "event_id": event_id,
        "is_proved": event_id is not None and event_id in log.published([event_id]),
        "pay_url": citizen_pages.pay_link(account.account_no),
        "instalments_url": citizen_pages.link("billing:instalments", account.account_no),
    }


def _shown(reading: Reading) -> ReadingShown:
    url = ""
    if reading.details.get("photo"):
        url = reverse(
            "billing:reading_photo",
            args=[reading.account_no, reading.read_on.isoformat(), reading.revision],
        )
    return ReadingShown(reading=reading, photo_url=url)


def _cancellation(bill: Bill) -> BillCancellation | None:
    return BillCancellation.objects.filter(
        directorate_id=bill.directorate_id,
        account_no=bill.account_no,
        period=bill.period,
        revision=bill.revision,
    ).first()


def _instead(bill: Bill, own: Sequence[Bill]) -> str:
    """Where the bill leads that took the place of a cancelled one."""
    newer = [each for each in own if each.period == bill.period and each.revision > bill.revision]
    if not newer:
        return ""
    slug = citizen_pages.bill_slug(newer[-1].period, newer[-1].revision)
    return reverse("billing:bill", args=[bill.account_no, slug])


def payments_since(bill: Bill) -> list[Transfer]:
    """What the account paid since a bill was issued, oldest first."""
    found = Transfer.objects.filter(
        directorate_id=bill.directorate_id,
        account_no=bill.account_no,
        kind__in=[Transfer.Kind.PAYMENT, Transfer.Kind.REFUND],
        posted_on__gte=bill.issued_on,
    )
    return list(found.order_by("posted_on", "recorded_at", "entry"))
