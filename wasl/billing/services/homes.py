"""What the citizen's pages compare with, kept as aggregates; and since when an account is whose."""

from datetime import datetime

from django.db import connection

from wasl.billing.models import FEWEST_HOMES, HolderChange

# One statement for a period of a directorate; corrected bills count as corrected.
_COMPARE = """
INSERT INTO billing_similaruse
    (directorate_id, period, district_code, tariff_class, phases, homes, median_wh_a_day)
SELECT b.directorate_id, b.period, p.district_code, b.tariff_class, a.phases, count(*),
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY b.kwh * 1000.0 / b.days))::bigint
FROM billing_bill b
JOIN customers_account a ON a.directorate_id = b.directorate_id AND a.account_no = b.account_no
JOIN customers_premises p ON p.directorate_id = a.directorate_id AND p.id = a.premises_id
WHERE b.directorate_id = %(directorate)s AND b.period = %(period)s AND NOT EXISTS (
    SELECT FROM billing_billcancellation c WHERE c.directorate_id = b.directorate_id
    AND c.account_no = b.account_no AND c.period = b.period AND c.revision = b.revision)
GROUP BY b.directorate_id, b.period, p.district_code, b.tariff_class, a.phases
HAVING count(*) >= %(fewest)s
ON CONFLICT (directorate_id, period, district_code, tariff_class, phases)
DO UPDATE SET homes = excluded.homes, median_wh_a_day = excluded.median_wh_a_day
"""


def compare_homes(*, directorate_id: int, period: str) -> int:
    """
    This function will keep the median use of similar homes in a period; the number of groups.

    Set-based, and idempotent. Groups of fewer than twenty homes are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COMPARE, {"directorate": directorate_id, "period": period, "fewest": FEWEST_HOMES}
        )
        return int(cursor.rowcount)


def note_holder_change(*, directorate_id: int, account_no: str, changed_at: datetime) -> None:
    """This function will note that an account is in another name from a moment on. Idempotent."""
    HolderChange.objects.get_or_create(
        directorate_id=directorate_id, account_no=account_no, changed_at=changed_at
    )
