"""
Sealed boxes for several readers: X25519, HKDF-SHA-256, AES-256-GCM. Pure; format 1.

A box is

    "WSB1" | box id (16) | ephemeral public key (32) | commitment (32) | number of readers (1)
    | for each reader: key id (16), wrapped content key (48) | AES-256-GCM(padded content)

The content key is random. HKDF turns it into the key that encrypts and into the commitment: no box
opens to two contents. Each reader's wrapping key comes from X25519 with the ephemeral key. A
context (whose report, which author) and everything before the ciphertext are authenticated, so that
a box put elsewhere, or with another reader list, does not open. Nonces are zero: every key encrypts
once. The content is padded: its length tells a size class only.

static/disclosures/sealed.js is the twin of this module: a test lets each open what the other sealed.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"WSB1"
MOST_READERS = 64
_ID, _KEY, _WRAPPED = 16, 32, 48
_HEAD = len(MAGIC) + _ID + _KEY + _KEY + 1
_SLOT = _ID + _WRAPPED
_NONCE = bytes(12)
_SMALLEST, _STEP = 1024, 64 * 1024
# What each derived key is for, told to HKDF.
_FOR_KEY_ID = b"wasl disclosures key id v1"
_FOR_WRAPPING = b"wasl disclosures wrap v1\n"
_FOR_CONTENT = b"wasl disclosures content v1\n"
_FOR_CONTEXT = b"wasl disclosures box v1\n"
REPORTER, OFFICER = "REPORTER", "OFFICER"


class NotOpened(ValueError):
    """The box is damaged, belongs elsewhere, or is not sealed to this key. One answer for all."""


@dataclass(frozen=True)
class Header:
    """What a sealed box shows to everybody: its number, and for which keys it is."""

    box_id: bytes
    readers: tuple[bytes, ...]  # key ids
    content_bytes: int


def new_private() -> bytes:
    """A fresh private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key of a private one, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_id(public: bytes) -> bytes:
    """Sixteen bytes by which a reader finds their own slot in a box."""
    return hashlib.sha256(_FOR_KEY_ID + b"\n" + public).digest()[:_ID]


def fingerprint(public: bytes) -> str:
    """The key id as people compare it: eight groups of four."""
    text = key_id(public).hex()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def context(reporter_public: bytes, author: str) -> bytes:
    """To what a box belongs: one report, named by its reporter's key, and who wrote the box."""
    if author not in (REPORTER, OFFICER):
        raise ValueError(author)
    return _FOR_CONTEXT + reporter_public + author.encode()


def seal(content: bytes, *, readers: Iterable[bytes], context: bytes) -> bytes:
    """
    This function will seal the content to the readers' public keys.

    :raises ValueError: without readers, or when a public key is unsound (of low order).
    """
    publics = sorted(set(readers))
    if not 0 < len(publics) <= MOST_READERS:
        raise ValueError("a box has between one and sixty-four readers")
    content_key = secrets.token_bytes(_KEY)
    ephemeral = X25519PrivateKey.generate()
    ephemeral_public = ephemeral.public_key().public_bytes_raw()
    encrypting, commitment = _split(content_key, context)
    header = MAGIC + secrets.token_bytes(_ID) + ephemeral_public + commitment
    header += bytes([len(publics)])
    for public in publics:
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
        wrapping = _wrapping_key(shared, ephemeral_public, public, context)
        header += key_id(public) + AESGCM(wrapping).encrypt(_NONCE, content_key, None)
    return header + AESGCM(encrypting).encrypt(_NONCE, pad(content), context + header)


def open_box(box: bytes, *, private: bytes, context: bytes) -> bytes:
    """
    The content of a box.

    :raises NotOpened: when it is not for this key or context, or was changed.
    """
    shown = header_of(box)
    own_public = public_of(private)
    own_id = key_id(own_public)
    if own_id not in shown.readers:
        raise NotOpened
    begin = _HEAD + shown.readers.index(own_id) * _SLOT + _ID
    ephemeral_public = box[20:52]
    end = _HEAD + len(shown.readers) * _SLOT
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(ephemeral_public)
        )
        wrapping = _wrapping_key(shared, ephemeral_public, own_public, context)
        content_key = AESGCM(wrapping).decrypt(_NONCE, box[begin : begin + _WRAPPED], None)
        encrypting, commitment = _split(content_key, context)
        if not hmac.compare_digest(commitment, box[52:84]):
            raise NotOpened
        padded = AESGCM(encrypting).decrypt(_NONCE, box[end:], context + box[:end])
    except (InvalidTag, ValueError) as error:
        raise NotOpened from error
    return unpad(padded)


def header_of(box: bytes) -> Header:
    """What a box shows without any key. :raises NotOpened: when it is no box of this format."""
    if len(box) < _HEAD or box[:4] != MAGIC:
        raise NotOpened
    count = box[_HEAD - 1]
    end = _HEAD + count * _SLOT
    if not 0 < count <= MOST_READERS or len(box) < end + _SMALLEST + 16:
        raise NotOpened
    readers = tuple(box[_HEAD + n * _SLOT : _HEAD + n * _SLOT + _ID] for n in range(count))
    return Header(box_id=box[4:20], readers=readers, content_bytes=len(box) - end - 16)


def digest(box: bytes) -> bytes:
    """The hash of a sealed box, which the public log commits to."""
    return hashlib.sha256(b"wasl disclosures digest v1\n" + box).digest()


def digest_of_all(boxes: Iterable[bytes]) -> bytes:
    """One hash over the boxes of a step, in order."""
    return hashlib.sha256(b"".join(digest(box) for box in boxes)).digest()


def pad(content: bytes) -> bytes:
    """Length (4 bytes), content, zeros: up to the next size class."""
    whole = len(content) + 4
    size = _SMALLEST
    while size < whole and size < _STEP:
        size *= 2
    if size < whole:
        size = -(-whole // _STEP) * _STEP
    return len(content).to_bytes(4) + content + bytes(size - whole)


def unpad(padded: bytes) -> bytes:
    """What `pad` was given. :raises NotOpened: when the length cannot be."""
    length = int.from_bytes(padded[:4])
    if len(padded) < 4 or length > len(padded) - 4:
        raise NotOpened
    return padded[4 : 4 + length]


def prove(*, private: bytes, public: bytes) -> bool:
    """Whether the private key opens a fresh challenge that is sealed to the public one."""
    answer = secrets.token_bytes(_KEY)
    challenge = seal(answer, readers=[public], context=b"wasl disclosures challenge v1\n")
    try:
        found = open_box(challenge, private=private, context=b"wasl disclosures challenge v1\n")
    except NotOpened:
        return False
    return hmac.compare_digest(found, answer)


def _wrapping_key(shared: bytes, ephemeral: bytes, reader: bytes, context: bytes) -> bytes:
    salt = ephemeral + reader
    return HKDF(SHA256(), length=_KEY, salt=salt, info=_FOR_WRAPPING + context).derive(shared)


def _split(content_key: bytes, context: bytes) -> tuple[bytes, bytes]:
    """The key that encrypts the content, and the commitment to it."""
    made = HKDF(SHA256(), length=64, salt=None, info=_FOR_CONTENT + context).derive(content_key)
    return made[:32], made[32:]
