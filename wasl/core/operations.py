"""
Operations: automatic work that a published process may name.

A BPMN service task says `wasl:operation="network.check_capacity"`; the app that owns the work
registers it here under that name, so that casework need not know any of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Variables = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class OperationContext:
    """What an operation is told: the case it works for, its variables, and the time."""

    case_id: UUID
    reference: str
    directorate_id: int
    variables: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A registered operation, and the case variables (name → type) that it sets."""

    name: str
    run: Callable[[OperationContext], Variables]
    outputs: Mapping[str, str]


_REGISTERED: dict[str, Operation] = {}


def operation(
    name: str, *, outputs: Mapping[str, str] | None = None
) -> Callable[[Callable[[OperationContext], Variables]], Callable[[OperationContext], Variables]]:
    """Register the function under a dotted name. It must be idempotent: a job may repeat it."""

    def register(
        function: Callable[[OperationContext], Variables],
    ) -> Callable[[OperationContext], Variables]:
        if name in _REGISTERED:
            raise ValueError(f"two operations are called {name}")
        _REGISTERED[name] = Operation(name=name, run=function, outputs=dict(outputs or {}))
        return function

    return register


def get(name: str) -> Operation:
    """The operation of that name. :raises KeyError: when nobody registered it."""
    return _REGISTERED[name]


def names() -> set[str]:
    """The names of all operations."""
    return set(_REGISTERED)
