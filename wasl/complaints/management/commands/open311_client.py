"""Let a program of others send reports: a key, told once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wasl.complaints import services
from wasl.core import scope
from wasl.directorates.models import Directorate


class Command(BaseCommand):
    """`wasl open311 client CODE --name NAME [--directorate KARKH ...]`."""

    help = "Let another program send reports over Open311: prints its key, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--name", default="")
        parser.add_argument("--directorate", action="append", default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        """Register it; known by its code, it gets a new key."""
        with scope.within_system():
            offices = list(Directorate.objects.filter(code__in=options["directorate"]))
        if len(offices) != len(options["directorate"]):
            raise CommandError("No directorate has such a code.")
        code = options["code"]
        _client, key = services.register_client(
            code=code,
            name=options["name"] or code,
            jurisdictions=[each.id for each in offices],
            now=timezone.now(),
        )
        self.stdout.write(key)
