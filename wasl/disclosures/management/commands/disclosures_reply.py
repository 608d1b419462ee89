"""`wasl disclosures reply FILE --words ANSWER.txt --to SEALED.json`: seal an answer."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.disclosures import bundles, keyfiles


class Command(BaseCommand):
    help = "Seal an answer to a report, as a file for the desk. Needs no key, database or network."
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="the sealed report that is answered")
        parser.add_argument("--words", type=Path, required=True, help="the answer, a text file")
        parser.add_argument("--to", type=Path, required=True, help="a new file for the desk")

    def handle(self, *args: Any, file: Path, words: Path, to: Path, **options: Any) -> None:
        try:
            report = bundles.SealedReport.parse(file.read_text(encoding="utf-8"))
            text = words.read_text(encoding="utf-8").strip()
            if not text:
                raise CommandError("The answer is empty.")
            keyfiles.write_new(to, bundles.answer(report, text))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The sealed answer is in {to}: add it to the report at the desk.")
