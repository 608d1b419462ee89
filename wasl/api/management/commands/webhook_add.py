"""`wasl webhook add CLIENT URL [--kind outage.opened ...]`: tell a partner's program of news."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.api import services, webhook_kinds
from wasl.core.errors import Unable


class Command(BaseCommand):
    """Register an address of a partner, or switch it on again; prints its secret, once."""

    help = (
        "Tell a partner's program of news (docs/how-to/receive-webhooks.md): prints a secret, once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, where, and of what."""
        parser.add_argument("client", help="code of the partner (`wasl open311 client`)")
        parser.add_argument("url", help="an https:// address")
        parser.add_argument("--kind", action="append", default=[], choices=webhook_kinds.NAMES)

    def handle(self, *args: Any, **options: Any) -> None:
        """Register it."""
        try:
            endpoint, secret = services.register_endpoint(
                client_code=options["client"],
                url=options["url"],
                kinds=options["kind"],
                now=timezone.now(),
            )
        except Unable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret or f"{endpoint.url} is on; its secret stays as it was.")
