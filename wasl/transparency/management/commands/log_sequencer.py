"""`wasl log sequencer`: the process that writes the log."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.core.errors import Unable
from wasl.transparency import sequencer
from wasl.transparency.encoding import NotAccepted


class Command(BaseCommand):
    help = "Write the public log: take events from the outbox, sign, publish, ask the witnesses."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=1.0, help="seconds between two batches")

    def handle(self, *args: Any, every: float, **options: Any) -> None:
        try:
            sequencer.Sequencer(every=every).run()
        except (Unable, NotAccepted) as error:
            raise CommandError(str(error)) from error
