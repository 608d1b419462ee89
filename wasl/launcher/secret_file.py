"""The local system's secrets: made once, kept in one file that only its owner reads."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from wasl.launcher.console import UnableToStart


def _thirty_two_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


# The order of the curve P-256: a key of web push is a number below it.
_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _curve_key() -> str:
    number = secrets.randbelow(_P256 - 1) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


# Values hold no character that a shell would have to quote: the file can be sourced.
MAKERS: dict[str, Callable[[], str]] = {
    "WASL_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "WASL_FIELD_KEYS": lambda: f"1:{_thirty_two_bytes()}",
    "WASL_INDEX_KEY": _thirty_two_bytes,
    "WASL_VAPID_PRIVATE_KEY": _curve_key,
    "WASL_SANDBOX_SECRET": lambda: secrets.token_urlsafe(32),
    "WASL_DATABASE_PASSWORD": lambda: secrets.token_hex(24),
    "WASL_DATABASE_ADMIN_PASSWORD": lambda: secrets.token_hex(24),
}
# The two passwords are for the launcher; the application gets DATABASE_URL.
FOR_APPLICATION = tuple(name for name in MAKERS if not name.startswith("WASL_DATABASE_"))


def load(path: Path) -> dict[str, str]:
    """
    This function will read the secrets, making those that are missing.

    :raises UnableToStart: when the file is gone but data made with it are still there.
    """
    known = read(path)
    missing = {name: make() for name, make in MAKERS.items() if name not in known}
    if missing:
        _refuse_new_keys_for_old_data(path)
        known |= missing
        _write(path, known)
    return known


def read(path: Path) -> dict[str, str]:
    """
    The secrets in the file; none when there is no file.

    :raises UnableToStart: when the file belongs to somebody else, or a line cannot be read.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except PermissionError:
        raise UnableToStart(
            f"{path} belongs to another user. Start as that user, or name another folder: "
            "WASL_DATA_DIR=/some/folder make run"
        ) from None
    lines = [line.strip() for line in content.splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    if any(not separator for _, separator, _ in pairs):
        raise UnableToStart(f"{path} holds a line that is not NAME=value.")
    return {name: value for name, _, value in pairs}


def _refuse_new_keys_for_old_data(path: Path) -> None:
    folder = path.parent
    has_data = (folder / "postgres").exists() or (folder / "postgres.location").exists()
    if has_data and not path.exists():
        raise UnableToStart(
            f"{path} is gone, but the database that was made with it is there, and cannot be read "
            f"without its keys. Put the file back, or begin anew by removing {folder}."
        )


def _write(path: Path, values: dict[str, str]) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    text = "# Made by `wasl run`. Whoever has this file can read the local system's data.\n"
    text += "".join(f"{name}={value}\n" for name, value in values.items())
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, text.encode())
        os.fsync(file)
    finally:
        os.close(file)
    new.replace(path)
