"""A directorate with people, processes, a network, and categories of reports."""

from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.casework.conftest import NOW, Scene, scene
from wasl.casework.models import Case, Task
from wasl.complaints import places, selectors, services
from wasl.complaints.models import Report
from wasl.core import jobs
from wasl.network.models import Transformer
from wasl.web.demonstration import work
from wasl.web.demonstration.citizens import picture

__all__ = ["NOW", "Scene", "scene"]


class Town:
    """What people report there, and what is done about it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.transformer = Transformer.objects.filter(directorate_id=1).order_by("code").first()

    def place(self, north_m: float = 0.0) -> places.Place:
        """A place near a transformer, so many metres north of it."""
        lat = self.transformer.lat + north_m / 111_320
        found = places.resolve(on=NOW.date(), lat=lat, lon=self.transformer.lon)
        assert found is not None
        return found

    def said(self, code: str, north_m: float = 0.0, **values: object) -> services.Said:
        category = selectors.category(code, NOW.date())
        return services.Said(category=category, place=self.place(north_m), **values)

    def report(
        self, code: str, *, reporter=None, now=NOW, north_m: float = 0.0, **values
    ) -> Report:
        sent = services.report(said=self.said(code, north_m, **values), reporter=reporter, now=now)
        jobs.drain(now)
        return Report.objects.get(id=sent.report.id)

    def do(self, report: Report, key: str, outcome: str, now=NOW, **posted: object) -> Case:
        """A step of the report's case by its own form, as the person whom the draw gave it."""
        task = Task.objects.select_related("case__process", "assignee", "case__applicant").get(
            case_id=report.case_id, key=key, status=Task.Status.READY
        )
        form = work.form_of(task, outcome, Random(1))
        for name, value in posted.items():
            form.data[name] = value
        if "photos" in form.fields:
            form.files["photos"] = [SimpleUploadedFile("now.jpg", picture("place"), "image/jpeg")]
        assert form.is_valid(), form.errors
        work.send(task, form, now)
        jobs.drain(now)
        report.refresh_from_db()
        return Case.objects.get(id=report.case_id)


@pytest.fixture
def town(scene: Scene) -> Town:
    return Town(scene)
