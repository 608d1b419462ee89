import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wasl.transparency import ed25519, merkle
from wasl.transparency.checkpoints import Checkpoint, require_origin
from wasl.transparency.encoding import NotAccepted, from_base64, to_number
from wasl.transparency.notes import COSIGNATURE, Note, Signature, Signer, VerifierKey, signers

# Printed in c2sp.org/signed-note.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
PRINTED = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()


def signer(name="log.example/1", kind=1, seed=b"\x01" * 32):
    return Signer(name, Ed25519PrivateKey.from_private_bytes(seed), kind)


def test_printed_vector_verifies():
    key = VerifierKey.parse(VKEY)

    assert [k for k, _ in signers(Note.parse(PRINTED), [key])] == [key]
    assert str(key) == VKEY
    assert Note.parse(PRINTED).to_bytes() == PRINTED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"example message", b"exemple message"),
        (b"Uw2QOkn8", b"Uw2QOkn9"),
        (b"message.\n\n", b"message. \n\n"),
    ],
)
def test_printed_vector_altered_is_refused(old, new):
    with pytest.raises(NotAccepted, match="signature of example"):
        signers(Note.parse(PRINTED.replace(old, new)), [VerifierKey.parse(VKEY)])


def test_unknown_keys_are_ignored_and_known_pairs_only_count():
    note = Note.parse(PRINTED)
    key = VerifierKey.parse(VKEY)

    assert signers(note, [VerifierKey("example.com/bar", 1, key.public_key)]) == []
    assert signers(note, [VerifierKey(key.name, COSIGNATURE, key.public_key)]) == []


def test_a_wrong_line_of_a_known_key_spoils_the_note():
    first, second = signer(), signer("other.example", seed=b"\x02" * 32)
    text = "hello\n"
    good = first.sign(text)
    forged = Signature(second.name, second.key.key_id, good.blob)

    with pytest.raises(NotAccepted):
        signers(Note(text, (good, forged)), [first.key, second.key])


def test_the_text_may_hold_blank_lines():
    note = Note.parse("one\n\ntwo\n\n— a.example AAAAAAAA\n".encode())

    assert note.text == "one\n\ntwo\n"
    assert note.signatures[0].name == "a.example"


@pytest.mark.parametrize(
    "raw",
    [
        PRINTED.replace("—".encode(), b"-"),
        PRINTED.replace(b"\n", b"\r\n"),
        PRINTED[:-1],
        PRINTED.replace(b"\n\n", b"\n"),
        PRINTED.replace(b"message", b"mess\x01age"),
        PRINTED.replace(b"message", b"mess\xffage"),
        PRINTED.replace(b"foo Uw2Q", b"foo  Uw2Q"),
        PRINTED.replace(b"aQM=", b"aQN="),
        b"x" * 70_000,
        b"",
    ],
)
def test_malformed_notes_are_refused(raw):
    with pytest.raises(NotAccepted):
        Note.parse(raw)


def test_sixteen_signatures_are_read():
    text = "hello\n"
    keys = [signer(f"k{n}.example", seed=bytes([n]) * 32) for n in range(16)]

    note = Note.parse(Note(text, tuple(key.sign(text) for key in keys)).to_bytes())

    assert len(signers(note, [key.key for key in keys])) == 16


@pytest.mark.parametrize(
    "vkey",
    [
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example.com/foo", "exa mple"),
        VKEY[:-4],
        "example.com/foo+530d903a",
        "",
    ],
)
def test_wrong_verifier_keys_are_refused(vkey):
    with pytest.raises(NotAccepted):
        VerifierKey.parse(vkey)


def test_a_vkey_whose_base64_holds_a_plus_is_read():
    for n in range(1, 200):
        key = signer(seed=bytes([n]) * 32).key
        if "+" in str(key).split("+", 2)[2]:
            assert VerifierKey.parse(str(key)) == key
            return
    pytest.fail("no such key was found")


# --- Ed25519 -------------------------------------------------------------------------------------

_P = 2**255 - 19
_D = (-121665 * pow(121666, -1, _P)) % _P


def _add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = _D * x1 * x2 * y1 * y2 % _P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, _P) % _P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, _P) % _P,
    )


