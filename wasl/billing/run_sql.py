"""
The bill run as SQL over a range of account numbers: which readings, which days, what they cost.

The CTEs end in `candidate`, one row for each account that can be billed, with everything that a
bill says; preview and issue differ only in what they do with it. Parameters: directorate, first,
last (account numbers, both included), period, read_before, since (of a corrected bill: where it
begins; else null). No statement leaves the directorate, and no key is drawn (ADR 60).
"""

from wasl.billing.rating import rated

# What was billed so far. More than the last 24 bills are not looked at: by then a real reading was
# billed, or the account is left alone (`real_to` is then the last day billed at all).
_BOUNDS = """
cancelled AS MATERIALIZED (
    SELECT account_no, period, revision FROM billing_billcancellation
    WHERE directorate_id = %(directorate)s AND account_no BETWEEN %(first)s AND %(last)s
),
bounds AS MATERIALIZED (
    SELECT a.directorate_id, a.account_no, a.tariff_class,
        coalesce(%(since)s::date, b.real_to, CASE WHEN b.seen = 24 THEN b.billed_to END, '-infinity') AS real_to,
        coalesce(%(since)s::date, b.billed_to, '-infinity') AS billed_to,
        b.estimated_since, b.usual_kwh, b.usual_days, coalesce(b.next_revision, 0) AS next_revision
    FROM customers_account a
    LEFT JOIN LATERAL (
        SELECT count(*) AS seen, max(real_to) AS real_to, max(to_on) FILTER (WHERE stands) AS billed_to,
            sum(energy_amount) FILTER (WHERE stands AND is_estimated AND to_on < %(read_before)s
                AND to_on > coalesce(%(since)s::date, real_to, '-infinity')) AS estimated_since,
            sum(kwh) FILTER (WHERE stands AND turn <= 3) AS usual_kwh,
            sum(days) FILTER (WHERE stands AND turn <= 3) AS usual_days,
            max(revision) FILTER (WHERE period = %(period)s) + 1 AS next_revision,
            bool_or(stands AND period = %(period)s) AS is_billed
        FROM (
            SELECT *, max(to_on) FILTER (WHERE stands AND NOT is_estimated) OVER () AS real_to,
                row_number() OVER (ORDER BY period DESC, revision DESC) AS turn
            FROM (
                SELECT l.period, l.revision, l.to_on, l.is_estimated, l.energy_amount, l.kwh, l.days,
                    (l.account_no, l.period, l.revision)
                        NOT IN (SELECT account_no, period, revision FROM cancelled) AS stands
                FROM billing_bill l
                WHERE l.directorate_id = a.directorate_id AND l.account_no = a.account_no
                ORDER BY l.period DESC, l.revision DESC LIMIT 24
            ) AS latest
        ) AS known
    ) AS b ON true
    WHERE a.directorate_id = %(directorate)s AND a.account_no BETWEEN %(first)s AND %(last)s
        AND b.is_billed IS NOT TRUE
),
"""

# Real readings since the last one billed as real; estimates only where there is none. A real one
# that came late, behind days already estimated and billed, waits for the next real one.
_PARTS = """
reading AS (
    SELECT b.*, r.basis_on AS from_on, r.read_on AS to_on, r.basis_kwh, r.register_kwh,
        r.consumption_kwh AS part_kwh, r.revision AS reading_revision, r.source = 'ESTIMATE' AS is_estimate
    FROM bounds b
    JOIN billing_reading r ON r.directorate_id = b.directorate_id AND r.account_no = b.account_no
        AND r.read_on < %(read_before)s AND r.status = 'ACCEPTED' AND r.source <> 'FIRST'
        AND r.read_on > b.real_to AND r.read_on > CASE r.source WHEN 'ESTIMATE' THEN b.billed_to ELSE b.real_to END
),
part AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY account_no ORDER BY to_on, reading_revision)::int AS part_no
    FROM (
        SELECT *, coalesce(max(to_on) FILTER (WHERE NOT is_estimate)
            OVER (PARTITION BY account_no) > billed_to, false) AS is_read
        FROM reading
    ) AS found
    WHERE is_estimate <> is_read
),
"""

