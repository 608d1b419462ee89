"""What an event's commitment covers, as canonical JSON. Pure: the verifiers compute the same."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def canonical(value: Any) -> bytes:
    """
    Canonical JSON (RFC 8785) of text, whole numbers, booleans, lists and objects with ASCII keys.

    For those Python's encoder with sorted keys and no spaces gives the same bytes as RFC 8785;
    fractions never enter a payload (kind schemas know no such type).
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def payload(
    *,
    event_id: UUID,
    kind: str,
    subject: tuple[str, UUID],
    actor_kind: str,
    actor_role: str,
    directorate_id: int,
    recorded_at: datetime,
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """The committed content of an event. Who acted is given by kind and role, never by person."""
    return {
        "event": str(event_id),
        "kind": kind,
        "subject": f"{subject[0]}:{subject[1]}",
        "actor": actor_kind,
        "role": actor_role,
        "directorate": str(directorate_id),
        "at": recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": dict(data),
    }


def commit(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """SHA-256(salt || canonical JSON): 32 bytes."""
    return hashlib.sha256(salt + canonical(content)).digest()
