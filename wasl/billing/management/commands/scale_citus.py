"""`wasl scale citus`: show, or apply, how the database is spread over a Citus cluster."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from wasl.billing import distribution


class Command(BaseCommand):
    """Without --apply nothing is changed. Run it as the owner of the tables."""

    help = "Shows how the tables are spread over a Citus cluster; with --apply, spreads them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to do it."""
        parser.add_argument("--apply", action="store_true", help="run the statements")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        """Check what Citus asks of the keys, print each statement with its reason, and run them."""
        with connection.cursor() as cursor:
            if wrong := _wrong_keys(cursor):
                raise CommandError("These keys cannot be distributed:\n  " + "\n  ".join(wrong))
            self.stdout.write("-- Every key of the distributed tables contains directorate_id.")
            if apply:
                _require_citus(cursor)
            for step in distribution.steps(connection.settings_dict["NAME"]):
                self.stdout.write(f"-- {step.why}\n{step.sql.strip()};")
                if apply:
                    cursor.execute(step.sql)
        self.stdout.write("-- On the cluster:")
        for lost in distribution.LOST_GUARDS:
            self.stdout.write(f"--   {lost}")
        if not apply:
            self.stdout.write("-- Nothing was changed. --apply runs these statements.")


def _wrong_keys(cursor: Any) -> list[str]:
    spread = list(distribution.DISTRIBUTED)
    cursor.execute(distribution.MISPLACED_KEYS, [spread, spread])
    wrong = [row[0] for row in cursor.fetchall()]
    cursor.execute(distribution.FOREIGN_KEYS, [spread, spread])
    return wrong + [row[0] for row in cursor.fetchall()]


def _require_citus(cursor: Any) -> None:
    for what, question in distribution.CHECKS:
        cursor.execute(question)
        if not cursor.fetchone()[0]:
            raise CommandError(
                f"Not so: {what}. Install Citus on every host, CREATE EXTENSION citus, and add the "
                "workers (citus_add_node); then run this again."
            )
