"""`wasl disclosures key new FILE`: an officer's key pair, on the officer's own machine."""

from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.disclosures import keyfiles, sealing


class Command(BaseCommand):
    help = "Make a key file for reading protected reports. Run it on your own machine; no database."
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="a new file for the private key")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        passphrase = getpass("A passphrase of at least twelve characters, best four words: ")
        if passphrase != getpass("Once more: "):
            raise CommandError("The two were different. Nothing was made.")
        try:
            text, public = keyfiles.make(passphrase)
            keyfiles.write_new(file, text)
        except FileExistsError as error:
            raise CommandError(f"{file} exists. A key is never replaced by accident.") from error
        except ValueError as error:
            raise CommandError(f"Nothing was made: {error}.") from error
        self.stdout.write(f"The private key is in {file}, under the passphrase. Keep a copy apart.")
        self.stdout.write("Whoever loses file or passphrase cannot read what was sealed to it.")
        self.stdout.write(f"public key:  {keyfiles.public_text(public)}")
        self.stdout.write(f"fingerprint: {sealing.fingerprint(public)}")
        self.stdout.write(
            "Enter the public key at the desk; read the fingerprint to the second person."
        )