# Each part is cut where the class or the tariff in force changes; its days share its use.
SEGMENTS = """
    SELECT p.directorate_id, p.account_no, p.part_no,
        row_number() OVER (PARTITION BY p.account_no, p.part_no ORDER BY s.begins)::int AS segment_no,
        s.begins AS from_on, s.ends - s.begins AS days, p.to_on - p.from_on AS part_days,
        p.part_kwh AS kwh, u.tariff_id
    FROM part p
    LEFT JOIN billing_classperiod c ON c.directorate_id = p.directorate_id AND c.account_no = p.account_no
        AND c.valid_from < p.to_on AND coalesce(c.valid_to, 'infinity') > p.from_on
    JOIN billing_tariffuse u ON u.directorate_id = p.directorate_id
        AND u.tariff_class = coalesce(c.tariff_class, p.tariff_class)
        AND u.valid_from < p.to_on AND coalesce(u.valid_to, 'infinity') > p.from_on
    CROSS JOIN LATERAL (SELECT
        greatest(p.from_on, u.valid_from, c.valid_from) AS begins,
        least(p.to_on, u.valid_to, c.valid_to) AS ends) AS s
    WHERE s.ends > s.begins
"""

# The two halves of a bill meet by grouping, not by a join: of CTEs the planner knows no numbers,
# and a join that it takes for small would be gone through ten thousand times ten thousand.
_CANDIDATE = """
billed AS (
    SELECT directorate_id, account_no, min(from_on) AS from_on, max(to_on) AS to_on,
        sum(to_on - from_on)::int AS part_days, sum(part_kwh)::bigint AS kwh,
        (array_agg(basis_kwh ORDER BY part_no))[1] AS opening_kwh,
        (array_agg(register_kwh ORDER BY part_no DESC))[1] AS closing_kwh,
        bool_or(is_estimate) AS is_estimated, min(tariff_class) AS tariff_class,
        CASE WHEN bool_or(is_estimate) THEN 0 ELSE coalesce(min(estimated_since), 0) END::bigint AS credit_amount,
        min(usual_kwh) AS usual_kwh, min(usual_days) AS usual_days, min(next_revision)::int AS revision,
        NULL::bigint AS energy_amount, NULL::bigint AS rated_days, NULL::jsonb AS lines
    FROM part GROUP BY directorate_id, account_no
),
both_halves AS (
    SELECT * FROM billed
    UNION ALL
    SELECT directorate_id, account_no, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, energy_amount, rated_days, lines FROM rated
),
whole AS (
    SELECT directorate_id, account_no, max(from_on) AS from_on, max(to_on) AS to_on,
        max(part_days) AS part_days, max(kwh) AS kwh, max(opening_kwh) AS opening_kwh,
        max(closing_kwh) AS closing_kwh, bool_or(is_estimated) AS is_estimated,
        max(tariff_class) AS tariff_class, max(credit_amount) AS credit_amount,
        max(usual_kwh) AS usual_kwh, max(usual_days) AS usual_days, max(revision) AS revision,
        max(energy_amount) AS energy_amount, max(rated_days) AS rated_days,
        (array_agg(lines) FILTER (WHERE lines IS NOT NULL))[1] AS lines
    FROM both_halves GROUP BY directorate_id, account_no
),
candidate AS (
    SELECT w.*, w.to_on - w.from_on AS days, coalesce(o.owed, 0) AS balance_before,
        coalesce(w.rated_days, 0) = w.part_days AS has_tariff,
        (w.usual_kwh * (w.to_on - w.from_on) / nullif(w.usual_days, 0))::bigint AS usual
    FROM whole w
    LEFT JOIN billing_balance o ON o.directorate_id = w.directorate_id AND o.account_no = w.account_no
)
"""

CANDIDATES = "WITH " + _BOUNDS + _PARTS + rated(SEGMENTS).strip() + "," + _CANDIDATE

