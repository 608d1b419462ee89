"""The arithmetic of a draw against its definition, written out plainly."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from wasl.casework import drawing


@given(
    secret=st.binary(min_size=32, max_size=32),
    length=st.integers(0, 700),
    data=st.data(),
)
def test_a_link_is_the_secret_hashed_as_often_as_is_left(secret, length, data) -> None:
    number = data.draw(st.integers(0, length + 2))
    plain = secret
    for _time in range(length - number):
        plain = hashlib.sha256(plain).digest()

    found = drawing.link(secret, length=length, number=number)

    assert found == plain
    if 0 < number <= length:
        assert drawing.follows(found, drawing.link(secret, length=length, number=number - 1))
