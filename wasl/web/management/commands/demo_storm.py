"""Play a storm over the demonstration's directorate."""

from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wasl.directorates import selectors as directorates
from wasl.web.storm.player import Player, UnableToPlay


class Command(BaseCommand):
    help = "Plays a storm through the endpoints of the running demonstration, until everybody has supply again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default=settings.WASL_PUBLIC_URL, help="the running server")
        parser.add_argument(
            "--directorate", default="", help="its code; else the first that is served"
        )
        parser.add_argument("--seed", type=int, default=1, help="another number, another storm")

    def handle(self, *args: Any, url: str, directorate: str, seed: int, **options: Any) -> None:
        if not settings.WASL_DEMO:
            raise CommandError("A storm is played in demo mode only.")
        here = (
            directorates.by_code(directorate)
            if directorate
            else directorates.served(timezone.localdate())[0]
        )
        player = Player(
            base=url,
            directorate_id=here.id,
            seed=seed,
            say=self.stdout.write,
        )
        try:
            tale = player.play()
        except UnableToPlay as error:
            raise CommandError(str(error)) from error
        except requests.ConnectionError as error:
            raise CommandError(
                f"Nothing answers at {url}. Start it with `make run`, or name it with --url."
            ) from error
        for name, minutes in sorted(tale.minutes.items()):
            self.stdout.write(f"  {name}: {minutes} customer minutes")
        if not tale.is_right:
            raise CommandError(
                f"Not as it should be: found {len(tale.found)} outages of {len(tale.expected)}; "
                f"{tale.closed} of {tale.reports} reports are closed."
            )
        self.stdout.write(
            f"Over: {tale.reports} reports, {len(tale.found)} outages, {tale.orders} orders of crews; all repaired "
            "and confirmed."
        )
