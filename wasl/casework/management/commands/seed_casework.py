"""Load the shipped closed lists of reasons, and the shipped processes as drafts. Idempotent."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from wasl.accounts.actors import Actor
from wasl.casework import services
from wasl.casework.models import Reason
from wasl.core import scope

REASONS = Path(__file__).resolve().parents[2] / "data" / "reasons.toml"


class Command(BaseCommand):
    help = "Loads the listed reasons, and drafts the processes that ship with the services."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for row in tomllib.loads(REASONS.read_text(encoding="utf-8"))["reason"]:
            code = row.pop("code")
            Reason.objects.update_or_create(code=code, defaults=row)
        with scope.within_system():
            for path in shipped_processes():
                services.draft_process(
                    key=path.stem,
                    xml=path.read_bytes(),
                    change_note="As shipped with Wasl.",
                    actor=Actor.system(),
                    now=timezone.now(),
                )
        self.stdout.write("Reasons and process drafts are loaded.")


def shipped_processes() -> list[Path]:
    """The BPMN files that lie in the `processes` folder of the installed apps."""
    folders = [Path(app.path) / "processes" for app in apps.get_app_configs()]
    return sorted(path for folder in folders for path in folder.glob("*.bpmn"))
