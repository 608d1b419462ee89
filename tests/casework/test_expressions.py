"""Conditions say comparisons and nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.casework import expressions
from wasl.casework.expressions import UnableToReadCondition


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("a == 'X'", {"a": "X"}, True),
        ("a == 'X' or b > 3", {"b": 4}, True),
        ("not (a == 'X') and b <= 3", {"a": "Y", "b": 3}, True),
        ("ok == false", {"ok": False}, True),
        ("a in ['X', 'Y']", {"a": "Y"}, True),
        ("1 < b < 5", {"b": 7}, False),
        ("missing == 'X'", {}, False),
    ],
)
def test_conditions_are_evaluated(text: str, variables: dict, expected: bool) -> None:
    assert expressions.evaluate(text, variables) is expected


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getpid()",
        "a.__class__",
        "a[0]",
        "(lambda: 1)()",
        "[x for x in a]",
        "a + 1 == 2",
        "f'{a}'",
        "a := 1",
        "a if b else c",
        "a is None",
        "x" * 600,
        "(" * 60 + "a" + ")" * 60 + " or " + "not " * 40 + "a",
        "",
        "a ==",
        "b < 3 < 'x' and {1}",
    ],
)
def test_anything_more_is_refused(text: str) -> None:
    with pytest.raises(UnableToReadCondition):
        expressions.parse(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(UnableToReadCondition):
        assert expressions.evaluate(text, {"a": 1}) in {True, False}


def test_names_are_the_variables_only() -> None:
    assert expressions.names("a == true and b in ['c'] or not d") == {"a", "b", "d"}
