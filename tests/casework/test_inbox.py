"""The inbox asks for little, however many tasks are in it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.casework.conftest import Scene
from tests.people import sign_in
from wasl.casework.models import Task

pytestmark = pytest.mark.django_db


def test_a_process_is_fetched_once_for_all_its_tasks(scene: Scene) -> None:
    first, *more = [scene.waiting(scene.apply(), "review") for _ in range(3)]
    officer = first.assignee
    assert officer is not None
    client = sign_in(Client(), officer)
    Task.objects.filter(id__in=[task.id for task in more]).update(assignee=None)
    one = _asked(client, 1)
    Task.objects.filter(id__in=[task.id for task in more]).update(assignee=officer)
    three = _asked(client, 3)

    assert len(three) == len(one)
    # A process holds its whole file: it does not come with every row.
    [files] = [sql for sql in three if '."xml"' in sql]
    assert "casework_task" not in files


def _asked(client: Client, rows: int) -> list[str]:
    client.get("/desk/")  # what is asked once in a process is known from here on
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/desk/")
    assert answer.content.count(b"/desk/task/") == rows
    return [query["sql"] for query in asked.captured_queries]
