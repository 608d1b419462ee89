"""Statements of banks: every version, batches, reversals, fractions; and what is refused."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from wasl.payments.bank import camt, schemas
from wasl.payments.sandbox import bank
from wasl.payments.sandbox.bank import Booking, message

DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def made(*bookings: Booking, **values) -> bytes:
    return message(bookings, day=DAY, number="M1", **values)


@pytest.mark.parametrize("version", schemas.versions())
def test_each_version_is_read_alike(version: str) -> None:
    content = made(
        Booking(amount="15000.000", reference="B-1", end_to_end_id="E-1", text="bill"),
        Booking(amount="-2000", reference="B-2", status="PDNG"),
        Booking(
            amount="500", reference="B-3",
            parts=[Booking(amount="200.0", reference="B-3a"), Booking(amount="300", reference="B-3b")],
        ),
        version=version,
    )  # fmt: skip

    (found,) = camt.read(content)

    assert found.format == version
    assert found.account == bank.IBAN
    assert [(m.amount, m.status, m.entry_reference, m.of) for m in found.movements] == [
        (15_000, "BOOK", "B-1", 1),
        (-2_000, "PDNG", "B-2", 1),
        (200, "BOOK", "B-3", 2),
        (300, "BOOK", "B-3", 2),
    ]
    assert found.movements[0].end_to_end_id == "E-1"
    assert found.movements[1].end_to_end_id == ""
    assert [m.own_reference for m in found.movements] == ["", "", "B-3a", "B-3b"]
    assert {m.booked_on for m in found.movements} == {DAY}


def test_a_fraction_makes_no_amount() -> None:
    (found,) = camt.read(made(Booking(amount="15000.250", reference="B")))

    assert found.movements[0].amount is None
    assert found.movements[0].amount_text == "15000.250"


def test_a_reversal_says_so() -> None:
    (found,) = camt.read(made(Booking(amount="-700", reference="B", is_reversal=True)))

    assert found.movements[0].is_reversal
    assert found.movements[0].amount == -700


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=6), st.integers(-3, 3))
def test_a_batch_is_its_transactions(amounts: list[int], off: int) -> None:
    parts = [Booking(amount=f"{a}.000", reference=f"p{n}") for n, a in enumerate(amounts)]
    content = made(Booking(amount=str(sum(amounts) + off), reference="B", parts=parts))

    if off and sum(amounts) + off > 0:
        with pytest.raises(camt.UnableToReadStatement, match="sum up"):
            camt.read(content)
    elif not off:
        (found,) = camt.read(content)
        assert [m.amount for m in found.movements] == amounts


def test_balances_lead_to_each_other() -> None:
    good = made(Booking(amount="700", reference="B"), opening=1000, closing=1700)
    wrong = made(Booking(amount="700", reference="B"), opening=1000, closing=1701)

    (found,) = camt.read(good)
    assert (found.opening, found.closing) == (1000, 1700)
    with pytest.raises(camt.UnableToReadStatement, match="opening"):
        camt.read(wrong)


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><x>&b;</x></Document>"""
FILE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&a;</BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no xml", b"<a/>", BOMB, FILE, b"\x00\x01",
        made(Booking(amount="1")).replace(b"camt.053.001.08", b"camt.053.001.99"),
        made(Booking(amount="1")).replace(b"camt.053.001.08", b"pain.001.001.08"),
        made(Booking(amount="1")).replace(b"<CdtDbtInd>CRDT</CdtDbtInd>", b""),
        made(Booking(amount="1")).replace(b"<GrpHdr>", b"<GrpHdr><Evil/>"),
        made(Booking(amount="1"), currency="USD"),
        made(Booking(amount="12")).replace(b">12<", b">12,5<"),
        made(Booking(amount="1"))[:-40],
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_refused(content: bytes) -> None:
    with pytest.raises(camt.UnableToReadStatement):
        camt.read(content)


def test_the_stand_in_keeps_to_the_schemas() -> None:
    for version in schemas.versions():
        content = made(
            Booking(amount="5.000", reference="a", structured="RF18 0100", text="x & y"),
            version=version,
        )
        schemas.schema(version).assertValid(etree.fromstring(content))
