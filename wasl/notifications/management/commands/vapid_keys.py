"""`wasl vapid keys`: the key by which push services know this installation."""

from typing import Any

from django.core.management.base import BaseCommand

from wasl.notifications.channels.web_push import encryption


class Command(BaseCommand):
    """Prints a fresh key for WASL_VAPID_PRIVATE_KEY; browsers that knew an earlier one ask again."""

    help = "Make a key for web push: put it into WASL_VAPID_PRIVATE_KEY (or a file, with _FILE)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it, and nothing else."""
        self.stdout.write(f"WASL_VAPID_PRIVATE_KEY={encryption.new_private_key()}")