def _x_of(y):
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    root = pow(square, (_P + 3) // 8, _P)
    if root * root % _P != square:
        root = root * pow(2, (_P - 1) // 4, _P) % _P
    return root if root * root % _P == square else None


def _torsion():
    """All eight points of small order, found by clearing the large factor of some curve point."""
    order = 2**252 + 27742317777372353535851937790883648493
    for y in range(2, 100):
        x = _x_of(y)
        if x is None:
            continue
        point, result, n = (x, y), (0, 1), order
        while n:
            if n & 1:
                result = _add(result, point)
            point, n = _add(point, point), n >> 1
        multiples = [(0, 1)]
        for _ in range(7):
            multiples.append(_add(multiples[-1], result))
        if len(set(multiples)) == 8:
            return multiples
    raise AssertionError


def test_points_of_small_order_are_refused():
    for x, y in _torsion():
        raw = (y | (x & 1) << 255).to_bytes(32, "little")
        with pytest.raises(NotAccepted):
            ed25519.require_sound_key(raw)


@pytest.mark.parametrize("number", [_P, _P + 1, 2**255 - 1, _P - 1, 1, 0, 1 | 1 << 255, _P + 5, 2])
def test_non_canonical_and_off_curve_keys_are_refused(number):
    with pytest.raises(NotAccepted):
        ed25519.require_sound_key(number.to_bytes(32, "little"))


def test_rfc_8032_vectors():
    for secret, public, message, signature in (
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ):
        key = signer(seed=bytes.fromhex(secret))
        assert key.key.public_key.hex() == public
        assert key.private_key.sign(bytes.fromhex(message)).hex() == signature
        ed25519.require_sound_key(bytes.fromhex(public))
        assert ed25519.is_signed(
            bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
        )
        assert not ed25519.is_signed(bytes.fromhex(public), b"x", bytes.fromhex(signature))


# --- checkpoints and cosignatures ----------------------------------------------------------------


def test_checkpoint_is_read_and_written():
    text = f"log.example/1\n0\n{base64.b64encode(merkle.EMPTY_ROOT).decode()}\n"

    checkpoint = Checkpoint.parse(text)

    assert checkpoint == Checkpoint("log.example/1", 0, merkle.EMPTY_ROOT)
    assert checkpoint.text == text


@pytest.mark.parametrize(
    "text",
    [
        "log.example\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n٣\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==\n",
        "log.example\n1\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n1\nAAAA\n",
        "log.example\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
        "log.example\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)
def test_malformed_checkpoints_are_refused(text):
    with pytest.raises(NotAccepted):
        Checkpoint.parse(text)


@pytest.mark.parametrize("origin", ["", "https://a.example/log", "a.example/log/", "a b", "a+b"])
def test_unfit_origins_are_refused(origin):
    with pytest.raises(NotAccepted):
        require_origin(origin)


def test_cosignature_binds_time_and_text():
    witness = signer("witness.example/w1", COSIGNATURE, b"\x07" * 32)
    text = Checkpoint("log.example/1", 0, merkle.EMPTY_ROOT).text

    line = witness.cosign(text, 1_679_315_147)

    assert len(line.blob) == 72
    assert line.blob[:8].hex() == "00000000641850cb"
    assert signers(Note(text, (line,)), [witness.key])
    later = Signature(line.name, line.key_id, (1_679_315_148).to_bytes(8, "big") + line.blob[8:])
    for bad in (Note(text, (later,)), Note(text.replace("/1", "/2"), (line,))):
        with pytest.raises(NotAccepted):
            signers(bad, [witness.key])


def test_printed_cosignature_line_is_parsed():
    blob = base64.b64decode("jWbPPwAAAABkGFDL") + b"\x00" * 64
    line = f"— witness.example.com/w1 {base64.b64encode(blob).decode()}"

    parsed = Signature.parse(line)

    assert parsed.key_id.hex() == "8d66cf3f"
    assert int.from_bytes(parsed.blob[:8], "big") == 1_679_315_147


def test_keys_do_only_what_they_are_for():
    with pytest.raises(ValueError, match="cosigns"):
        signer(kind=COSIGNATURE).sign("a\n")
    with pytest.raises(ValueError, match="does not cosign"):
        signer().cosign("a\n", 1)


@pytest.mark.parametrize("text", ["QQ", "QR==", "Q Q=", "QQ==\n", "é", "_-8="])
def test_loose_base64_is_refused(text):
    with pytest.raises(NotAccepted):
        from_base64(text)


@pytest.mark.parametrize("text", ["", "00", "+1", "1 ", "٤", str(2**63), "1e3"])
def test_loose_numbers_are_refused(text):
    with pytest.raises(NotAccepted):
        to_number(text)
