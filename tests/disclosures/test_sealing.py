"""Boxes, receipts and key files: the parts against published vectors, the whole by properties."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.disclosures import keyfiles, receipts, sealing
from wasl.disclosures.contents import FILE, Content
from wasl.disclosures.sealing import OFFICER, REPORTER, NotOpened

COST = receipts.MEMORY_KIB  # as it is when nobody makes it cheap
PRIVATE = sealing.new_private()
PUBLIC = sealing.public_of(PRIVATE)
OTHER = sealing.new_private()
HERE = sealing.context(PUBLIC, REPORTER)


def test_x25519_is_that_of_rfc_7748_section_6_1() -> None:
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    bob = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"

    of_alice, of_bob = sealing.public_of(alice), sealing.public_of(bob)

    assert of_alice.hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    assert of_bob.hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    key = X25519PrivateKey.from_private_bytes(alice)
    assert key.exchange(X25519PublicKey.from_public_bytes(of_bob)).hex() == shared


def test_hkdf_is_that_of_rfc_5869_case_1() -> None:
    made = HKDF(SHA256(), length=42, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA))).derive(
        b"\x0b" * 22
    )

    assert made.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


@given(content=st.binary(max_size=5000), others=st.integers(0, 5))
@settings(max_examples=40)
def test_every_reader_opens_what_was_sealed_and_nobody_else(content: bytes, others: int) -> None:
    private = [PRIVATE, *(sealing.new_private() for _n in range(others))]
    box = sealing.seal(content, readers=map(sealing.public_of, private), context=HERE)

    assert all(sealing.open_box(box, private=key, context=HERE) == content for key in private)
    assert len(sealing.header_of(box).readers) == others + 1
    with pytest.raises(NotOpened):
        sealing.open_box(box, private=OTHER, context=HERE)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_bit_anywhere_is_noticed(place: int, bit: int) -> None:
    box = bytearray(sealing.seal("سر".encode(), readers=[PUBLIC], context=HERE))
    place %= len(box)
    box[place] ^= 1 << bit

    with pytest.raises(NotOpened):
        sealing.open_box(bytes(box), private=PRIVATE, context=HERE)


@given(junk=st.binary(max_size=4000))
def test_junk_is_no_box(junk: bytes) -> None:
    for raw in (junk, sealing.MAGIC + junk):
        with pytest.raises(NotOpened):
            sealing.open_box(raw, private=PRIVATE, context=HERE)


def test_a_box_opens_only_where_it_belongs() -> None:
    box = sealing.seal(b"words", readers=[PUBLIC], context=HERE)

    for elsewhere in (
        sealing.context(PUBLIC, OFFICER),
        sealing.context(sealing.public_of(OTHER), REPORTER),
    ):
        with pytest.raises(NotOpened):
            sealing.open_box(box, private=PRIVATE, context=elsewhere)


def test_a_slot_cannot_be_given_to_somebody_else() -> None:
    """Who swaps the reader list, or takes a reader out, has a box that opens for nobody."""
    box = sealing.seal(b"w", readers=[PUBLIC, sealing.public_of(OTHER)], context=HERE)
    head = sealing._HEAD
    without = box[: head - 1] + b"\x01" + box[head : head + 64] + box[head + 128 :]

    for key in (PRIVATE, OTHER):
        with pytest.raises(NotOpened):
            sealing.open_box(without, private=key, context=HERE)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31)])
def test_keys_of_low_order_are_refused(point: bytes) -> None:
    with pytest.raises(ValueError, match="shared"):
        sealing.seal(b"", readers=[point], context=HERE)
    with pytest.raises(ValueError, match="shared"):
        keyfiles.public_from(keyfiles.public_text(point))


@given(length=st.integers(0, 300_000))
@settings(max_examples=30)
def test_a_size_tells_a_class_only(length: int) -> None:
    padded = sealing.pad(bytes(length))

    assert sealing.unpad(padded) == bytes(length)
    assert len(padded) in {1024 * 2**n for n in range(7)} or len(padded) % 65536 == 0


def test_two_boxes_of_the_same_words_have_nothing_in_common() -> None:
    one, two = (sealing.seal(b"same", readers=[PUBLIC], context=HERE) for _n in range(2))

    assert one[4:84] != two[4:84]
    assert one[-64:] != two[-64:]
    assert sealing.digest(one) != sealing.digest(two)


def test_who_has_the_key_proves_it_and_who_has_not_does_not() -> None:
    assert sealing.prove(private=PRIVATE, public=PUBLIC)
    assert not sealing.prove(private=OTHER, public=PUBLIC)


@given(digits=st.text("0123456789", min_size=16, max_size=16))
@settings(max_examples=50)
def test_a_receipt_is_read_in_three_scripts_and_any_grouping(digits: str) -> None:
    arabic = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    persian = digits.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    grouped = receipts.grouped(digits)

    for typed in (digits, grouped, arabic, persian, f"  {grouped.replace('-', ' ')}\u200f", arabic):
        assert receipts.parse(typed) == digits


@pytest.mark.parametrize("typed", ["", "123", "1" * 15, "1" * 17, "1" * 15 + "x", "²" * 16])
def test_what_is_no_receipt_is_refused(typed: str) -> None:
    with pytest.raises(receipts.UnableToReadReceipt):
        receipts.parse(typed)


def test_a_receipt_gives_its_key_with_this_sites_salt_only(monkeypatch) -> None:
    monkeypatch.setattr(receipts, "MEMORY_KIB", COST)
    assert COST >= 64 * 1024  # what a guess must cost
    key = receipts.private_key("1234567812345678", b"a" * 32)

    monkeypatch.setattr(receipts, "MEMORY_KIB", 1024)
    cheap = receipts.private_key("1234567812345678", b"a" * 32)
    assert key != cheap
    assert cheap == receipts.private_key("1234567812345678", b"a" * 32)
    assert cheap != receipts.private_key("1234567812345679", b"a" * 32)
    assert cheap != receipts.private_key("1234567812345678", b"b" * 32)


def test_receipts_are_drawn_from_all_of_them() -> None:
    drawn = {receipts.new() for _n in range(2000)}

    assert len(drawn) == 2000
    assert {len(each) for each in drawn} == {16}
    assert {each[0] for each in drawn} == set("0123456789")


def test_a_key_file_opens_with_its_passphrase_only(tmp_path) -> None:
    text, public = keyfiles.make("river palm stone", iterations=keyfiles.FEWEST_ITERATIONS)

    assert sealing.public_of(keyfiles.unlock(text, "river palm stone")) == public
    with pytest.raises(keyfiles.NotUnlocked):
        keyfiles.unlock(text, "river palm stones")
    changed = json.loads(text)
    changed["public"] = keyfiles.public_text(sealing.public_of(OTHER))
    with pytest.raises(keyfiles.NotUnlocked):
        keyfiles.unlock(json.dumps(changed), "river palm stone")
    changed = json.loads(text)
    changed["kdf"]["iterations"] = 1
    for wrong in (json.dumps(changed), "{}", "[]", "no"):
        with pytest.raises(keyfiles.NotUnlocked):
            keyfiles.unlock(wrong, "river palm stone")
    with pytest.raises(ValueError, match="fewer"):
        keyfiles.make("short")
    keyfiles.write_new(tmp_path / "key.json", text)
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        keyfiles.write_new(tmp_path / "key.json", text)


@given(words=st.text(max_size=200), data=st.binary(max_size=200))
@settings(max_examples=50)
def test_content_survives_its_box(words: str, data: bytes) -> None:
    content = Content(
        type=FILE, words=words, answers={"kind": "BRIBERY"}, content_type="image/jpeg", data=data
    )

    assert Content.parse(content.to_bytes()) == content
