"""`wasl bill run`: work on a run from a terminal, and see how far it is."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.billing import overview, services
from wasl.core import scope
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate


class Command(BaseCommand):
    """A worker more for a run, on this host; several on several hosts share it."""

    help = "Works on the bill run of a month: wasl bill run --directorate KARKH --period 2026-10"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which run, and whether only to look."""
        parser.add_argument("--directorate", required=True, help="its code, for example KARKH")
        parser.add_argument("--period", required=True, help="the month, for example 2026-10")
        parser.add_argument("--watch", action="store_true", help="only show the progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take chunks until the stage is done; planning and approving are for people at the desk."""
        try:
            office = directorates.by_code(options["directorate"])
        except Directorate.DoesNotExist:
            raise CommandError(f"There is no directorate {options['directorate']}.") from None
        while True:
            found = _find(office.id, options["period"])
            if found is None:
                raise CommandError("There is no such run. Plan it at the billing desk.")
            figures = found.figures
            self.stdout.write(
                f"\r{found.run.period} {found.run.status} {found.done_pct} %: {figures.bills:,} bills, "
                f"{figures.kwh:,} kWh, {figures.amount:,} dinars",
                ending="" if self.stdout.isatty() else "\n",
            )
            self.stdout.flush()
            if not found.is_working:
                self.stdout.write("")
                return
            if options["watch"]:
                time.sleep(1)
            elif not _work(office.id, found.run.id):
                time.sleep(0.2)


def _find(directorate_id: int, period: str) -> overview.Overview | None:
    with scope.within_system():
        runs = overview.of_directorate(directorate_id)
    return next((each for each in runs if each.run.period == period), None)


def _work(directorate_id: int, run_id: UUID) -> bool:
    return services.work_on_chunk(directorate_id=directorate_id, run_id=run_id, now=timezone.now())
