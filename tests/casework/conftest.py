"""A directorate that works: seeded, staffed, with published processes, as the demonstration sets it."""

from datetime import UTC, datetime
from random import Random

import pytest

from wasl.casework.models import Case, Task
from wasl.core import jobs, scope
from wasl.directorates import seeding
from wasl.web.demonstration import citizens, setting, work

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # a Monday, ten in the morning in Baghdad


class Scene:
    """The directorate of a test, and what people do in it."""

    def __init__(self) -> None:
        self.chance = Random(1)
        self.directorate_id = 1
        self.number = 0

    def apply(self, service: str = "new-connection", **values: object) -> Case:
        """A citizen applies; the first automatic steps are done."""
        self.number += 1
        with scope.within_system():
            citizen = citizens.register(self.number, self.chance, NOW)
            case = citizens.apply_for(
                service=service,
                citizen=citizen,
                directorate_id=self.directorate_id,
                account_no=str(values.get("account_no", "")),
                chance=self.chance,
                now=NOW,
            )
        jobs.drain(NOW)
        case.refresh_from_db()
        return case

    def waiting(self, case: Case, key: str) -> Task:
        """The step of that key that waits."""
        return Task.objects.select_related("assignee", "case").get(
            case=case, key=key, status=Task.Status.READY
        )

    def do(self, case: Case, key: str, outcome: str) -> None:
        """Do a step by its form, with this outcome, as the person it waits for."""
        task = self.waiting(case, key)
        form = work.form_of(task, outcome, self.chance)
        assert form.is_valid(), form.errors.as_json()
        work.send(task, form, NOW)
        jobs.drain(NOW)
        case.refresh_from_db()


@pytest.fixture
def scene(db: None, settings: object, tmp_path: object) -> Scene:
    settings.WASL_DEMO = True  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    made = Scene()
    with scope.within_system():
        seeding.run(now=NOW)
        setting.prepare(directorate_id=1, meters=40, now=NOW, chance=made.chance)
    jobs.drain(NOW)
    return made
