"""
How the tables written by sets are spread over the workers of a Citus cluster (PostgreSQL extension).

Facts: docs/adr/0060. Every distributed table is placed by `directorate_id`, so that a run of one
directorate works on one worker, and its INSERT … SELECT is pushed down there. What a run only looks
up is copied to every worker (reference tables). Everything else stays on the coordinator and names
accounts and bills by value.

Citus allows no trigger with transition tables on a distributed table, and no trigger that writes
another table. So on a cluster the balance becomes a view over the transfers, and what ends a use or
a class is told by its successor's beginning, which a view computes. What the database no longer
guards there is listed by the command.
"""

from dataclasses import dataclass

REFERENCE = ("billing_tariff", "billing_tariffblock", "billing_tariffuse", "customers_meter")
# In the order of their keys to each other: parents first.
DISTRIBUTED = (
    "customers_premises",
    "customers_account",
    "customers_meterassignment",
    "billing_holderchange",
    "billing_arrears",
    "billing_reading",
    "billing_readingcorrection",
    "billing_classperiod",
    "billing_bookplace",
    "billing_readingroute",
    "billing_routestop",
    "billing_billrun",
    "billing_billrunchunk",
    "billing_billrunhold",
    "billing_bill",
    "billing_billcancellation",
    "billing_billdispute",
    "billing_transfer",
    "billing_lienlist",
    "billing_lienentry",
)
_TRIGGERS = (
    ("billing_keep_balances", "billing_transfer"),
    ("billing_guard_use", "billing_tariffuse"),
    ("billing_hold_use", "billing_tariffuse"),
    ("billing_guard_class", "billing_classperiod"),
    ("billing_hold_class", "billing_classperiod"),
    ("customers_guard_meter", "customers_meter"),
)
LOST_GUARDS = (
    "balances cannot drift any more (they are a view), but each question sums the account's transfers",
    "that only a published tariff comes into force is checked by the service alone",
    "that a meter changes hands by a hand-over only is checked by the service alone",
)


@dataclass(frozen=True)
class Step:
    """A statement, and why."""

    why: str
    sql: str


def steps(database: str) -> list[Step]:
    """Everything that distributes a database, in order."""
    return [
        Step("Row-level security by a setting of the transaction reaches the workers",
             f'ALTER DATABASE "{database}" SET citus.propagate_set_commands = \'local\''),
        Step("Append-only triggers touch their own row only",
             f'ALTER DATABASE "{database}" SET citus.enable_unsafe_triggers = on'),
        Step("The same, for this session", "SET citus.enable_unsafe_triggers = on"),
        Step("Keys to copied tables are made one after the other",
             "SET citus.multi_shard_modify_mode = 'sequential'"),
        *(Step(f"{name} writes other rows", f"DROP TRIGGER IF EXISTS {name} ON {table}")
          for name, table in _TRIGGERS),
        Step("What an account owes follows from its transfers", _BALANCE_TABLE),
        Step("… as a view", _BALANCE_VIEW),
        *(Step(f"{table} is copied to every worker", f"SELECT create_reference_table('{table}')")
          for table in REFERENCE),
        Step(f"{DISTRIBUTED[0]} is placed by directorate",
             f"SELECT create_distributed_table('{DISTRIBUTED[0]}', 'directorate_id')"),
        *(Step(f"{table} lies beside it",
               f"SELECT create_distributed_table('{table}', 'directorate_id', "
               f"colocate_with => '{DISTRIBUTED[0]}')")
          for table in DISTRIBUTED[1:]),
    ]  # fmt: skip


_BALANCE_TABLE = "DROP TABLE billing_balance"
_BALANCE_VIEW = """
CREATE VIEW billing_balance AS
SELECT directorate_id, account_no,
    sum(CASE debit WHEN 'RECEIVABLE' THEN amount ELSE -amount END)::bigint AS owed
FROM billing_transfer WHERE account_no IS NOT NULL GROUP BY directorate_id, account_no
"""
CHECKS = (
    ("the extension is there", "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'"),
    ("the extension is on", "SELECT count(*) FROM pg_extension WHERE extname = 'citus'"),
)
# Key columns of a distributed table must contain the column that places it: asked of the catalogue.
MISPLACED_KEYS = """
SELECT c.conrelid::regclass::text || ': ' || c.conname FROM pg_constraint c
WHERE c.contype IN ('p', 'u', 'x') AND c.conrelid::regclass::text = ANY(%s) AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
    AND a.attname = 'directorate_id')
UNION ALL
SELECT i.indrelid::regclass::text || ': ' || i.indexrelid::regclass::text FROM pg_index i
WHERE i.indisunique AND i.indrelid::regclass::text = ANY(%s) AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    AND a.attname = 'directorate_id')
"""
# Keys from a table that stays behind to one that is spread are not possible.
FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text || ' -> ' || c.confrelid::regclass::text FROM pg_constraint c
WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s)
    AND NOT c.conrelid::regclass::text = ANY(%s)
"""
