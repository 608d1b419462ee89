"""
The audit of readings, as one SQL definition for a single reading and for a million.

It takes a relation `given` with the columns

    item, directorate_id, account_no, serial, read_on, register_kwh, source, mark, taken_by

(`item` orders; `mark` is CLOSED, FAULTY or empty; every value already of its type, or null) and
gives CTEs that end in `audited`: one row for each item with `code` (models.ReadingCode), `status`,
`basis_on`, `basis_kwh`, `consumption_kwh`, `real_serial` and `revision`.

Parameters: today, impossible, high (kWh a day), band_pct, and is_correction: then later readings may
stand already, as the ones that rest on a corrected one are audited anew after it. The list of codes
is a public model of reading audit, not official. Three faults of that model are not repeated: the
register's size is a power of ten by the meter's own digits; days are compared with their sign, so
that a reading before the last one is found; and a register that went round must have been near its
end, and is weighed like any other use. A real reading below an estimate is no rollover: it is
compared with the last real one.
"""

AUDITED = """
known AS (
    SELECT g.*, a.tariff_class, a.opened_at, s.serial AS real_serial, m.digits, m.multiplier,
        s.valid_from AS assigned_at
    FROM given g
    LEFT JOIN customers_account a ON a.directorate_id = g.directorate_id AND a.account_no = g.account_no
    LEFT JOIN LATERAL (
        SELECT * FROM customers_meterassignment s
        WHERE s.directorate_id = g.directorate_id AND s.account_no = g.account_no
            AND (g.serial = '' OR s.serial = g.serial)
            AND (s.valid_from AT TIME ZONE 'Asia/Baghdad')::date <= coalesce(g.read_on, 'infinity')
            AND (s.valid_to IS NULL OR (s.valid_to AT TIME ZONE 'Asia/Baghdad')::date >= g.read_on)
        ORDER BY s.valid_from DESC LIMIT 1
    ) AS s ON true
    LEFT JOIN customers_meter m ON m.directorate_id = s.directorate_id AND m.serial = s.serial
),
based AS (
    SELECT k.*, b.read_on AS basis_on, b.register_kwh AS basis_kwh, l.latest_on, t.same_on,
        t.same_value, t.next_revision,
        row_number() OVER (PARTITION BY k.directorate_id, k.account_no, k.read_on ORDER BY k.item) AS turn
    FROM known k
    LEFT JOIN LATERAL (
        SELECT r.read_on, r.register_kwh FROM billing_reading r
        WHERE r.directorate_id = k.directorate_id AND r.account_no = k.account_no
            AND r.serial = k.real_serial AND r.status = 'ACCEPTED' AND r.source <> 'ESTIMATE'
            AND r.read_on < k.read_on
        ORDER BY r.read_on DESC, r.revision DESC LIMIT 1
    ) AS b ON true
    LEFT JOIN LATERAL (
        SELECT max(r.read_on) AS latest_on FROM billing_reading r
        WHERE r.directorate_id = k.directorate_id AND r.account_no = k.account_no
            AND r.serial = k.real_serial AND r.status = 'ACCEPTED' AND r.source <> 'ESTIMATE'
    ) AS l ON true
    LEFT JOIN LATERAL (
        SELECT bool_or(is_real AND r.status = 'ACCEPTED') AS same_on,
            bool_or(is_real AND r.status IN ('ACCEPTED', 'HELD') AND r.register_kwh = k.register_kwh) AS same_value,
            coalesce(max(r.revision) + 1, 0) AS next_revision
        FROM billing_reading r
        CROSS JOIN LATERAL (SELECT r.source <> 'ESTIMATE' AND r.serial = k.real_serial AS is_real) AS i
        WHERE r.directorate_id = k.directorate_id AND r.account_no = k.account_no AND r.read_on = k.read_on
    ) AS t ON true
),
used AS (
    SELECT *, read_on - basis_on AS days, register_kwh < basis_kwh AS is_round,
        (register_kwh - basis_kwh + CASE WHEN register_kwh < basis_kwh THEN (10 ^ digits)::bigint ELSE 0 END)
            * multiplier AS consumption_kwh
    FROM based
),
coded AS (
    SELECT *, CASE
        WHEN tariff_class IS NULL OR real_serial IS NULL AND read_on IS NOT NULL THEN 16
        WHEN read_on IS NULL THEN 12
        WHEN read_on > %(today)s THEN 13
        WHEN read_on < (opened_at AT TIME ZONE 'Asia/Baghdad')::date THEN 4
        WHEN mark = 'CLOSED' THEN 5
        WHEN mark = 'FAULTY' THEN 15
        WHEN register_kwh IS NULL THEN 1
        WHEN register_kwh < 0 OR register_kwh >= (10 ^ digits)::bigint THEN 2
        WHEN turn > 1 OR same_value THEN 11
        WHEN same_on THEN 3
        WHEN latest_on > read_on AND NOT %(is_correction)s OR basis_on IS NULL THEN 14
        WHEN is_round AND basis_kwh * 100 < (10 ^ digits)::bigint * %(band_pct)s THEN 2
        WHEN consumption_kwh > %(impossible)s::bigint * days THEN 6
        WHEN tariff_class = 'RESIDENTIAL' AND consumption_kwh > %(high)s::bigint * days THEN 7
        WHEN is_round THEN 8
        ELSE 0 END AS code
    FROM used
),
audited AS (
    SELECT *, next_revision + turn - 1 AS revision,
        CASE
            WHEN code IN (0, 8) THEN 'ACCEPTED'
            WHEN code IN (3, 4, 11, 12, 13, 16) THEN 'REJECTED'
            ELSE 'HELD' END AS status
    FROM coded
)
"""

# Rows that can stand in the table; the others are only reported. Further parameters: origin, now.
KEEP = """
INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh, source,
    status, code, basis_on, basis_kwh, consumption_kwh, origin, details, taken_by, recorded_at)
SELECT directorate_id, account_no, read_on, revision, real_serial, register_kwh, source, status, code,
    basis_on, basis_kwh, CASE WHEN status = 'REJECTED' THEN NULL ELSE consumption_kwh END,
    %(origin)s, details, taken_by, %(now)s
FROM audited WHERE status <> 'REJECTED' AND (register_kwh IS NULL OR register_kwh BETWEEN 0 AND 9999999999)
"""
