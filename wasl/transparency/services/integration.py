"""From the outbox into the tree, a batch in one transaction."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from wasl.core import scope
from wasl.directorates.models import Directorate
from wasl.transparency import leaves
from wasl.transparency.leaves import Chain
from wasl.transparency.merkle import EMPTY_ROOT, Frontier
from wasl.transparency.models import Tree

log = logging.getLogger("wasl.transparency")
BATCH = 20_000
# Any fixed number: PostgreSQL keeps advisory locks by number. This one is the log's.
_LOCK = 0x5741534C
Subject = tuple[str, UUID]
Row = tuple[Any, ...]

_TAKE = """
WITH taken AS (
    DELETE FROM transparency_pending
    WHERE position IN (SELECT position FROM transparency_pending ORDER BY position LIMIT %s)
    RETURNING *
)
SELECT event_id, recorded_at, directorate_id, subject_type, subject_id,
    pseudonym, seq, last_hash, kind, actor_role, commitment, public
FROM taken LEFT JOIN transparency_subjectchain USING (subject_type, subject_id)
ORDER BY position
"""
_SAVE_LEAVES = """
COPY transparency_leaf (index, event_id, recorded_at, directorate_id, leaf_hash, entry)
FROM STDIN (FORMAT BINARY)
"""
_NEW_CHAINS = """
CREATE TEMPORARY TABLE new_chains (
    subject_type text, subject_id uuid, pseudonym text, seq integer, last_hash bytea
) ON COMMIT DROP
"""
_COPY_CHAINS = "COPY new_chains FROM STDIN (FORMAT BINARY)"
_SAVE_CHAINS = """
INSERT INTO transparency_subjectchain (subject_type, subject_id, pseudonym, seq, last_hash)
SELECT * FROM new_chains
ON CONFLICT (subject_type, subject_id)
DO UPDATE SET seq = excluded.seq, last_hash = excluded.last_hash
"""


def integrate(*, now: datetime, limit: int = BATCH) -> int:
    """
    This function will give the next events of the outbox their place in the log; how many it took.

    One transaction: either the events are leaves and gone from the outbox, or nothing happened.
    Only one runs at a time; a second one waits. Needs the rights of the tables' owner.
    """
    with transaction.atomic(), scope.within_system(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_TAKE, [limit])
        rows = cursor.fetchall()
        if not rows:
            return 0
        tree = _tree()
        edge = Frontier.from_bytes(tree.size, bytes(tree.frontier))
        chains: dict[Subject, Chain] = {}
        _save_leaves(cursor, rows, chains, edge)
        _save_chains(cursor, chains)
        tree.size, tree.root, tree.frontier = edge.size, edge.root(), edge.to_bytes()
        tree.save()
    return len(rows)


def _tree() -> Tree:
    found = Tree.objects.select_for_update().filter(id=1).first()
    return found or Tree(id=1, size=0, root=EMPTY_ROOT, frontier=b"")


def _save_leaves(
    cursor: Any, rows: Sequence[Row], chains: dict[Subject, Chain], edge: Frontier
) -> None:
    offices = dict(Directorate.objects.values_list("id", "code"))
    with cursor.copy(_SAVE_LEAVES) as copy:
        copy.set_types(["int8", "uuid", "timestamptz", "int4", "bytea", "bytea"])
        for row in rows:
            event_id, recorded_at, directorate_id, *chain_before = row[:8]
            subject = (row[3], row[4])
            chain = chains.get(subject)
            if chain is None:
                chain = chains[subject] = _chain(*chain_before[2:])
            office = offices.get(directorate_id, str(directorate_id))
            entry, hashed = _leaf(row, chain, office)
            copy.write_row((edge.size, event_id, recorded_at, directorate_id, hashed, entry))
            edge.append(hashed)


def _chain(pseudonym: str | None, seq: int | None, last_hash: bytes | None) -> Chain:
    if pseudonym is None:
        return Chain(secrets.token_urlsafe(16))
    return Chain(pseudonym, seq or 0, bytes(last_hash or b""))


def _leaf(row: Row, chain: Chain, office: str) -> tuple[bytes, bytes]:
    kind, actor_role, commitment, public = row[8:]
    known: dict[str, Any] = {
        "kind": kind,
        "recorded_at": row[1],
        "chain": chain,
        "actor_role": actor_role,
        "office": office,
        "commitment": commitment,
    }
    try:
        return leaves.build(public=public, **known)
    except ValueError:
        # One odd event must not stop the log. Its payload is committed to all the same.
        log.exception("The public part of event %s does not fit into a leaf: left out.", row[0])
        return leaves.build(public=leaves.LEFT_OUT, **known)


def _save_chains(cursor: Any, chains: dict[Subject, Chain]) -> None:
    cursor.execute(_NEW_CHAINS)
    with cursor.copy(_COPY_CHAINS) as copy:
        copy.set_types(["text", "uuid", "text", "int4", "bytea"])
        for (kind, subject_id), chain in chains.items():
            copy.write_row((kind, subject_id, chain.pseudonym, chain.seq, chain.last_hash))
    cursor.execute(_SAVE_CHAINS)
    cursor.execute("DROP TABLE new_chains")
