"""A worker killed in the middle of a step leaves nothing half done, and the step is done later."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.casework.conftest import NOW, Scene
from wasl.casework.models import Case, Task
from wasl.core import jobs, scope
from wasl.events.models import Event
from wasl.web.demonstration import citizens

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    there = connection.settings_dict
    password = f":{quote(there['PASSWORD'], safe='')}" if there["PASSWORD"] else ""
    port = f"&port={there['PORT']}" if there["PORT"] else ""
    return (
        f"postgresql://{there['USER']}{password}@/{there['NAME']}?host={quote(there['HOST'])}{port}"
    )


def test_killed_just_before_the_commit(transactional_db, scene: Scene) -> None:
    with scope.within_system():
        citizen = citizens.register(1, scene.chance, NOW)
        case = citizens.apply_for(
            service="new-connection",
            citizen=citizen,
            directorate_id=1,
            account_no="",
            chance=scene.chance,
            now=NOW,
        )
    task = Task.objects.get(case=case, key="check")
    before = Event.objects.about("case", case.id).count()

    killed = subprocess.run(
        [sys.executable, "-m", "tests.casework.killed_worker", str(task.id), NOW.isoformat()],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "wasl.settings",
        },
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert killed.returncode == 9, killed.stderr.decode()[-2000:]
    task.refresh_from_db()
    assert task.status == "READY"
    assert Event.objects.about("case", case.id).count() == before
    assert Task.objects.filter(case=case).count() == 1

    jobs.drain(NOW)

    assert Task.objects.get(id=task.id).status == "DONE"
    assert Case.objects.get(id=case.id).stage == "review"
