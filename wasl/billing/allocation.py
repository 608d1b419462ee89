"""
What of each bill is still open: first what payers chose, then the oldest first. Pure.

Nothing is stored for it: bills and transfers decide. So a payment cannot be allocated twice, and
cancelling a bill frees what was paid for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Debt:
    """A charge: a bill that stands, or a debt posted otherwise. `amount` in dinars, positive."""

    key: str
    due_on: date
    amount: int


def open_amounts(
    debts: Sequence[Debt], *, paid: int, chosen: Mapping[str, int] | None = None
) -> tuple[dict[str, int], int]:
    """
    What is open of each debt, and what is left over as credit.

    `paid` is everything that came in, what was chosen included; of a chosen sum only what the debt
    has room for goes to it, the rest to the oldest. Open amounts minus credit is always the debts
    less `paid`.
    """
    left = {debt.key: debt.amount for debt in debts}
    free = paid
    for key, amount in (chosen or {}).items():
        part = min(amount, left.get(key, 0), max(free, 0))
        if part > 0:
            left[key] -= part
            free -= part
    for debt in sorted(debts, key=lambda each: (each.due_on, each.key)):
        part = min(left[debt.key], max(free, 0))
        left[debt.key] -= part
        free -= part
    if free < 0:
        # More was taken back than ever came in: the youngest debt is that much larger.
        youngest = max(debts, key=lambda each: (each.due_on, each.key), default=None)
        if youngest is not None:
            left[youngest.key] -= free
            free = 0
    return left, free
