"""The life of a case on a working directorate: one effect, right people, everything on record."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.casework.conftest import NOW, Scene
from wasl.accounts.actors import Actor
from wasl.casework import panels, selectors, services
from wasl.casework.management.commands import assignment_replay
from wasl.casework.models import Case, ClockStop, Draw, ProcessVersion, Task
from wasl.core import jobs, references, scope
from wasl.events.models import Event
from wasl.network.models import Transformer
from wasl.web.demonstration import work

pytestmark = pytest.mark.django_db


def finish(scene: Scene, case: Case) -> None:
    """Work a fresh new connection through to its end."""
    scene.do(case, "review", "ACCEPT")
    if Task.objects.filter(case=case, key="engineer", status="READY").exists():
        scene.do(case, "engineer", "FIT")
    scene.do(case, "inspect", "PASS")
    scene.do(case, "decide", "ACCEPT")
    assert work.pay(case, NOW)
    scene.do(case, "issue", "DONE")
    scene.do(case, "install", "DONE")
    scene.do(case, "confirm", "CONFIRM")


def test_a_citizen_gets_a_meter_from_home(scene: Scene) -> None:
    case = scene.apply()
    finish(scene, case)
    case.refresh_from_db()

    assert (case.status, case.outcome) == ("CLOSED", "COMPLETED")
    assert case.variables["account_no"]
    kinds = set(Event.objects.about("case", case.id).values_list("kind", flat=True))
    assert {
        "casework.case.submitted",
        "assignment.task.drawn",
        "casework.file.opened",
        "payments.payment.settled",
        "casework.case.closed",
    } <= kinds


def test_within_the_term_one_press_opens_it_again(scene: Scene) -> None:
    case = scene.apply()
    finish(scene, case)
    installer = Task.objects.get(case=case, key="install").completed_by

    scene.do(case, "again", "REOPEN")

    case.refresh_from_db()
    assert case.is_open
    assert scene.waiting(case, "fix").assignee == installer


def test_silence_confirms_and_then_closes_for_good(scene: Scene) -> None:
    case = scene.apply()
    finish(scene, case)
    later = NOW + timedelta(days=15)

    jobs.enqueue("casework.expire_tasks")
    jobs.drain(later)

    case.refresh_from_db()
    assert not Task.objects.ready().filter(case=case).exists()
    assert case.outcome == "COMPLETED"


def test_two_presses_have_one_effect(scene: Scene) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    actor = Actor.for_user(task.assignee, task.role, 1)
    said = {"task_id": task.id, "actor": actor, "outcome": "ACCEPT", "now": NOW, "token": "t"}

    services.complete_task(**said)
    services.complete_task(**said)

    done = Event.objects.about("case", case.id).filter(kind="casework.task.completed")
    assert done.filter(data__key="review").count() == 1


def test_a_step_done_by_somebody_else_is_refused(scene: Scene) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    stranger = Actor.for_user(case.applicant)

    with pytest.raises(services.UnableToCompleteTask):
        services.complete_task(task_id=task.id, actor=stranger, outcome="ACCEPT", now=NOW)


def test_an_unlisted_decision_is_refused(scene: Scene) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    actor = Actor.for_user(task.assignee, task.role, 1)

    with pytest.raises(services.UnableToDecideSo):
        services.complete_task(task_id=task.id, actor=actor, outcome="GIVE_ME_MONEY", now=NOW)


def test_an_appeal_never_goes_to_the_refuser_and_can_lift_the_refusal(scene: Scene) -> None:
    case = scene.apply()
    scene.do(case, "review", "REFUSE")
    if Task.objects.filter(case=case, key="engineer", status="READY").exists():
        scene.do(case, "engineer", "FIT")
    refuser = Task.objects.get(case=case, key="review").completed_by
    scene.do(case, "appeal", "APPEAL")

    hearing = scene.waiting(case, "hear")
    assert hearing.assignee is not None
    assert hearing.assignee != refuser
    scene.do(case, "hear", "OVERTURN")

    assert scene.waiting(case, "inspect")


def test_lifting_the_engineers_refusal_does_not_forget_the_papers(scene: Scene) -> None:
    Transformer.objects.update(rated_kva=1)
    case = scene.apply()
    scene.do(case, "review", "RETURN")
    scene.do(case, "engineer", "REFUSE")
    scene.do(case, "appeal", "APPEAL")
    scene.do(case, "hear", "OVERTURN")

    assert scene.waiting(case, "returned")
    assert not Task.objects.filter(case=case, key="inspect").exists()


def test_the_clock_stands_only_while_the_citizen_is_waited_for(scene: Scene) -> None:
    case = scene.apply()
    assert not ClockStop.objects.filter(case=case).exists()
    scene.do(case, "review", "RETURN")
    if Task.objects.filter(case=case, key="engineer", status="READY").exists():
        assert not ClockStop.objects.filter(case=case).exists()  # our own work never stops it
        scene.do(case, "engineer", "FIT")
    stop = ClockStop.objects.get(case=case)
    assert (stop.cause, stop.ended_at) == ("WAITING_CITIZEN", None)
    due = case.due_at

    task = scene.waiting(case, "returned")
    form = work.form_of(task, "SUPPLIED", scene.chance)
    assert form.is_valid(), form.errors
    work.send(task, form, NOW + timedelta(days=3))

    case.refresh_from_db()
    stop.refresh_from_db()
    assert stop.ended_at is not None
    assert case.due_at > due


def test_every_draw_can_be_recomputed_and_a_changed_one_shows(scene: Scene) -> None:
    case = scene.apply()
    finish(scene, case)
    draws = list(Draw.objects.filter(case_id=case.id))

    assert len(draws) >= 4
    assert all(assignment_replay.replay(draw) == [] for draw in draws)

    forged = draws[0]
    forged.chosen_pseudonym = next(e["p"] for e in forged.pool if e["p"] != forged.chosen_pseudonym)
    assert assignment_replay.replay(forged)
    reordered = draws[1]
    reordered.pool = reordered.pool[::-1]
    assert assignment_replay.replay(reordered)


def test_nobody_does_two_different_steps_of_a_case(scene: Scene) -> None:
    case = scene.apply()
    finish(scene, case)
    done = Task.objects.filter(case=case, kind="STAFF", status="DONE")

    people = list(done.values_list("completed_by", flat=True))
    assert len(people) == len(set(people))


def test_reassignment_needs_a_listed_reason_and_a_second_person(scene: Scene) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    holder = task.assignee
    asking, deciding = (
        Actor("STAFF", draw.chosen_id, "SUPERVISOR", 1)
        for draw in [Draw(chosen_id=pk) for pk in _supervisors()]
    )
    with pytest.raises(services.UnableToReassign):
        services.ask_reassignment(task_id=task.id, reason="BECAUSE", actor=asking, now=NOW)
    asked = services.ask_reassignment(task_id=task.id, reason="REA_ILL", actor=asking, now=NOW)
    with pytest.raises(services.UnableToReassign):
        services.decide_reassignment(
            reassignment_id=asked.id, is_approved=True, actor=asking, now=NOW
        )

    services.decide_reassignment(
        reassignment_id=asked.id, is_approved=True, actor=deciding, now=NOW
    )
    jobs.drain(NOW)

    task.refresh_from_db()
    assert task.assignee not in {None, holder}
    assert Draw.objects.filter(task=task).count() == 2


def _supervisors() -> list[object]:
    from wasl.accounts import selectors as accounts

    return [user.id for user in accounts.staff_with_role("SUPERVISOR", 1, on=NOW)][:2]


def test_a_withdrawn_case_leaves_no_step_behind(scene: Scene) -> None:
    case = scene.apply()

    services.withdraw(case_id=case.id, actor=Actor.for_user(case.applicant), now=NOW)
    services.withdraw(case_id=case.id, actor=Actor.for_user(case.applicant), now=NOW)

    case.refresh_from_db()
    assert case.outcome == "WITHDRAWN"
    assert not Task.objects.ready().filter(case=case).exists()


def test_a_failing_operation_becomes_an_incident_that_people_see(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wasl.connections import operations

    def broken(**_values: object) -> None:
        raise OSError("the fee table is on fire")

    monkeypatch.setattr(operations.services, "compute_estimate", broken)
    case = scene.apply()
    scene.do(case, "review", "ACCEPT")
    if Task.objects.filter(case=case, key="engineer", status="READY").exists():
        scene.do(case, "engineer", "FIT")
    scene.do(case, "inspect", "PASS")
    for second in (3, 8, 20, 60):
        jobs.drain(NOW + timedelta(seconds=second))

    assert Task.objects.get(case=case, key="estimate").status == "INCIDENT"
    assert Event.objects.about("case", case.id).filter(kind="casework.task.incident").exists()


def test_tracking_gives_one_answer_to_every_wrong_pair(scene: Scene) -> None:
    case = scene.apply()
    other = references.new_reference()

    assert selectors.track(case.reference, "00000000") is None
    assert selectors.track(other, "00000000") is None
    assert selectors.track("nonsense", "x") is None


def test_the_database_keeps_what_is_done(scene: Scene) -> None:
    case = scene.apply()
    scene.do(case, "review", "ACCEPT")
    task = Task.objects.get(case=case, key="review")

    with pytest.raises(DatabaseError), transaction.atomic():
        Task.objects.filter(id=task.id).update(outcome="REFUSE")
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcessVersion.objects.filter(id=case.process_id).update(xml="<x/>")
    with pytest.raises(DatabaseError), transaction.atomic():
        Draw.objects.filter(case_id=case.id).delete()


def test_rows_are_seen_only_in_scope(scene: Scene) -> None:
    mine, theirs = scene.apply(), scene.apply()

    with scope.within_person(mine.applicant_id):
        assert list(Case.objects.values_list("id", flat=True)) == [mine.id]
        assert not Task.objects.filter(case=theirs).exists()
    with scope.within_staff([2]):
        assert not Case.objects.exists()
    with scope.within_case(theirs.id):
        assert list(Case.objects.values_list("id", flat=True)) == [theirs.id]


def test_an_inspector_never_sees_papers_and_a_documents_officer_never_the_telephone() -> None:
    inspector = {panel.name for panel in panels.panels_of("connections.site-inspection")}

    assert "connections.identity" not in inspector
    assert "NATIONAL_CARD" not in panels.document_kinds_of("connections.site-inspection")
    assert "NATIONAL_CARD" in panels.document_kinds_of("connections.documents-review")


def test_the_state_of_a_case_stays_small_however_often_it_comes_back(scene: Scene) -> None:
    case = scene.apply()
    for _round in range(4):
        scene.do(case, "review", "RETURN")
        if Task.objects.filter(case=case, key="engineer", status="READY").exists():
            scene.do(case, "engineer", "FIT")
        scene.do(case, "returned", "SUPPLIED")

    assert len(case.engine.state.encode()) < 4096
