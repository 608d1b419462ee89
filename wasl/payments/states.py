"""
The states of a payment attempt, and the only direction it may go in.

The database holds the same ranks in a trigger (migration 0002): a late "pending" after "succeeded"
changes nothing, and a late success after "expired" still counts.
"""

CREATED = "CREATED"  # written down, the provider not yet asked
INIT_UNKNOWN = "INIT_UNKNOWN"  # asked, but the answer was lost
INITIATED = "INITIATED"  # the provider knows it and named a page
PENDING = "PENDING"  # the payer has begun there
FAILED = "FAILED"
EXPIRED = "EXPIRED"
NEEDS_REVIEW = "NEEDS_REVIEW"  # money came, but not as agreed: a person decides
SUCCEEDED = "SUCCEEDED"

RANKS = {
    CREATED: 0,
    INIT_UNKNOWN: 1,
    INITIATED: 2,
    PENDING: 3,
    FAILED: 4,
    EXPIRED: 4,
    NEEDS_REVIEW: 5,
    SUCCEEDED: 6,
}
CHOICES = [(state, state) for state in RANKS]
# While one of these stands, the request has an attempt under way.
LIVE = frozenset({CREATED, INIT_UNKNOWN, INITIATED, PENDING})
# Whatever else is said, these stay.
SETTLED_WELL = frozenset({NEEDS_REVIEW, SUCCEEDED})


def may_move(current: str, wanted: str) -> bool:
    """Whether an attempt may go from one state to the other: only forward."""
    return RANKS[wanted] > RANKS[current]
