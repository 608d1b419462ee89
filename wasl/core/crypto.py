"""
What is secret at rest: AES-256-GCM with a key id, and blind indexes for looking values up.

A ciphertext is `0x01 | key id (2 bytes) | nonce (12 bytes) | text and tag`. The associated data
names the place the value belongs to, so that a ciphertext copied to another row does not open.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable

_FORMAT = 1
_HEADER = 3
_NONCE = 12


class UnableToUseKeys(Unable):
    """WASL_FIELD_KEYS or WASL_INDEX_KEY cannot be read."""

    code = "UNUSABLE_KEYS"
    message = _("The encryption keys of this installation cannot be read: %(cause)s")


class UnableToDecrypt(Unable):
    """The value was changed, belongs to another row, or its key is not here."""

    code = "UNDECRYPTABLE"
    message = _("A protected value cannot be opened. The people who run the system have been told.")


@lru_cache(maxsize=8)
def _ciphers(text: str) -> Mapping[int, AESGCM]:
    ciphers: dict[int, AESGCM] = {}
    for part in text.split(","):
        number, _sign, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
            ciphers[int(number)] = AESGCM(key)
        except (ValueError, binascii.Error) as error:
            raise UnableToUseKeys(cause="WASL_FIELD_KEYS is not 1:base64,2:base64 …") from error
        if len(key) != 32 or not 0 < int(number) < 65_536:
            raise UnableToUseKeys(cause="a key of WASL_FIELD_KEYS is not of 32 bytes")
    return ciphers


@lru_cache(maxsize=64)
def _index_key(text: str, purpose: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise UnableToUseKeys(cause="WASL_INDEX_KEY is not base64") from error
    if len(key) < 32:
        raise UnableToUseKeys(cause="WASL_INDEX_KEY has less than 32 bytes")
    return hmac.digest(key, b"wasl blind index 1:" + purpose.encode(), hashlib.sha256)


def current_key_id() -> int:
    """The number of the key that encrypts: the highest."""
    return max(_ciphers(settings.WASL_FIELD_KEYS))


def key_id(data: bytes) -> int:
    """The number of the key that a ciphertext was made with."""
    if len(data) < _HEADER + _NONCE or data[0] != _FORMAT:
        raise UnableToDecrypt
    return int.from_bytes(data[1:_HEADER])


def encrypt(plain: bytes, aad: str) -> bytes:
    """This function will encrypt with the newest key, bound to the place that `aad` names."""
    number = current_key_id()
    nonce = secrets.token_bytes(_NONCE)
    cipher = _ciphers(settings.WASL_FIELD_KEYS)[number]
    header = bytes([_FORMAT]) + number.to_bytes(2)
    return header + nonce + cipher.encrypt(nonce, plain, header + aad.encode())


def decrypt(data: bytes, aad: str) -> bytes:
    """
    This function will open what `encrypt` made for the same place.

    :raises UnableToDecrypt: when it was made for another place, changed, or its key is missing.
    """
    data = bytes(data)
    cipher = _ciphers(settings.WASL_FIELD_KEYS).get(key_id(data))
    if cipher is None:
        raise UnableToDecrypt
    nonce, body = data[_HEADER : _HEADER + _NONCE], data[_HEADER + _NONCE :]
    try:
        return cipher.decrypt(nonce, body, data[:_HEADER] + aad.encode())
    except InvalidTag:
        raise UnableToDecrypt from None


def encrypt_file(content: bytes, *, name: str) -> bytes:
    """This function will encrypt the content of a stored file, bound to its name."""
    return encrypt(content, f"file:{name}")


def decrypt_file(data: bytes, *, name: str) -> bytes:
    """This function will open what `encrypt_file` made for the same name."""
    return decrypt(data, f"file:{name}")


def encrypt_text(text: str, aad: str) -> str:
    """The text encrypted, in base64: for JSON, where a job's arguments must carry a secret."""
    return base64.b64encode(encrypt(text.encode(), aad)).decode("ascii")


def decrypt_text(text: str, aad: str) -> str:
    """What `encrypt_text` made, opened. :raises UnableToDecrypt: as `decrypt` does."""
    try:
        return decrypt(base64.b64decode(text, validate=True), aad).decode()
    except ValueError:  # no base64, or letters beyond it
        raise UnableToDecrypt from None


def blind_index(value: str, purpose: str) -> bytes:
    """
    Thirty-two bytes that are equal for equal values, and tell nothing to who lacks the key.

    `purpose` separates: the same number as a phone and as a national id gives unrelated indexes.
    """
    return hmac.digest(_index_key(settings.WASL_INDEX_KEY, purpose), value.encode(), hashlib.sha256)
