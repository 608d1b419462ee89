"""Two at once have one effect."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.casework.conftest import NOW, Scene
from wasl.accounts.actors import Actor
from wasl.casework import services
from wasl.casework.models import Task
from wasl.core.errors import Unable
from wasl.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of each, started together: DONE or the code of the refusal."""
    barrier, results = threading.Barrier(len(acts)), ["" for _ in acts]

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            results[number] = "DONE"
        except Unable as error:
            results[number] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_decisions_on_one_step_have_one_effect(transactional_db, scene: Scene) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    actor = Actor.for_user(task.assignee, task.role, 1)

    def decide(outcome: str) -> Callable[[], object]:
        return lambda: services.complete_task(
            task_id=task.id, actor=actor, outcome=outcome, now=NOW, token=outcome
        )

    results = at_once(decide("ACCEPT"), decide("REFUSE"))

    assert sorted(results) == ["DONE", "TASK_NOT_WAITING"]
    done = Event.objects.about("case", case.id).filter(
        kind="casework.task.completed", data__key="review"
    )
    assert done.count() == 1


def test_a_double_click_is_no_error_and_one_effect(transactional_db, scene: Scene) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    actor = Actor.for_user(task.assignee, task.role, 1)

    def press() -> object:
        return services.complete_task(
            task_id=task.id, actor=actor, outcome="ACCEPT", now=NOW, token="the same"
        )

    assert at_once(press, press) == ["DONE", "DONE"]
    done = Event.objects.about("case", case.id).filter(
        kind="casework.task.completed", data__key="review"
    )
    assert done.count() == 1


def test_withdrawing_while_an_officer_decides_leaves_one_truth(
    transactional_db, scene: Scene
) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    officer = Actor.for_user(task.assignee, task.role, 1)
    citizen = Actor.for_user(case.applicant)

    at_once(
        lambda: services.complete_task(task_id=task.id, actor=officer, outcome="ACCEPT", now=NOW),
        lambda: services.withdraw(case_id=case.id, actor=citizen, now=NOW),
    )

    case.refresh_from_db()
    assert case.outcome == "WITHDRAWN"
    assert not Task.objects.ready().filter(case=case).exists()
