"""`wasl webhook again CLIENT`: send again whatever a partner was not told."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wasl.api import selectors, services
from wasl.core import scope


class Command(BaseCommand):
    """Put everything that was given up back in the queue, the oldest first."""

    help = "Send again everything that was not delivered to a partner's addresses that are on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("client", help="code of the partner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each by itself, so that one that fails keeps back no other."""
        with scope.within_system():
            found = selectors.dead(options["client"])
        for delivery_id in found:
            services.send_again(delivery_id=delivery_id, now=timezone.now())
        self.stdout.write(f"{len(found)} are sent again.")
