"""
Who is late, as SQL over a whole directorate: the same answer as `selectors.dues`, for all at once.

What payers chose counts for the chosen bill, the rest for the oldest; what is contested is not
overdue, and neither is what a running plan of instalments covers. Parameters: directorate, on.
"""

OVERDUE = """
owing AS (
    SELECT account_no, owed FROM billing_balance WHERE directorate_id = %(directorate)s AND owed > 0
),
chosen AS (
    SELECT account_no, bill_key,
        sum(CASE credit WHEN 'RECEIVABLE' THEN amount ELSE -amount END) AS paid
    FROM billing_transfer
    WHERE directorate_id = %(directorate)s AND kind = 'PAYMENT' AND bill_key <> ''
        AND account_no IN (SELECT account_no FROM owing)
    GROUP BY account_no, bill_key
),
charge AS (
    SELECT b.account_no, b.period || ':' || b.revision AS key, o.owed, b.due_on AS first_due,
        greatest(b.due_on, d.due_again_on) AS due_on,
        CASE WHEN d.closed_at IS NULL THEN coalesce(d.amount, 0) ELSE 0 END AS disputed,
        a.amount - least(a.amount, greatest(0, coalesce(c.paid, 0))) AS room
    FROM owing o
    JOIN billing_bill b ON b.directorate_id = %(directorate)s AND b.account_no = o.account_no
    CROSS JOIN LATERAL (SELECT b.energy_amount - b.credit_amount AS amount) AS a
    LEFT JOIN chosen c ON c.account_no = b.account_no AND c.bill_key = b.period || ':' || b.revision
    LEFT JOIN LATERAL (
        SELECT amount, closed_at, due_again_on FROM billing_billdispute d
        WHERE (d.directorate_id, d.account_no, d.period, d.revision)
            = (b.directorate_id, b.account_no, b.period, b.revision)
        ORDER BY opened_at DESC LIMIT 1
    ) AS d ON true
    WHERE a.amount > 0 AND NOT EXISTS (SELECT FROM billing_billcancellation x
        WHERE (x.directorate_id, x.account_no, x.period, x.revision)
            = (b.directorate_id, b.account_no, b.period, b.revision))
),
-- Paid is the oldest first: what is open lies with the youngest.
opened AS (
    SELECT account_no, due_on, disputed, greatest(0, least(room, owed - coalesce(sum(room) OVER (
        PARTITION BY account_no ORDER BY first_due DESC, key DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS amount
    FROM charge
),
late AS (
    SELECT account_no, sum(amount - least(amount, disputed))::bigint AS amount, min(due_on) AS due_on
    FROM opened WHERE due_on < %(on)s AND amount > disputed GROUP BY account_no
),
overdue AS (
    SELECT late.account_no, late.amount - coalesce(p.total, 0) AS amount, late.due_on
    FROM late LEFT JOIN billing_instalmentplan p ON p.directorate_id = %(directorate)s
        AND p.account_no = late.account_no AND p.status = 'ACTIVE'
    WHERE late.amount > coalesce(p.total, 0)
)
"""
# Further: ladder (JSON: [stage, days, dinars] in order), between (days), now. No step is left out,
# none comes before the one before has stood its days.
CLIMB = f"""
WITH {OVERDUE.strip()},
ladder AS (
    SELECT ord::int AS step, value ->> 0 AS stage, (value ->> 1)::int AS days, (value ->> 2)::bigint AS amount
    FROM jsonb_array_elements(%(ladder)s::jsonb) WITH ORDINALITY AS given (value, ord)
),
wanted AS (
    SELECT o.account_no, o.amount, o.due_on, l.stage,
        coalesce(a.stage, '') AS before, a.reached_on, a.moved_at, a.is_told
    FROM overdue o
    LEFT JOIN billing_arrears a ON a.directorate_id = %(directorate)s AND a.account_no = o.account_no
    LEFT JOIN ladder stands ON stands.stage = a.stage
    LEFT JOIN ladder l ON l.step = coalesce(stands.step, 0) + 1 AND l.days <= %(on)s - o.due_on
        AND l.amount <= o.amount AND (a.reached_on IS NULL OR a.reached_on + %(between)s <= %(on)s)
),
gone AS (
    DELETE FROM billing_arrears WHERE directorate_id = %(directorate)s
        AND account_no NOT IN (SELECT account_no FROM overdue)
)
INSERT INTO billing_arrears (directorate_id, account_no, stage, overdue, due_on, reached_on, moved_at, is_told)
SELECT %(directorate)s, account_no, coalesce(stage, before), amount, due_on,
    CASE WHEN stage IS NULL THEN reached_on ELSE %(on)s END,
    CASE WHEN stage IS NULL THEN moved_at ELSE %(now)s END,
    CASE WHEN stage IS NULL THEN is_told ELSE false END
FROM wanted WHERE coalesce(stage, before) <> ''
ON CONFLICT (directorate_id, account_no) DO UPDATE SET stage = excluded.stage, overdue = excluded.overdue,
    due_on = excluded.due_on, reached_on = excluded.reached_on, moved_at = excluded.moved_at,
    is_told = excluded.is_told
"""  # noqa: S608 (no value is put in)
MOVED = """
SELECT directorate_id, account_no, account_no AS account, stage, overdue FROM billing_arrears
WHERE directorate_id = %(directorate)s AND moved_at = %(now)s
"""
SUMS = """
SELECT stage, count(*), sum(overdue)::bigint FROM billing_arrears WHERE directorate_id = %s GROUP BY stage
"""
