"""Say what keeps a process file from being published, in a quality officer's words."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from wasl.casework import process_lint


class Command(BaseCommand):
    help = "Checks a process file: wasl process lint FILE [--language en]"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=["ar", "ckb", "en"], default="ar")

    def handle(self, *args: Any, file: Path, language: str, **options: Any) -> None:
        try:
            xml = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        with translation.override(language):
            findings = process_lint.lint_installed(xml)
            for finding in findings:
                self.stdout.write(f"{finding.code} {finding.element}: {finding}")
        if findings:
            raise CommandError(f"{len(findings)} faults.")
        self.stdout.write("No faults.")
