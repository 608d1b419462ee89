"""`wasl log verify FILE`: check a receipt."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.transparency import installed_policy, verification
from wasl.transparency.encoding import NotAccepted


class Command(BaseCommand):
    help = "Check a receipt. Without --policy or --vkey, this installation's own policy is used."
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        verification.add_arguments(parser)

    def handle(
        self, *args: Any, file: Path, policy: Path | None, vkey: str | None, **options: Any
    ) -> None:
        try:
            trusted = verification.policy_from(policy, vkey) or installed_policy.load()
        except (NotAccepted, OSError) as error:
            raise CommandError(str(error)) from error
        if status := verification.run(file, trusted):
            sys.exit(status)