# Further parameters: run, high (kWh a day), times, from_kwh.
_ODD = """,
odd AS (
    SELECT *, CASE
        WHEN NOT has_tariff THEN 'NO_TARIFF'
        WHEN kwh > %(high)s * days AND tariff_class = 'RESIDENTIAL' THEN 'VERY_HIGH'
        WHEN kwh >= %(from_kwh)s AND usual IS NOT NULL AND kwh > %(times)s * greatest(usual, 1) THEN 'MUCH_HIGHER'
        WHEN kwh = 0 AND NOT is_estimated AND usual >= 30 THEN 'NOTHING_USED'
        END AS reason
    FROM candidate
),
held AS (
    INSERT INTO billing_billrunhold (directorate_id, run_id, account_no, reason, kwh, days, amount, usual_kwh, decision)
    SELECT directorate_id, %(run)s, account_no, reason, kwh, days,
        coalesce(energy_amount, 0) - credit_amount, usual, ''
    FROM odd WHERE reason IS NOT NULL
    ON CONFLICT (directorate_id, run_id, account_no) DO NOTHING
)
SELECT count(*) FILTER (WHERE reason IS NULL),
    coalesce(sum(kwh) FILTER (WHERE reason IS NULL), 0)::bigint,
    coalesce(sum(energy_amount - credit_amount) FILTER (WHERE reason IS NULL), 0)::bigint,
    count(*) FILTER (WHERE reason IS NULL AND is_estimated),
    count(*) FILTER (WHERE reason IS NOT NULL)
FROM odd
"""
PREVIEW = CANDIDATES + _ODD

# Further parameters: run, kind, issued_on, due_on, now.
_INTO = """
INSERT INTO billing_bill (directorate_id, account_no, period, revision, run_id, kind, tariff_class,
    from_on, to_on, days, opening_kwh, closing_kwh, kwh, is_estimated, lines, energy_amount,
    credit_amount, balance_before, issued_on, due_on, issued_at)
"""
_WHAT = """
SELECT directorate_id, account_no, %(period)s, revision, %(run)s, %(kind)s, tariff_class,
    from_on, to_on, days, opening_kwh, closing_kwh, kwh, is_estimated, lines, energy_amount,
    credit_amount, balance_before, %(issued_on)s, %(due_on)s, %(now)s
FROM candidate c
WHERE has_tariff AND NOT EXISTS (
    SELECT FROM billing_billrunhold h WHERE h.directorate_id = c.directorate_id
    AND h.run_id = %(run)s AND h.account_no = c.account_no AND h.decision <> 'RELEASED')
"""
ISSUE = _INTO + CANDIDATES + _WHAT

_ISSUED = """
directorate_id = %(directorate)s AND run_id = %(run)s AND account_no BETWEEN %(first)s AND %(last)s
"""
POST = f"""
INSERT INTO billing_transfer (directorate_id, entry, line, kind, debit, credit, amount, account_no,
    bill_key, party, posted_on, recorded_at)
SELECT directorate_id, 'bill:' || account_no || ':' || period || ':' || revision, 0, 'BILL',
    CASE WHEN energy_amount > credit_amount THEN 'RECEIVABLE' ELSE 'ENERGY' END,
    CASE WHEN energy_amount > credit_amount THEN 'ENERGY' ELSE 'RECEIVABLE' END,
    abs(energy_amount - credit_amount), account_no, period || ':' || revision, '', issued_on, issued_at
FROM billing_bill WHERE {_ISSUED} AND energy_amount <> credit_amount
"""  # noqa: S608 (no value is put in)

EVENTS = f"""
SELECT directorate_id, account_no, account_no AS account,
    account_no || '-' || replace(period, '-', '') || '-' || revision AS bill,
    period, kwh, energy_amount - credit_amount AS amount, due_on::text AS due
FROM billing_bill WHERE {_ISSUED}
"""  # noqa: S608 (no value is put in)

