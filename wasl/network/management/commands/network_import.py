"""`wasl network import FILE`: what a network file would change; with --apply, the real thing."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.network import import_pages, services
from wasl.network.files.rows import LARGEST
from wasl.network.models import NetworkImport

ALLOWED = (Role.ENGINEER, Role.SUPERVISOR)
FAULTY = 3


class Command(BaseCommand):
    """The same import as at the desk, for a file or a folder of tables."""

    help = (
        "Looks a network file through (GeoJSON, CSV, pandapower, SimBench): what would change, and "
        "each fault. Applies it whole with --apply (docs/how-to/import-a-network.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, for which directorate, by whom."""
        parser.add_argument("file", type=Path, help="a file, or a folder of tables")
        parser.add_argument("--directorate", required=True, help="its code, for example KARKH")
        parser.add_argument(
            "--as", dest="username", required=True, help="who brings it: a sign-in name"
        )
        parser.add_argument("--transformer", default="", help="the one that a study hangs on")
        parser.add_argument("--apply", action="store_true", help="make the network so")
        parser.add_argument("--second", default="", help="who applies it: another sign-in name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 3 when the file has faults; 1 when nothing could be done."""
        now = timezone.now()
        try:
            office = directorates.by_code(options["directorate"])
            content = _content(options["file"])
            with scope.within_system():
                actor = _actor(options["username"], office.id)
                second = _actor(options["second"], office.id) if options["apply"] else None
                made = services.look_through(
                    directorate_id=office.id, name=options["file"].name, content=content,
                    actor=actor, now=now, target=options["transformer"],
                )  # fmt: skip
                self._show(made)
                if second is not None and made.status == NetworkImport.Status.READY:
                    made = services.apply_file(
                        directorate_id=office.id, import_id=made.id, actor=second, now=now
                    )
                else:
                    made = services.drop_file(
                        directorate_id=office.id, import_id=made.id, actor=actor, now=now
                    )
        except Directorate.DoesNotExist:
            raise CommandError(f"There is no directorate {options['directorate']}.") from None
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from None
        except Unable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Applied." if made.status == "APPLIED" else "Trial only, nothing was changed."
        )
        if made.report["faults"]:
            sys.exit(FAULTY)

    def _show(self, made: NetworkImport) -> None:
        """Faults by place, then the counts."""
        for place, words in import_pages.in_words(made.faults):
            text = f"{place}: {words}" if place else words
            self.stdout.write("".join(filter(str.isprintable, text)))
        for kind in import_pages.kinds(made):
            self.stdout.write(
                f"{kind['label']}: {kind['added']} added, {kind['changed']} changed, "
                f"{kind['removed']} removed"
            )


def _content(path: Path) -> bytes | dict[str, bytes]:
    """A file's bytes, or the tables of a folder by name. :raises CommandError: for one too large."""
    tables = {each.name.lower(): each for each in path.glob("*.csv")}
    files = tables if path.is_dir() else {path.name: path}
    if sum(each.stat().st_size for each in files.values()) > 3 * LARGEST:
        raise CommandError(f"{path} is larger than is taken at once; cut it into parts.")
    read = {name: each.read_bytes() for name, each in files.items()}
    return read if path.is_dir() else read[path.name]


def _actor(username: str, directorate_id: int) -> Actor:
    """Who answers for the file. :raises CommandError: when the role is not held there."""
    on = timezone.now()
    for role in ALLOWED:
        for user in accounts.staff_with_role(role, directorate_id, on):
            if user.username == username:
                return Actor.for_user(user, role, directorate_id)
    raise CommandError(f"{username or 'Nobody'} is neither engineer nor supervisor there.")
