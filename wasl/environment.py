"""Typed readers of the environment. A wrong or missing value refuses to start, and says how to mend it."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class UnusableEnvironment(SystemExit):
    """A setting is missing or cannot be read."""


def text(name: str, default: str = "") -> str:
    """The variable's text, or the default."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on; false for 0, false, no, off and the empty text."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise UnusableEnvironment(f"{name}={raw!r} is neither yes nor no. Set it to 1 or 0.")


def integer(name: str, default: int) -> int:
    """The variable as a whole number."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise UnusableEnvironment(f"{name}={raw!r} is not a whole number.") from None


def words(name: str, default: str = "") -> list[str]:
    """The variable as a list, separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    """
    The secret in the variable, or in the file that `<NAME>_FILE` points to.

    :raises UnusableEnvironment: when neither is set; a secret has no default.
    """
    value = os.environ.get(name, "")
    path = os.environ.get(f"{name}_FILE", "")
    if not value and path:
        value = Path(path).read_text(encoding="utf-8").strip()
    if not value:
        raise UnusableEnvironment(
            f"{name} is not set. `wasl run` makes it for a local system; "
            "docs/how-to/run-in-production.md says how to make it for a real one."
        )
    return value


def optional_secret(name: str, default: str = "") -> str:
    """The secret in the variable, or in the file that `<NAME>_FILE` points to; else the default."""
    if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
        return secret(name)
    return default


def database(url: str) -> dict[str, object]:
    """
    Django's connection settings for `postgresql://user:password@host:port/name?host=/socket/folder`.

    :raises UnusableEnvironment: when the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise UnusableEnvironment("DATABASE_URL must begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": {key: value for key, value in options.items() if key != "port"},
    }
