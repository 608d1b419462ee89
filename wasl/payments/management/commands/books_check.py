"""Make the customers' balances anew from the events, and name where the books say something else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wasl.core import scope
from wasl.directorates.models import Directorate
from wasl.payments import replay


class Command(BaseCommand):
    """`wasl books check --directorate KARKH`: exit status 1 when anything differs."""

    help = "Rebuild every account's balance from the events and compare it with the books."

    def add_arguments(self, parser: CommandParser) -> None:
        """The directorate."""
        parser.add_argument("--directorate", required=True, help="its code, for example KARKH")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and say."""
        with scope.within_system():
            office = Directorate.objects.filter(code=options["directorate"]).first()
            if office is None:
                raise CommandError("No directorate has this code.")
            found = replay.balances(office.id)
        wrong = [each for each in found if not each.agrees]
        for each in wrong:
            self.stdout.write(f"{each.account_no}: events {each.by_events}, books {each.by_books}")
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(found)} accounts differ.")
        self.stdout.write(f"{len(found)} accounts: the events and the books agree.")
