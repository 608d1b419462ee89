"""Fill an empty system with the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wasl.casework.models import Case
from wasl.core import scope
from wasl.web.demonstration import story


class Command(BaseCommand):
    help = "Loads the demonstration: some hundreds of cases over three months, by running the real thing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=200)
        parser.add_argument("--homes", type=int, default=60, help="homes with a year of bills")

    def handle(self, *args: Any, cases: int, homes: int, **options: Any) -> None:
        if not settings.WASL_DEMO:
            raise CommandError("The demonstration is loaded in demo mode only: set WASL_DEMO=1.")
        with scope.within_system():
            if Case.objects.exists():
                self.stdout.write("There are cases already; nothing was loaded.")
                return
        told = story.tell(cases=cases, now=timezone.now(), say=self.stdout.write, homes=homes)
        self.stdout.write(f"The demonstration is loaded: {told} cases.")
