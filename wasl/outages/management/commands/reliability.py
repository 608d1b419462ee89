"""`wasl reliability`: the indices of IEEE 1366 from a CSV, so that anybody can check the arithmetic."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.core.errors import Unable
from wasl.outages import interruption_files, reliability_report
from wasl.outages.reliability import BAGHDAD, Interruption


class Command(BaseCommand):
    """Reads a file and prints; it needs no database."""

    help = "The reliability indices: wasl reliability --events FILE --customers N [--json]"
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the customers served, the period."""
        parser.add_argument("--events", type=Path, required=True, help="CSV: start,end,customers")
        parser.add_argument("--customers", type=int, required=True, help="customers served")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="last day, included")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compute, print. Bad lines are named, and nothing is computed."""
        if options["customers"] < 1:
            raise CommandError("--customers is a whole number above nought.")
        found = self._read(options["events"])
        first, last = _period(found, options["first"], options["last"])
        told = reliability_report.figures(
            found, customers=options["customers"], first=first, last=last
        )
        if options["json"]:
            self.stdout.write(json.dumps(told, default=str))
            return
        for name, value in told.items():
            if not isinstance(value, dict):
                self.stdout.write(f"{name:20} {_plain(value)}")
        for cause, values in told["by_cause"].items():
            self.stdout.write(
                f"{cause or '-':20} SAIFI {_plain(values['saifi'])}  SAIDI {_plain(values['saidi'])}"
            )

    def _read(self, file: Path) -> list[Interruption]:
        try:
            found, bad = interruption_files.read(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except Unable as error:
            raise CommandError(str(error)) from error
        for line in bad:
            self.stderr.write(f"line {line.number}: {line.why}")
        if bad:
            raise CommandError("Nothing is computed from a file with bad lines.")
        return found


def _period(found: list[Interruption], first: date | None, last: date | None) -> tuple[date, date]:
    """As asked; else the whole calendar years that the interruptions begin in."""
    days = [each.day for each in found]
    today = datetime.now(BAGHDAD).date()
    first = first or (min(days) if days else today).replace(month=1, day=1)
    last = last or (max(days) if days else today).replace(month=12, day=31)
    if last < first:
        raise CommandError("The period ends before it begins.")
    return first, last


def _plain(value: object) -> str:
    if value is None:
        return "not defined"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
