"""`wasl log check`: is the log whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.core import scope
from wasl.core.errors import Unable
from wasl.transparency import audit


class Command(BaseCommand):
    help = "Check the public log against the database: every event, leaf, tile and signature."

    def handle(self, *args: Any, **options: Any) -> None:
        with scope.within_system():
            try:
                checked = audit.require_whole()
            except Unable as error:
                raise CommandError(str(error)) from error
        self.stdout.write(
            f"The log is whole: {checked} entries, each event is in it or on its way."
        )
