"""Private keys in PEM files that only their owner may read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class KeyFileMissing(Exception):
    """There is no key in that file. A key is made once, on purpose."""


def make(path: Path) -> Ed25519PrivateKey:
    """
    This function will make a new key in a new file of mode 0600.

    :raises FileExistsError: when there is a file: a key is never replaced by accident.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, pem)
        os.fsync(handle)
        os.link(beside, path)  # fails, unlike rename, when another process was first
    finally:
        os.close(handle)
        beside.unlink()
    return key


def load(path: Path) -> Ed25519PrivateKey:
    """
    The key in the file.

    :raises KeyFileMissing: when there is none.
    :raises ValueError: when the file holds no Ed25519 key.
    """
    try:
        pem = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyFileMissing(str(path)) from error
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")
    return key


def load_or_make(path: Path) -> Ed25519PrivateKey:
    """The key in the file, made now if there is none. Never for a log in production."""
    try:
        return load(path)
    except KeyFileMissing:
        pass
    try:
        return make(path)
    except FileExistsError:
        return load(path)
