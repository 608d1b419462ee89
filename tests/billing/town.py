"""Many accounts with meters and readings, written straight into the tables."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from django.db import connection

from wasl.customers import account_numbers

OPENED = date(2026, 1, 1)
_TOWN = """
WITH numbered AS (
    SELECT n, %(numbers)s::text[] AS numbers FROM generate_series(1, %(count)s) AS n
), place AS (
    INSERT INTO customers_premises (directorate_id, id, district_code, mahalla, zuqaq, dar, landmark,
        kind, lat, lon)
    SELECT %(directorate)s, md5('premises' || %(directorate)s || numbers[n])::uuid, 'X', n::text, '1', '1',
        '', 'HOME', 33.3, 44.3 FROM numbered
), account AS (
    INSERT INTO customers_account (directorate_id, account_no, holder_id, premises_id, tariff_class, phases, load_kw,
        status, opened_by_case, opened_at)
    SELECT %(directorate)s, numbers[n], md5('holder' || n)::uuid,
        md5('premises' || %(directorate)s || numbers[n])::uuid,
        'RESIDENTIAL', 1, 5, 'ACTIVE', gen_random_uuid(), %(opened)s FROM numbered
), meter AS (
    INSERT INTO customers_meter (directorate_id, serial, phases, digits, multiplier, delivery_no, received_at,
        custody_sequence, custodian, held_by)
    SELECT %(directorate)s, 'T' || numbers[n], 1, 6, 1, 'D', %(opened)s, 0, 'SUPPLIER', '' FROM numbered
), assignment AS (
    INSERT INTO customers_meterassignment (directorate_id, serial, account_no, valid_from,
        case_id, seal_no, first_reading_kwh)
    SELECT %(directorate)s, 'T' || numbers[n], numbers[n], %(opened)s, gen_random_uuid(), '', 0 FROM numbered
)
INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh, source, status,
    code, origin, details, recorded_at)
SELECT %(directorate)s, numbers[n], %(first_read)s, 0, 'T' || numbers[n], 0, 'FIRST', 'ACCEPTED',
    0, '', '{}', %(opened)s FROM numbered
"""


def build(count: int, *, directorate_id: int = 1, first_read: date = OPENED) -> list[str]:
    """Accounts with a meter each, all read as 0 on the first day; their numbers."""
    numbers = [account_numbers.number(directorate_id, 900_000 + n) for n in range(count)]
    values = {
        "numbers": numbers,
        "count": count,
        "directorate": directorate_id,
        "opened": datetime(first_read.year, first_read.month, first_read.day, tzinfo=UTC),
        "first_read": first_read,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TOWN, values)
    return sorted(numbers)


_READ = """
INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh, source, status,
    code, basis_on, basis_kwh, consumption_kwh, origin, details, taken_by, recorded_at)
SELECT %(directorate)s, %(account)s, %(on)s, 0, 'T' || %(account)s, l.register_kwh + %(kwh)s, 'READER', 'ACCEPTED', 0,
    l.read_on, l.register_kwh, %(kwh)s, '', '{}', %(reader)s, now()
FROM billing_reading l WHERE l.directorate_id = %(directorate)s AND l.account_no = %(account)s
    AND l.source <> 'ESTIMATE' AND l.status = 'ACCEPTED' AND l.read_on < %(on)s
ORDER BY l.read_on DESC LIMIT 1
"""


def read(
    account_no: str, on: date, kwh: int, *, directorate_id: int = 1, reader: UUID | None = None
) -> None:
    """A real reading, so much more than the last real one."""
    values = {
        "directorate": directorate_id,
        "account": account_no,
        "on": on,
        "kwh": kwh,
        "reader": reader or uuid4(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        assert cursor.rowcount == 1
