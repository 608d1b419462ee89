"""Load what a new installation must know. Running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wasl.directorates import seeding


class Command(BaseCommand):
    """`wasl seed`"""

    help = "Load directorates, districts, holidays, dated settings, and what the apps add to them."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in seeding.run(now=timezone.now()):
            self.stdout.write(line)
