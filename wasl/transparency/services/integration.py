"""From the outbox into the tree, a batch in one transaction."""

import json
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
from wasl.transparency.encoding import NotAccepted
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
SELECT event_id, recorded_at, directorate_id, kind, subject_type, subject_id, actor_role,
    commitment, public
FROM taken ORDER BY position
"""
_CHAINS = """
SELECT c.subject_type, c.subject_id, c.pseudonym, c.seq, c.last_hash
FROM transparency_subjectchain c
JOIN unnest(%s::text[], %s::uuid[]) AS wanted (subject_type, subject_id)
    USING (subject_type, subject_id)
"""
_SAVE_CHAINS = """
INSERT INTO transparency_subjectchain (subject_type, subject_id, pseudonym, seq, last_hash)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::integer[], %s::bytea[])
ON CONFLICT (subject_type, subject_id)
DO UPDATE SET seq = excluded.seq, last_hash = excluded.last_hash
"""
_SAVE_LEAVES = """
COPY transparency_leaf (index, event_id, recorded_at, directorate_id, leaf_hash, entry)
FROM STDIN (FORMAT BINARY)
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
        chains = _chains(cursor, {(row[4], row[5]) for row in rows})
        edge = Frontier.from_bytes(tree.size, bytes(tree.frontier))
        _save_leaves(cursor, rows, chains, edge, _offices())
        _save_chains(cursor, chains)
        tree.size, tree.root, tree.frontier = edge.size, edge.root(), edge.to_bytes()
        tree.save()
    return len(rows)


def _tree() -> Tree:
    found = Tree.objects.select_for_update().filter(id=1).first()
    return found or Tree(id=1, size=0, root=EMPTY_ROOT, frontier=b"")


def _offices() -> dict[int, str]:
    return dict(Directorate.objects.values_list("id", "code"))


def _chains(cursor: Any, subjects: set[Subject]) -> dict[Subject, Chain]:
    types, ids = _columns(list(subjects))
    cursor.execute(_CHAINS, [types, ids])
    found = {
        (kind, subject_id): Chain(pseudonym, seq, bytes(last_hash))
        for kind, subject_id, pseudonym, seq, last_hash in cursor.fetchall()
    }
    for subject in subjects - found.keys():
        found[subject] = Chain(secrets.token_urlsafe(16))
    return found


def _columns(subjects: Sequence[Subject]) -> tuple[list[str], list[UUID]]:
    return [kind for kind, _id in subjects], [subject_id for _kind, subject_id in subjects]


def _save_leaves(
    cursor: Any,
    rows: Sequence[Row],
    chains: dict[Subject, Chain],
    edge: Frontier,
    offices: dict[int, str],
) -> None:
    with cursor.copy(_SAVE_LEAVES) as copy:
        copy.set_types(["int8", "uuid", "timestamptz", "int4", "bytea", "bytea"])
        for row in rows:
            event_id, recorded_at, directorate_id = row[:3]
            entry, hashed = _leaf(row, chains[row[4], row[5]], offices)
            copy.write_row((edge.size, event_id, recorded_at, directorate_id, hashed, entry))
            edge.append(hashed)


def _leaf(row: Row, chain: Chain, offices: dict[int, str]) -> tuple[bytes, bytes]:
    event_id, recorded_at, directorate_id, kind, _type, _subject, role, commitment, public = row
    known: dict[str, Any] = {
        "kind": kind,
        "recorded_at": recorded_at,
        "chain": chain,
        "actor_role": role,
        "office": offices.get(directorate_id, str(directorate_id)),
        "commitment": bytes(commitment),
    }
    try:
        return leaves.build(
            public=json.loads(public) if isinstance(public, str) else public, **known
        )
    except (NotAccepted, ValueError):
        # One odd event must not stop the log. Its payload is committed to all the same.
        log.exception(
            "The public part of event %s does not fit into a leaf; it is left out.", event_id
        )
        return leaves.build(public={"left_out": True}, **known)


def _save_chains(cursor: Any, chains: dict[Subject, Chain]) -> None:
    types, ids = _columns(list(chains))
    cursor.execute(
        _SAVE_CHAINS,
        [
            types,
            ids,
            [chain.pseudonym for chain in chains.values()],
            [chain.seq for chain in chains.values()],
            [chain.last_hash for chain in chains.values()],
        ],
    )
