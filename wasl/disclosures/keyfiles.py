"""
A recipient's key file: the private key under a passphrase, as JSON that command and browser read.

Not PKCS 8: what OpenSSL writes there, a browser cannot open without an ASN.1 reader of its own, and
its standard number of rounds is of another time. PBKDF2 is the one derivation that browsers have.
"""

import base64
import binascii
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wasl.disclosures import sealing

FORMAT = "wasl-disclosures-key/1"
ITERATIONS = 600_000
FEWEST_ITERATIONS, MOST_ITERATIONS = 100_000, 10_000_000
SHORTEST_PASSPHRASE = 12


class NotUnlocked(ValueError):
    """The file is no key file, or the passphrase is wrong. The text is for the person at hand."""


def make(passphrase: str, *, iterations: int = ITERATIONS) -> tuple[str, bytes]:
    """
    This function will make a key pair: (content of the key file, public key).

    :raises ValueError: when the passphrase is shorter than twelve characters.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ValueError(f"the passphrase has fewer than {SHORTEST_PASSPHRASE} characters")
    private = sealing.new_private()
    public = sealing.public_of(private)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_stretched(passphrase, salt, iterations)).encrypt(
        nonce, private, _bound(public)
    )
    content = {
        "format": FORMAT,
        "public": _text(public),
        "fingerprint": sealing.fingerprint(public),
        "kdf": {"name": "PBKDF2-HMAC-SHA256", "iterations": iterations, "salt": _text(salt)},
        "nonce": _text(nonce),
        "sealed": _text(sealed),
    }
    return json.dumps(content, indent=1) + "\n", public


def unlock(text: str, passphrase: str) -> bytes:
    """The private key. :raises NotUnlocked: when the file or the passphrase is wrong."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise NotUnlocked("This is not a key file of protected reports.")
        public, iterations = _bytes(content["public"]), int(content["kdf"]["iterations"])
        if not FEWEST_ITERATIONS <= iterations <= MOST_ITERATIONS:
            raise NotUnlocked("The key file asks for a number of rounds that cannot be.")
        stretched = _stretched(passphrase, _bytes(content["kdf"]["salt"]), iterations)
        private = AESGCM(stretched).decrypt(
            _bytes(content["nonce"]), _bytes(content["sealed"]), _bound(public)
        )
        is_pair = sealing.public_of(private) == public
    except InvalidTag as error:
        raise NotUnlocked("The passphrase is wrong, or the key file was changed.") from error
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        if isinstance(error, NotUnlocked):
            raise
        raise NotUnlocked("This is not a key file of protected reports.") from error
    if not is_pair:
        raise NotUnlocked("The two halves of the key do not belong together.")
    return private


def write_new(path: Path, content: str) -> None:
    """
    This function will write a file that only its owner may read.

    :raises FileExistsError: when there is one: a key is never replaced by accident.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content)


def public_from(text: str) -> bytes:
    """
    A public key as a person pastes it: base64 of 32 bytes.

    :raises ValueError: when it is none.
    """
    try:
        public = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(public) != 32:
        raise ValueError("not 32 bytes")
    # A key of low order would give everybody the same shared secret: sealing to it fails.
    sealing.seal(b"", readers=[public], context=b"")
    return public


def public_text(public: bytes) -> str:
    """A public key as it is printed."""
    return _text(public)


def _stretched(passphrase: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, iterations, 32)


def _bound(public: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + public


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(value: Any) -> bytes:
    return base64.b64decode(str(value), validate=True)
