"""
Every step of every process, every action, every role: who may, and that nobody else may.

What is expected is read from the BPMN files themselves, not from the code under test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import etree

from tests import people
from tests.casework.conftest import NOW, Scene
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.casework import seeds, services
from wasl.casework.models import Case, ProcessVersion, Task

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Step:
    """A task of a file: its id, whose it is, and what may be decided."""

    process: str
    key: str
    role: str
    outcomes: tuple[str, ...]


def steps_of(path: Path) -> Iterator[Step]:
    tree = etree.fromstring(path.read_bytes())
    for node in tree.iter(f"{BPMN}userTask"):
        own = {etree.QName(name).localname: value for name, value in node.attrib.items()}
        outcomes = tuple(own.get("outcomes", "").split(","))
        yield Step(path.stem, own["id"], own["role"], outcomes)


STEPS = [step for path in seeds.shipped_processes() for step in steps_of(path)]


def test_the_table_is_not_empty() -> None:
    assert len(STEPS) > 40
    assert {step.role for step in STEPS} >= {
        "CITIZEN",
        "DOCUMENTS_OFFICER",
        "INSPECTOR",
        "ENGINEER",
    }
    assert {step.role for step in STEPS} <= {"CITIZEN", *(role.value for role in Role)}


@pytest.mark.django_db
def test_only_the_one_who_was_drawn_acts(scene: Scene, client: Client) -> None:
    case = scene.apply()
    everybody = {role.value: (people.staff(role), people.staff(role)) for role in Role}
    applicant, stranger = case.applicant, people.citizen()
    refused = allowed = 0
    for step in STEPS:
        task = place(case, step, everybody)
        rightful = applicant if step.role == "CITIZEN" else everybody[step.role][0]
        others: list[tuple[User, str | None]] = [(stranger, None)]
        others += [(pair[1], role) for role, pair in everybody.items()]
        others += [(pair[0], role) for role, pair in everybody.items() if pair[0] != rightful]
        if rightful != applicant:
            others.append((applicant, None))
        for outcome in step.outcomes:
            for user, role in others:
                assert not may(task, user, role, outcome), (step, user.username, outcome)
                refused += 1
            assert may(task, rightful, None if step.role == "CITIZEN" else step.role, outcome), step
            allowed += 1
    assert refused > 1500
    assert allowed > 90


@pytest.mark.django_db
def test_only_the_one_who_was_drawn_sees_the_page(scene: Scene, client: Client) -> None:
    case = scene.apply()
    everybody = {role.value: (people.staff(role), people.staff(role)) for role in Role}
    first = {step.role: step for step in STEPS if step.role != "CITIZEN"}
    for step in first.values():
        task = place(case, step, everybody)
        address = reverse("casework:desk_task", args=[task.id])
        for role, (one, other) in everybody.items():
            for user in (one, other):
                people.sign_in(client, user)
                is_rightful = user == task.assignee
                for send in (client.get, client.post):
                    status = send(address).status_code
                    assert (status in {200, 422}) == is_rightful, (step, role, status)
        for user in (case.applicant, people.citizen()):
            people.sign_in(client, user)
            assert client.get(address).status_code in {302, 403, 404}
        client.logout()
        assert client.get(address).status_code == 302


def place(case: Case, step: Step, everybody: dict[str, tuple[User, User]]) -> Task:
    """The step, waiting for one of the two who hold its role; for the citizen, for the applicant."""
    Task.objects.ready().filter(case=case).update(status=Task.Status.CANCELLED)
    case.process = ProcessVersion.objects.filter(key=step.process).latest("version")
    case.save(update_fields=["process"])
    is_citizens = step.role == "CITIZEN"
    return Task.objects.create(
        case=case, directorate_id=1, engine_id=f"{step.process}:{step.key}", key=step.key,
        stage="review", opened_at=NOW,
        kind=Task.Kind.CITIZEN if is_citizens else Task.Kind.STAFF,
        role="" if is_citizens else step.role,
        assignee=None if is_citizens else everybody[step.role][0],
    )  # fmt: skip


def may(task: Task, user: User, role: str | None, outcome: str) -> bool:
    """Whether the step lets the person pass; what the engine then makes of it is tested elsewhere."""
    actor = Actor.for_user(user, Role(role), 1) if role else Actor.for_user(user)
    try:
        with transaction.atomic():
            services.complete_task(task_id=task.id, actor=actor, outcome=outcome, now=NOW)
            raise _PassedError
    except services.UnableToCompleteTask:
        return False
    except services.UnableToDecideSo:
        raise
    except Exception:
        return True


class _PassedError(Exception):
    """Undoes what was done."""
