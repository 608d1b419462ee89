"""Fill an empty system with the demonstration."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wasl.casework.models import Case
from wasl.core import jobs, scope
from wasl.web.demonstration import story


class Command(BaseCommand):
    help = "Loads the demonstration: some hundreds of cases over three months, by running the real thing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=200)
        parser.add_argument("--homes", type=int, default=60, help="homes with a year of bills")

        parser.add_argument("--progress", type=Path, help="a file for the percentage done")

    def handle(self, *args: Any, cases: int, homes: int, **options: Any) -> None:
        if not settings.WASL_DEMO:
            raise CommandError("The demonstration is loaded in demo mode only: set WASL_DEMO=1.")
        with scope.within_system():
            if Case.objects.exists():
                self.stdout.write("There are cases already; nothing was loaded.")
                return
        file: Path | None = options["progress"]

        def note(share: float) -> None:
            if file is not None:
                # Whoever reads meanwhile finds the old figure or the new one.
                new = file.with_suffix(".new")
                new.write_text(str(int(share * 100)), encoding="ascii")
                new.replace(file)

        with jobs.own_queue("demo"):
            told = story.tell(
                cases=cases, now=timezone.now(), say=self.stdout.write, homes=homes, note=note
            )
        self.stdout.write(f"The demonstration is loaded: {told} cases.")
