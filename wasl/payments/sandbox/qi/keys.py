"""The stand-in's own pair of keys: made once, kept in its folder, the public one beside it."""

import base64
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PRIVATE, PUBLIC = "key.pem", "public.pem"


def load(folder: Path | None) -> RSAPrivateKey:
    """The key in the folder, made if there is none; without a folder, a new one each time."""
    if folder is None:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = folder / PRIVATE
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except FileNotFoundError:
        key = _make(folder)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{file} holds no RSA key. Remove it, and start again.")
    _write(folder / PUBLIC, public_pem(key).encode(), 0o644)
    return key


def public_pem(key: RSAPrivateKey) -> str:
    """The public key, as the company hands it to a shop."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def sign(payment: Mapping[str, Any], *, key: RSAPrivateKey, decimals: int = 3) -> str:
    """
    The signature of a message.

    Written apart from the adapter's own check, so that the two do not share a mistake.
    """
    amount = payment.get("amount")
    parts = [
        payment.get("paymentId"),
        None if amount is None else f"{Decimal(str(amount)):.{decimals}f}",
        *(payment.get(name) for name in ("currency", "creationDate", "status")),
    ]
    text = "|".join(str(part) if part else "-" for part in parts)
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def _make(folder: Path) -> RSAPrivateKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    data = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / PRIVATE, data, 0o600)
    return key


def _write(file: Path, data: bytes, mode: int) -> None:
    beside = file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)
    os.replace(beside, file)
