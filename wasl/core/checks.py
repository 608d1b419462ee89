"""What must hold before Wasl starts. Each finding says how to mend it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from wasl.core import crypto, database


@register(Tags.security)
def demo_mode_stays_at_home(**_options: Any) -> list[CheckMessage]:
    """Demo mode lets anybody become any demo person: never on a real system."""
    if settings.WASL_DEMO and not settings.DEBUG and not settings.WASL_EMBEDDED_DATABASE:
        return [
            Error(
                "Demo mode is on, debugging is off, and the database is not the embedded one.",
                hint="Remove WASL_DEMO from the environment: with it, anybody may become anybody.",
                id="wasl.E001",
            )
        ]
    return []


@register(Tags.security)
def keys_can_be_read(**_options: Any) -> list[CheckMessage]:
    """Without its keys the system would fail at the first citizen; better now."""
    try:
        crypto.current_key_id()
        crypto.blind_index("", "check")
    except crypto.UnableToUseKeys as unable:
        return [
            Error(
                str(unable),
                hint="WASL_FIELD_KEYS is '1:<base64 of 32 bytes>', a new key added with the next "
                "number; WASL_INDEX_KEY is the base64 of 32 bytes. `wasl keys new` prints them.",
                id="wasl.E002",
            )
        ]
    return []


@register(Tags.database)
def database_knows_letters(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """With LC_CTYPE=C, trigram search sees no Arabic letter at all."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database "
                "WHERE datname = current_database()"
            )
            ctype, encoding = cursor.fetchone()
        if ctype in {"C", "POSIX"} or encoding != "UTF8":
            found.append(
                Error(
                    f"The database is {encoding} with LC_CTYPE {ctype}: it is blind to Arabic.",
                    hint="CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';",
                    id="wasl.E003",
                )
            )
    return found


@register(Tags.database, deploy=True)
def application_has_its_own_role(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """As the tables' owner, nothing but triggers would guard what is append-only."""
    if not databases or connections["default"].settings_dict["OPTIONS"].get("assume_role"):
        return []
    return [
        Warning(
            "The application works with the rights of the tables' owner.",
            hint=f"Set WASL_DB_ROLE={database.APP_ROLE} for web and worker; migrate without it.",
            id="wasl.W004",
        )
    ]
