"""References survive the telephone."""

import base64
import contextlib
import hashlib
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wasl.core import references
from wasl.core.arabic import to_eastern_digits


def test_a_fresh_reference_reads_back_however_it_is_typed() -> None:
    for _ in range(200):
        made = references.new_reference()
        assert references.normalise(made) == made
        assert references.normalise(made.lower().replace("-", " ")) == made
        assert references.normalise(to_eastern_digits(made)) == made


def test_no_symbol_looks_like_another() -> None:
    assert not set("0O1IL5SZUQGB") & set(references.ALPHABET)
    assert len(references.ALPHABET) == len(set(references.ALPHABET)) == 23


@given(st.integers(0, 8), st.sampled_from(references.ALPHABET))
def test_one_wrong_symbol_is_found(place: int, symbol: str) -> None:
    made = references.new_reference().replace("-", "")
    assume(made[place] != symbol)

    with pytest.raises(references.UnableToReadReference):
        references.normalise(made[:place] + symbol + made[place + 1 :])


@given(st.integers(0, 7))
def test_two_exchanged_neighbours_are_found(place: int) -> None:
    made = references.new_reference().replace("-", "")
    assume(made[place] != made[place + 1])

    with pytest.raises(references.UnableToReadReference):
        references.normalise(made[:place] + made[place + 1] + made[place] + made[place + 2 :])


@given(st.text(alphabet=string.printable, max_size=30))
def test_nonsense_is_refused_and_never_breaks(text: str) -> None:
    with contextlib.suppress(references.UnableToReadReference):
        assert references.normalise(text).replace("-", "").isalnum()


def test_a_secret_opens_in_any_digits() -> None:
    secret, salt = references.new_secret(), b"0" * 16
    hashed = references.hash_secret(secret, salt=salt)

    assert references.is_secret(to_eastern_digits(secret), salt=salt, hashed=hashed)
    assert not references.is_secret("00000000x", salt=salt, hashed=hashed)


def test_a_stolen_table_is_nothing_without_the_key(settings) -> None:
    secret, salt = references.new_secret(), b"1" * 16
    hashed = references.hash_secret(secret, salt=salt)

    settings.WASL_INDEX_KEY = base64.b64encode(b"another key" * 4).decode()
    assert not references.is_secret(secret, salt=salt, hashed=hashed)


def test_secrets_from_before_the_key_stay_good() -> None:
    secret, salt = references.new_secret(), b"2" * 16
    old = hashlib.scrypt(secret.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)

    assert references.is_secret(secret, salt=salt, hashed=old)
    assert not references.is_secret(references.new_secret(), salt=salt, hashed=old)
