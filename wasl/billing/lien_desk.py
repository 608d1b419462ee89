"""What the desk sees of the lists of liens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from wasl.billing.models import Arrears, LienEntry, LienList
from wasl.customers import account_numbers

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A list with how many stand on it, how many were released, and dinars in all."""

    found: LienList
    accounts: int
    released: int
    total: int


def lists(directorate_id: int) -> list[Shown]:
    """The lists of a directorate, the newest first."""
    found = list(
        LienList.objects.filter(directorate_id=directorate_id)
        .defer("content")
        .order_by("-number")[:SHOWN]
    )
    standing = LienEntry.objects.filter(
        directorate_id=directorate_id, list_id__in=[each.id for each in found], left_out=""
    )
    counted = standing.values_list("list_id").annotate(
        accounts=Count("account_no"),
        released=Count("account_no", filter=Q(released_on__isnull=False)),
        total=Sum("amount"),
    )
    sums = {list_id: (accounts, released, total) for list_id, accounts, released, total in counted}
    return [
        Shown(found=each, accounts=accounts, released=released, total=total)
        for each in found
        for accounts, released, total in [sums.get(each.id, (0, 0, 0))]
    ]


def candidates(directorate_id: int) -> int:
    """How many accounts the ladder has brought there that stand on no list."""
    listed = LienEntry.objects.filter(
        directorate_id=directorate_id, left_out="", released_on=None
    ).values("account_no")
    late = Arrears.objects.filter(directorate_id=directorate_id, stage__in=["LIEN", "CUT"])
    return late.exclude(account_no__in=listed).count()


def show(directorate_id: int, list_id: UUID) -> dict[str, Any] | None:
    """One list: its chain, who stands on it, who was left out and why. Numbers, no names."""
    found = (
        LienList.objects.filter(directorate_id=directorate_id, id=list_id).defer("content").first()
    )
    if found is None:
        return None
    rows = LienEntry.objects.filter(directorate_id=directorate_id, list_id=list_id)
    entries: list[dict[str, Any]] = [
        {"row": row, "shown_no": account_numbers.shown(row.account_no)}
        for row in rows.order_by("-amount", "account_no")
    ]
    standing = [each for each in entries if not each["row"].left_out]
    return {
        "list": found,
        "standing": standing,
        "left_out": [each for each in entries if each["row"].left_out],
        "total": sum(each["row"].amount for each in standing),
        "has_releases": any(each["row"].released_on for each in standing),
        "is_in_work": found.status in {LienList.Status.PROPOSED, LienList.Status.CHECKED},
        "reasons": [
            (code, label)
            for code, label in LienEntry.LeftOut.choices
            if code in LienEntry.BY_PERSON
        ],
    }
