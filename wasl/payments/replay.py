"""
The customers' balances from the record of events alone: who doubts the books can make them anew.

Every event that is in the public log has a commitment to its content, so a ledger that was changed
behind the application's back no longer agrees with what was published.
"""

from dataclasses import dataclass

from django.db import connection

_REPLAYED = """
WITH moved AS (
    SELECT data ->> 'account' AS account_no,
        CASE kind
            WHEN 'payments.account.paid' THEN -(data ->> 'amount')::bigint
            WHEN 'payments.account.rebated' THEN -(data ->> 'amount')::bigint
            ELSE (data ->> 'amount')::bigint
        END AS amount
    FROM events_event
    WHERE directorate_id = %(directorate)s AND (
        kind IN ('billing.bill.issued', 'payments.account.paid', 'payments.account.reversed',
            'payments.account.rebated', 'payments.account.refunded')
        OR kind = 'billing.adjustment.decided' AND data ->> 'status' = 'APPROVED')
    UNION ALL
    SELECT c.data ->> 'account', -(i.data ->> 'amount')::bigint
    FROM events_event AS c
    JOIN events_event AS i ON i.directorate_id = c.directorate_id
        AND i.kind = 'billing.bill.issued' AND i.data ->> 'bill' = c.data ->> 'bill'
    WHERE c.directorate_id = %(directorate)s AND c.kind = 'billing.bill.cancelled'
), replayed AS (
    SELECT account_no, sum(amount)::bigint AS owed FROM moved GROUP BY account_no
)
SELECT coalesce(r.account_no, b.account_no), coalesce(r.owed, 0), coalesce(b.owed, 0)
FROM replayed AS r
FULL JOIN (SELECT account_no, owed FROM billing_balance WHERE directorate_id = %(directorate)s) AS b
    ON b.account_no = r.account_no
ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """An account: what its events come to, and what the books say, in dinars owed."""

    account_no: str
    by_events: int
    by_books: int

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.by_events == self.by_books


def balances(directorate_id: int) -> list[Replayed]:
    """Every account that ever moved, from its events and from the books."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLAYED, {"directorate": directorate_id})
        return [
            Replayed(account_no=number, by_events=events, by_books=books)
            for number, events, books in cursor.fetchall()
        ]
