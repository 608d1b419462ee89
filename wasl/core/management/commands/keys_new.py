"""Fresh keys, for the environment of a new installation or the next rotation."""

import base64
import secrets
from typing import Any

from django.core.management.base import BaseCommand

from wasl.core import crypto


class Command(BaseCommand):
    help = "Prints fresh keys for WASL_FIELD_KEYS (with the next number) and WASL_INDEX_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        number = crypto.current_key_id() + 1
        self.stdout.write(f"add to WASL_FIELD_KEYS: {number}:{_key()}")
        self.stdout.write(
            f"WASL_INDEX_KEY of a new installation (a running one keeps its own): {_key()}"
        )


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")
