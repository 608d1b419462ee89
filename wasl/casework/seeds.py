"""What casework needs to know at first: the closed lists of reasons, and the shipped processes."""

from datetime import datetime
from pathlib import Path

from django.apps import apps

from wasl.accounts.actors import Actor
from wasl.casework import listed_reasons, services
from wasl.casework.models import Reason


def load_reasons(now: datetime) -> str:
    """This function will load the closed lists of reasons. Loading twice changes nothing."""
    rows = [dict(entry) for entry in listed_reasons.entries()]
    Reason.objects.bulk_create(
        [Reason(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=sorted({name for row in rows for name in row} - {"code"}),
    )
    return f"{len(rows)} listed reasons"


def shipped_processes() -> list[Path]:
    """The BPMN files that lie in the `processes` folder of the installed apps."""
    folders = [Path(app.path) / "processes" for app in apps.get_app_configs()]
    return sorted(path for folder in folders for path in folder.glob("*.bpmn"))


def draft_shipped(now: datetime) -> str:
    """This function will draft the shipped processes: two people have yet to publish each."""
    for path in shipped_processes():
        services.draft_process(
            key=path.stem,
            xml=path.read_bytes(),
            change_note="As shipped with Wasl.",
            actor=Actor.system(),
            now=now,
        )
    return f"{len(shipped_processes())} process drafts"
