"""`wasl readings import FILE`: a trial of a file of readings, and with --apply the real thing."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.billing import reading_desk, services
from wasl.billing.models import ReadingImport
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate

ALLOWED = (Role.CASHIER_CONTROLLER, Role.SUPERVISOR)
NOT_ALL_ACCEPTED = 3


class Command(BaseCommand):
    """The same import as at the desk, for files that are too large for a page."""

    help = (
        "Looks a file of readings through (CSV, XLSX, Green Button): each bad line and why. "
        "Takes the good ones over with --apply (docs/how-to/take-in-readings.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, for which directorate, by whom."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--directorate", required=True, help="its code, for example KARKH")
        parser.add_argument(
            "--as", dest="username", required=True, help="who answers for it: a sign-in name"
        )
        parser.add_argument("--apply", action="store_true", help="take the good lines over")
        parser.add_argument("--lines", type=int, default=1000, help="bad lines shown at most")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Look it through, print the bad lines, take the good ones over where asked to.

        Exit status 3 when some lines are held or refused; 1 when nothing could be done.
        """
        now = timezone.now()
        try:
            office = directorates.by_code(options["directorate"])
            content = options["file"].read_bytes()
            with scope.within_system():
                actor = _actor(options["username"], office.id)
                made = services.audit_file(
                    directorate_id=office.id, name=options["file"].name, content=content,
                    actor=actor, now=now, today=timezone.localdate(now),
                )  # fmt: skip
                self._show(made, options["lines"])
                if options["apply"]:
                    made = services.apply_file(
                        directorate_id=office.id, import_id=made.id, actor=actor, now=now,
                        today=timezone.localdate(now),
                    )  # fmt: skip
                else:
                    made = services.drop_file(directorate_id=office.id, import_id=made.id, now=now)
        except Directorate.DoesNotExist:
            raise CommandError(f"There is no directorate {options['directorate']}.") from None
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from None
        except Unable as error:
            raise CommandError(str(error)) from error
        done = "taken over" if options["apply"] else "trial only, nothing taken over"
        self.stdout.write(
            f"{made.lines:,} lines: {made.accepted:,} accepted, {made.held:,} held for a person, "
            f"{made.refused:,} refused; {done}."
        )
        if made.accepted != made.lines:
            sys.exit(NOT_ALL_ACCEPTED)

    def _show(self, made: ReadingImport, most: int) -> None:
        """The lines that are not simply accepted, as tab-separated values."""
        for line in reading_desk.not_accepted(made)[:most]:
            texts = (line.account_text, line.serial_text, line.date_text, line.value_text)
            row = [str(line.line), reading_desk.reason(line), *texts]
            self.stdout.write("\t".join("".join(filter(str.isprintable, cell)) for cell in row))


def _actor(username: str, directorate_id: int) -> Actor:
    """Who answers for the import. :raises CommandError: when the role is not held there."""
    on = timezone.now()
    for role in ALLOWED:
        for user in accounts.staff_with_role(role, directorate_id, on):
            if user.username == username:
                return Actor.for_user(user, role, directorate_id)
    raise CommandError(f"{username} is neither cashier controller nor supervisor there.")
