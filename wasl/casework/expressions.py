"""
The restricted language of process conditions: comparisons and boolean words over case variables.

    review_outcome == 'ACCEPT' and (load_kw <= 25 or capacity_fits)

Nothing else is understood: no calls, no attributes, no arithmetic. No Python from a file ever runs
(docs/adr/0031). The same parser serves the linter and the engine.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable

MAX_LENGTH = 500
MAX_DEPTH = 12

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_WORDS = {"true": True, "false": False}


class UnableToReadCondition(Unable):
    """The condition uses more than comparisons, and/or/not, and declared variables."""

    code = "UNREADABLE_CONDITION"
    message = _("The condition “%(text)s” is not understood: %(why)s")


@lru_cache(maxsize=2048)
def parse(text: str) -> ast.expr:
    """
    The checked syntax tree of a condition.

    :raises UnableToReadCondition: when it is too long, too deep, or says more than it may.
    """
    if len(text) > MAX_LENGTH:
        raise UnableToReadCondition(text=text[:40] + "…", why="too long")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnableToReadCondition(text=text, why="syntax") from None
    _check(tree, text, MAX_DEPTH)
    return tree


def _check(node: ast.AST, text: str, depth: int) -> None:
    if depth == 0:
        raise UnableToReadCondition(text=text, why="too deep")
    allowed_literal = isinstance(node, ast.Constant) and isinstance(
        node.value, bool | int | float | str
    )
    if isinstance(node, ast.Name) or allowed_literal:
        return
    for child in _parts(node, text):
        _check(child, text, depth - 1)


def _parts(node: ast.AST, text: str) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts
    raise UnableToReadCondition(text=text, why=type(node).__name__)


def names(text: str) -> set[str]:
    """The variables that a condition asks for."""
    tree = parse(text)
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id not in _WORDS}


def compared(text: str) -> set[tuple[str, str]]:
    """The words that variables are compared with: (variable, word)."""
    found = set()
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            told = [part for side in sides for part in ast.walk(side)]
            asked = [part.id for part in told if isinstance(part, ast.Name)]
            words = [str(part.value) for part in told if isinstance(part, ast.Constant)]
            found |= {(name, word) for name in asked for word in words}
    return found


def evaluate(text: str, variables: Mapping[str, Any]) -> bool:
    """
    Whether the condition holds. A variable that is not set yet equals nothing and is false.

    :raises UnableToReadCondition: when the text is no condition, or compares what has no order.
    """
    try:
        return bool(_value(parse(text), variables))
    except TypeError:
        raise UnableToReadCondition(text=text, why="types") from None


def _value(node: ast.expr, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _WORDS[node.id] if node.id in _WORDS else variables.get(node.id)
    if isinstance(node, ast.BoolOp):
        values = (_value(part, variables) for part in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)
    if isinstance(node, ast.UnaryOp):
        return not _value(node.operand, variables)
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(part, variables) for part in node.elts]
    assert isinstance(node, ast.Compare)  # noqa: S101 - parse() lets nothing else through
    left = _value(node.left, variables)
    for compare, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, variables)
        if not _COMPARE[type(compare)](left, right):
            return False
        left = right
    return True
