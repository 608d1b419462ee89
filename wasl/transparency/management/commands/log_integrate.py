"""`wasl log integrate`: bring all that waits into the log, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.core.errors import Unable
from wasl.transparency import services


class Command(BaseCommand):
    help = "Bring all events that wait into the public log, sign and publish, then end."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = services.advance(now=timezone.now())
        except Unable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{taken} events entered the log.")
