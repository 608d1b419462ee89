"""`wasl disclosures read FILE --key KEYFILE`: open a sealed report on the officer's own machine."""

from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.disclosures import bundles, keyfiles
from wasl.disclosures.contents import FILE


class Command(BaseCommand):
    help = "Read a sealed report that was saved from the desk. Needs no database and no network."
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="the sealed report")
        parser.add_argument("--key", type=Path, required=True, help="your key file")
        parser.add_argument("--into", type=Path, help="a folder for the attached files")

    def handle(self, *args: Any, file: Path, key: Path, into: Path | None, **options: Any) -> None:
        try:
            report = bundles.SealedReport.parse(file.read_text(encoding="utf-8"))
            private = keyfiles.unlock(key.read_text(encoding="utf-8"), getpass("Passphrase: "))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for number, found in enumerate(bundles.read(report, private), start=1):
            box, content = found.box, found.content
            self.stdout.write(f"--- {box.step}. {box.on} {box.author.lower()}")
            if content is None:
                self.stdout.write("(not sealed to this key, or damaged)")
            elif content.type == FILE:
                self._file(content.data, f"{report.code}-{number}.{content.extension}", into)
            else:
                for name, value in content.answers.items():
                    self.stdout.write(f"{name}: {value}")
                self.stdout.write(content.words)

    def _file(self, data: bytes, name: str, into: Path | None) -> None:
        if into is None:
            self.stdout.write(f"(a file of {len(data)} bytes; --into FOLDER saves it)")
            return
        target = into / name
        try:
            into.mkdir(parents=True, exist_ok=True, mode=0o700)
            with target.open("xb") as file:
                file.write(data)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"(a file: {target})")
