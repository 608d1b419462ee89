"""`manage.py biller_agent`: let a bank, a wallet or a cash agent in by its public key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.payments import services


class Command(BaseCommand):
    """Register an agent, or replace its key."""

    help = "Let an agent use the biller interface (docs/how-to/connect-a-biller.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, with which key, and how much."""
        parser.add_argument(
            "code", help="4 to 20 capital letters and digits, for example RAFIDAIN1"
        )
        parser.add_argument("--name", required=True, help="as printed on receipts")
        parser.add_argument("--directorate", required=True, help="code of the directorate")
        parser.add_argument("--public-key", required=True, help="Ed25519, 32 bytes in Base64")
        parser.add_argument("--most-per-payment", type=int, default=5_000_000, help="dinars")
        parser.add_argument("--most-per-day", type=int, default=500_000_000, help="dinars")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register it."""
        try:
            directorate = directorates.by_code(options["directorate"])
        except Directorate.DoesNotExist:
            raise CommandError("No directorate has this code.") from None
        try:
            agent = services.register_agent(
                directorate_id=directorate.id,
                code=options["code"],
                name=options["name"],
                public_key=options["public_key"],
                most_per_payment=options["most_per_payment"],
                most_per_day=options["most_per_day"],
                now=timezone.now(),
            )
        except Unable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{agent.code} may use the biller interface of {directorate.code}.")
