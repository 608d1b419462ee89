"""Re-encrypt with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand

from wasl.core import crypto, rotation


class Command(BaseCommand):
    help = (
        "Re-encrypts with the newest key of WASL_FIELD_KEYS whatever an older one holds. Add the "
        "new key with the next number, restart everything, run this, then remove the old key."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"newest key: {crypto.current_key_id()}")
        for name, moved in rotation.rotate_all():
            self.stdout.write(f"{name}: {moved} moved")
