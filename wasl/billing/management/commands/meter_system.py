"""`manage.py meter_system`: let a system that reads meters from afar in by its public key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.billing import services
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate


class Command(BaseCommand):
    """Register a meter system, or replace its key."""

    help = "Let a meter system send readings (docs/how-to/connect-a-meter-system.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and with which key."""
        parser.add_argument("code", help="4 to 20 capital letters and digits, for example HES1")
        parser.add_argument("--name", required=True, help="as people know it")
        parser.add_argument("--directorate", required=True, help="code of the directorate")
        parser.add_argument("--public-key", required=True, help="Ed25519, 32 bytes in Base64")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register it."""
        try:
            directorate = directorates.by_code(options["directorate"])
            system = services.register_meter_system(
                directorate_id=directorate.id,
                code=options["code"],
                name=options["name"],
                public_key=options["public_key"],
                now=timezone.now(),
            )
        except Directorate.DoesNotExist:
            raise CommandError("No directorate has this code.") from None
        except Unable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{system.code} may send readings to {directorate.code}.")
