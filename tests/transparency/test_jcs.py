import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from wasl.transparency import jcs

ascii_keys = st.text(st.characters(max_codepoint=127), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
leaf_values = st.recursive(
    st.none() | st.booleans() | whole | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_keys, inner, max_size=4),
    max_leaves=20,
)


@given(leaf_values)
def test_fast_path_gives_the_bytes_of_rfc_8785(value):
    assert jcs.is_plain(value)
    assert jcs.canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_other_values_go_to_the_full_encoder(value):
    assert jcs.canonical(value) == rfc8785.dumps(value)


def test_keys_are_sorted_by_utf16_units():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    text = jcs.canonical(dict.fromkeys(keys, 0)).decode()

    order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    positions = [text.index("\\r" if key == "\r" else f'"{key}"') for key in order]
    assert positions == sorted(positions)


def test_arabic_stays_literal_and_controls_are_escaped():
    assert jcs.canonical({"a": "وصل\u0007\n/"}) == '{"a":"وصل\\u0007\\n/"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 2}])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011  several libraries' own subclasses
        jcs.canonical(value)


@pytest.mark.parametrize("value", [1.5, [1, {"a": [2.0]}], {"a": {"b": 0.1}}])
def test_fractions_are_found_anywhere(value):
    assert jcs.has_fraction(value)
    assert not jcs.has_fraction({"a": [1, "1.5", True, None]})
