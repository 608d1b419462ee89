"""Who belongs on a list of liens, by the set. Parameters: directorate, on, list."""

from wasl.billing import arrears_sql

PROPOSE = """
INSERT INTO billing_lienentry (directorate_id, list_id, account_no, amount, due_on, left_out)
SELECT a.directorate_id, %(list)s, a.account_no, a.overdue, a.due_on, ''
FROM billing_arrears a
WHERE a.directorate_id = %(directorate)s AND a.stage IN ('LIEN', 'CUT')
    AND NOT EXISTS (SELECT FROM billing_lienentry e WHERE e.directorate_id = a.directorate_id
        AND e.account_no = a.account_no AND e.left_out = '' AND e.released_on IS NULL)
"""
# By the debts of today, not of the night before: who has paid this morning drops off.
REFRESH = f"""
WITH {arrears_sql.OVERDUE.strip()},
now_owed AS (
    SELECT e.account_no, o.amount FROM billing_lienentry e
    LEFT JOIN overdue o ON o.account_no = e.account_no
    WHERE e.directorate_id = %(directorate)s AND e.list_id = %(list)s AND e.left_out = ''
)
UPDATE billing_lienentry e
SET amount = coalesce(n.amount, e.amount), left_out = CASE WHEN n.amount IS NULL THEN 'SETTLED' ELSE '' END
FROM now_owed n
WHERE e.directorate_id = %(directorate)s AND e.list_id = %(list)s AND e.account_no = n.account_no
"""  # noqa: S608 (no value is put in)
RELEASE = f"""
WITH {arrears_sql.OVERDUE.strip()}
UPDATE billing_lienentry e SET released_on = %(on)s
FROM billing_lienlist l
WHERE e.directorate_id = %(directorate)s AND e.left_out = '' AND e.released_on IS NULL
    AND l.directorate_id = e.directorate_id AND l.id = e.list_id AND l.status = 'APPROVED'
    AND e.account_no NOT IN (SELECT account_no FROM overdue)
RETURNING e.account_no, e.list_id, l.number
"""  # noqa: S608 (no value is put in)
LISTED = """
SELECT e.directorate_id, e.account_no, e.account_no AS account, l.number::bigint AS number, e.amount
FROM billing_lienentry e JOIN billing_lienlist l ON l.directorate_id = e.directorate_id AND l.id = e.list_id
WHERE e.directorate_id = %(directorate)s AND e.list_id = %(list)s AND e.left_out = ''
"""
