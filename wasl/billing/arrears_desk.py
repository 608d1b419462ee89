"""What the desk sees of arrears: how many stand on each step, and the largest debts."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from wasl.billing import arrears_sql
from wasl.billing.models import Arrears, ArrearsStage
from wasl.customers import account_numbers

SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the ladder: accounts and dinars on it."""

    code: str
    label: str
    accounts: int
    overdue: int


def overview(directorate_id: int, stage: str) -> dict[str, Any]:
    """Every step, and the accounts on one of them or on all, the largest debts first."""
    with connection.cursor() as cursor:
        cursor.execute(arrears_sql.SUMS, [directorate_id])
        sums = {code: (accounts, overdue) for code, accounts, overdue in cursor.fetchall()}
    steps = [
        Step(code=code, label=str(label), accounts=found[0], overdue=found[1])
        for code, label in ArrearsStage.choices
        for found in [sums.get(code, (0, 0))]
    ]
    rows = Arrears.objects.filter(directorate_id=directorate_id)
    if stage in ArrearsStage.values:
        rows = rows.filter(stage=stage)
    shown = rows.order_by("-overdue", "account_no")[:SHOWN]
    return {
        "steps": steps,
        "stage": stage,
        "total": sum(step.overdue for step in steps),
        "rows": [{"row": row, "shown_no": account_numbers.shown(row.account_no)} for row in shown],
    }
