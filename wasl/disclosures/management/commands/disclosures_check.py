"""`wasl disclosures check`: is every protected report still there?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.core import scope
from wasl.disclosures import audit


class Command(BaseCommand):
    help = "Check protected reports against the public log: none may vanish or be changed."

    def handle(self, *args: Any, **options: Any) -> None:
        with scope.within_system():
            found = list(audit.findings(timezone.now()))
            steps, commitments = audit.counted()
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(
                f"{len(found)} findings. Keep the database as it is, and tell the auditor."
            )
        self.stdout.write(
            f"Every report is there: {steps} steps, {commitments} commitments, most of them empty."
        )
