"""`wasl log keygen`: make the log's key, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wasl.transparency import keyfiles
from wasl.transparency.notes import Signer


class Command(BaseCommand):
    help = "Make the signing key of the public log, in a new file that only its owner can read."
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--file", type=Path, default=Path(settings.WASL_LOG_KEY_FILE))

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            key = keyfiles.make(file)
        except FileExistsError as error:
            raise CommandError(
                f"{file} exists. A log's key is never replaced by accident."
            ) from error
        self.stdout.write(f"The key is in {file}. Keep a copy offline, under two persons' control.")
        self.stdout.write(f"Its public half: {Signer(settings.WASL_LOG_ORIGIN, key).key}")