ISSUED_SUMS = f"""
SELECT count(*), coalesce(sum(kwh), 0)::bigint, coalesce(sum(energy_amount - credit_amount), 0)::bigint
FROM billing_bill WHERE {_ISSUED}
"""  # noqa: S608 (no value is put in)

# Where nobody read, the rule of the day: the average of the last three real uses, by days, at most
# so many in a row. Further parameters: run, read_from, cap, now. What stands already is kept.
ESTIMATE = """
WITH wanted AS (
    SELECT a.directorate_id, a.account_no, s.serial, l.read_on AS basis_on, l.register_kwh AS basis_kwh,
        m.digits, m.multiplier, u.kwh, u.days, u.estimates
    FROM customers_account a
    JOIN customers_meterassignment s ON s.directorate_id = a.directorate_id AND s.account_no = a.account_no
        AND s.valid_to IS NULL
    JOIN customers_meter m ON m.directorate_id = s.directorate_id AND m.serial = s.serial
    CROSS JOIN LATERAL (
        SELECT r.read_on, r.register_kwh FROM billing_reading r
        WHERE r.directorate_id = a.directorate_id AND r.account_no = a.account_no
            AND r.serial = s.serial AND r.status = 'ACCEPTED' AND r.read_on < %(read_before)s
        ORDER BY r.read_on DESC, r.revision DESC LIMIT 1
    ) AS l
    CROSS JOIN LATERAL (
        SELECT sum(consumption_kwh) FILTER (WHERE real_turn <= 3) AS kwh,
            sum(read_on - basis_on) FILTER (WHERE real_turn <= 3) AS days,
            count(*) FILTER (WHERE real_turn IS NULL AND reals_before = 0) AS estimates
        FROM (
            SELECT *, CASE WHEN source <> 'ESTIMATE' THEN row_number() OVER (
                    PARTITION BY source = 'ESTIMATE' ORDER BY read_on DESC) END AS real_turn,
                count(*) FILTER (WHERE source <> 'ESTIMATE') OVER (ORDER BY read_on DESC, revision DESC) AS reals_before
            FROM (
                SELECT r.* FROM billing_reading r
                WHERE r.directorate_id = a.directorate_id AND r.account_no = a.account_no
                    AND r.status = 'ACCEPTED' AND r.read_on < %(read_before)s
                ORDER BY r.read_on DESC, r.revision DESC LIMIT 24
            ) AS latest
        ) AS known WHERE source <> 'FIRST'
    ) AS u
    WHERE a.directorate_id = %(directorate)s AND a.account_no BETWEEN %(first)s AND %(last)s
        AND a.status = 'ACTIVE' AND l.read_on < %(read_from)s
),
unread AS (
    INSERT INTO billing_billrunhold (directorate_id, run_id, account_no, reason, kwh, days, amount, decision)
    SELECT directorate_id, %(run)s, account_no, 'NO_READING', 0, 0, 0, '' FROM wanted
    WHERE kwh IS NULL OR days = 0 OR estimates >= %(cap)s
    ON CONFLICT (directorate_id, run_id, account_no) DO NOTHING
    RETURNING 1
),
estimated AS (
    INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh,
        source, status, code, basis_on, basis_kwh, consumption_kwh, origin, details, recorded_at)
    SELECT directorate_id, account_no, day, 0, serial,
        (basis_kwh + use / multiplier) %% (10 ^ digits)::bigint, 'ESTIMATE', 'ACCEPTED', 17,
        basis_on, basis_kwh, use / multiplier * multiplier, 'run:' || %(run)s::text, '{}', %(now)s
    FROM wanted
    CROSS JOIN LATERAL (SELECT %(read_before)s::date - 1 AS day) AS d
    CROSS JOIN LATERAL (SELECT ((2 * kwh * (day - basis_on) + days) / (2 * days))::bigint AS use) AS e
    WHERE days > 0 AND estimates < %(cap)s AND day > basis_on
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM estimated), (SELECT count(*) FROM unread)
"""
