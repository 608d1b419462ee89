"""A citizen contests a bill: the case, who may look into it, and what becomes of the sum."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests import people
from tests.billing import billed
from tests.casework.conftest import NOW, Scene, scene
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.billing import panels_shown, selectors, services
from wasl.billing.models import Bill, BillDispute, Reading
from wasl.casework import services as casework
from wasl.casework.models import Case, Draw, Task
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.core.uploads import CleanUpload
from wasl.events.models import Event
from wasl.notifications import selectors as notifications
from wasl.web.demonstration import work
from wasl.web.demonstration.citizens import picture

__all__ = ["scene"]
pytestmark = pytest.mark.django_db
DAY = NOW.astimezone(BAGHDAD).date()
LATE = DAY + timedelta(days=200)


@pytest.fixture
def made(scene: Scene) -> billed.Billed:
    return billed.build(months=3, until=date(2026, 11, 1))


def contest(made: billed.Billed, **values: object) -> Case:
    given = {"reason": BillDispute.Reason.TOO_HIGH} | values
    case, _secret = services.contest_bill(
        bill=made.last, holder=made.holder, objection=services.Objection(**given),
        actor=Actor.for_user(made.holder), now=NOW,
    )  # fmt: skip
    jobs.drain(NOW)
    return Case.objects.get(id=case.id)


def do(case: Case, key: str, outcome: str, **posted: object) -> Case:
    """A step by its own form, as the person whom the draw gave it."""
    task = Task.objects.select_related("case__process", "assignee").get(
        case=case, key=key, status=Task.Status.READY
    )
    form = work.form_of(task, outcome, Random(1))
    for name, value in posted.items():
        form.data[name] = value
    if "photo" in form.fields:
        form.files["photo"] = SimpleUploadedFile("meter.jpg", picture("meter"), "image/jpeg")
    assert form.is_valid(), form.errors
    work.send(task, form, NOW)
    jobs.drain(NOW)
    return Case.objects.get(id=case.id)


def due(made: billed.Billed) -> selectors.Dues:
    return selectors.dues(1, made.account_no, LATE)


def test_a_contested_bill_waits_and_the_citizen_is_told(made) -> None:
    case = contest(made, words="It is twice as much.")

    assert (due(made).to_pay, due(made).disputed) == (0, made.last.amount)
    dispute = BillDispute.objects.get()
    assert (dispute.case_id, dispute.key) == (case.id, made.last.key)
    event = Event.objects.get(kind="billing.bill.contested")
    assert event.public == {"period": "2026-10", "reason": "TOO_HIGH"}
    assert [m.template for m in notifications.messages_of(made.holder)][:1] == ["billing.contested"]


def test_who_took_or_decided_the_reading_does_not_judge_it(made) -> None:
    officers = [people.staff("DOCUMENTS_OFFICER", now=NOW) for _ in range(2)]
    on = made.last.to_on
    taken = Reading.objects.get(account_no=made.account_no, read_on=on).taken_by
    Reading.objects.create(
        directorate_id=1, account_no=made.account_no, read_on=on - timedelta(days=1),
        serial=f"T{made.account_no}", register_kwh=made.last.closing_kwh, source="READER",
        status="ACCEPTED", code=7, basis_on=made.last.from_on, basis_kwh=made.last.opening_kwh,
        consumption_kwh=made.last.kwh, taken_by=officers[0].id, decided_by=officers[1].id,
        decided_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    case = contest(made)

    assert panels_shown.involved(case) == {officers[0].id, officers[1].id, taken}
    draw = Draw.objects.get(case_id=case.id)
    assert [each["ground"] for each in draw.excluded] == ["INVOLVED", "INVOLVED"]
    assert draw.chosen_id not in {officer.id for officer in officers}


def test_found_wrong_it_is_cancelled_and_made_anew_by_two_people(made) -> None:
    old = made.last
    case = contest(made)
    case = do(case, "review", "CORRECT")
    assert due(made).disputed == old.amount
    case = do(case, "agree", "APPROVE")

    assert (case.status, case.outcome) == (Case.Status.CLOSED, "COMPLETED")
    standing = selectors.standing_bills(1, made.account_no).first()
    assert standing is not None
    assert (standing.period, standing.revision, standing.kind) == (old.period, 1, "REBILL")
    dispute = BillDispute.objects.get()
    assert (dispute.outcome, dispute.due_again_on) == ("CORRECTED", None)
    assert due(made).to_pay == standing.amount
    reviewed = Task.objects.get(case=case, key="review")
    agreed = Task.objects.get(case=case, key="agree")
    assert reviewed.completed_by_id != agreed.completed_by_id
    assert selectors.drifted_balances(1) == []


def test_a_wrong_reading_is_corrected_with_the_bill(made) -> None:
    old = made.last
    on, right = old.to_on, old.closing_kwh - 600
    case = contest(made, reason=BillDispute.Reason.WRONG_READING, own_reading_kwh=right + 50)
    case = do(case, "review", "CORRECT", wrong_reading=f"{on}:0", right_kwh=str(right))
    task = Task.objects.get(case=case, key="agree", status=Task.Status.READY)
    shown = panels_shown._contested(case, task)
    assert (shown["wrong_reading"], shown["right_kwh"]) == (on.isoformat(), right)
    case = do(case, "agree", "APPROVE")

    assert (case.status, case.outcome) == (Case.Status.CLOSED, "COMPLETED")
    standing = selectors.standing_bills(1, made.account_no).first()
    assert (standing.period, standing.revision) == (old.period, 1)
    assert (standing.kwh, standing.closing_kwh) == (old.kwh - 600, right)
    assert standing.energy_amount < old.energy_amount
    rows = Reading.objects.filter(account_no=made.account_no, read_on=on).order_by("revision")
    assert [(r.register_kwh, r.status) for r in rows] == [
        (old.closing_kwh, "REPLACED"), (right, "ACCEPTED"),
    ]  # fmt: skip
    assert due(made).to_pay == standing.amount
    assert BillDispute.objects.get().outcome == "CORRECTED"
    assert selectors.drifted_balances(1) == []


def test_a_proposal_sent_back_is_taken_back(made) -> None:
    old = made.last
    case = contest(made)
    case = do(case, "review", "CORRECT", wrong_reading=f"{old.to_on}:0", right_kwh="٣٠٠")
    case = do(case, "agree", "RETURN")
    case = do(case, "review", "CORRECT")
    case = do(case, "agree", "APPROVE")

    assert selectors.standing_bills(1, made.account_no).first().kwh == old.kwh
    assert not Reading.objects.filter(status="REPLACED").exists()


@pytest.mark.parametrize(
    "posted", [{"wrong_reading": "x"}, {"right_kwh": "5"}, {"right_kwh": "-1"}]
)
def test_half_a_proposal_is_refused(made, posted) -> None:
    case = contest(made)
    task = Task.objects.select_related("case__process").get(case=case, key="review")
    form = work.form_of(task, "CORRECT", Random(1))
    form.data |= posted
    assert not form.is_valid()


def test_the_desk_leaves_a_contested_bill_to_its_case(made) -> None:
    contest(made)
    reader, officer = (
        people.staff("CASHIER_CONTROLLER", now=NOW),
        people.staff("SUPERVISOR", now=NOW),
    )
    asked = services.ask_reading_correction(
        directorate_id=1, account_no=made.account_no, read_on=made.last.to_on, revision=0,
        register_kwh=made.last.closing_kwh - 1, reason="MISREAD", note="x",
        actor=Actor.for_user(reader), now=NOW,
    )  # fmt: skip
    with pytest.raises(services.UnableToCorrectReading, match="contested"):
        services.decide_reading_correction(
            directorate_id=1, correction_id=asked.id, is_agreed=True,
            actor=Actor.for_user(officer), now=NOW, today=DAY,
        )  # fmt: skip


def test_found_right_it_is_due_again_with_time_to_pay(made) -> None:
    case = contest(made)
    case = do(case, "review", "REFUSE")
    assert due(made).disputed == made.last.amount  # while an appeal is open
    case = do(case, "appeal", "ACCEPT_REFUSAL")

    dispute = BillDispute.objects.get()
    assert (case.outcome, dispute.outcome) == ("REFUSED", "UPHELD")
    assert dispute.due_again_on == DAY + timedelta(days=14)
    assert selectors.dues(1, made.account_no, DAY + timedelta(days=14)).overdue == 0
    assert selectors.dues(1, made.account_no, DAY + timedelta(days=15)).overdue == made.last.amount
    with pytest.raises(services.UnableToContest):
        contest(made)


def test_an_appeal_is_heard_by_quality_and_can_lift_the_refusal(made) -> None:
    case = contest(made)
    case = do(case, "review", "REFUSE")
    case = do(case, "appeal", "APPEAL", note="The meter is my neighbour's.")
    assert Task.objects.get(case=case, key="hear").role == Role.QUALITY_OFFICER
    case = do(case, "hear", "OVERTURN")
    case = do(case, "agree", "APPROVE")

    assert BillDispute.objects.get().outcome == "CORRECTED"
    assert Bill.objects.filter(revision=1).count() == 1


def test_the_inspector_reads_without_seeing_what_others_read(made) -> None:
    case = contest(made)
    case = do(case, "review", "VISIT")
    task = Task.objects.get(case=case, key="inspect")
    shown = panels_shown._place(case, task)
    assert not {"readings", "bill", "own_reading_kwh"} & shown.keys()

    case = do(case, "inspect", "DONE", checked_kwh="٤٢٠٠")

    assert case.variables["checked_kwh"] == 4200
    assert [each.kind for each in case.documents.all()] == ["METER_CHECK_PHOTO"]
    again = Task.objects.get(case=case, key="review", status=Task.Status.READY)
    assert panels_shown._contested(case, again)["checked_kwh"] == 4200


def test_taking_it_back_ends_the_dispute(made) -> None:
    case = contest(made)
    casework.withdraw(case_id=case.id, actor=Actor.for_user(made.holder), now=NOW)
    jobs.drain(NOW)

    assert BillDispute.objects.get().outcome == "WITHDRAWN"
    assert due(made).overdue == made.last.amount


def test_the_end_is_written_once(made) -> None:
    case = contest(made)
    ended = [
        services.end_dispute(
            directorate_id=1, case_id=case.id, case_outcome="REFUSED", now=NOW
        )
        for _ in range(2)
    ]  # fmt: skip

    assert ended == [True, False]
    assert Event.objects.filter(kind="billing.dispute.ended").count() == 1


def test_twice_at_once_opens_one_case(made) -> None:
    contest(made)
    with pytest.raises(services.UnableToContest), transaction.atomic():
        contest(made)

    assert Case.objects.filter(service="contest-bill").count() == 1


def test_a_cancelled_bill_cannot_be_contested(made) -> None:
    services.cancel_bill(
        directorate_id=1, account_no=made.account_no, period=made.last.period, revision=0,
        reason="OTHER", asked_by=UUID(int=1), actor=Actor.for_user(people.staff(now=NOW)), now=NOW,
    )  # fmt: skip
    with pytest.raises(services.UnableToContest):
        contest(made)


# --- the page


@pytest.fixture
def mine(client: Client, made: billed.Billed) -> Client:
    client.cookies["wasl_lang"] = "en"
    return people.sign_in(client, made.holder)


def test_the_page_opens_the_case(mine, made) -> None:
    answer = mine.post(
        made.url(page="contest/"),
        {"reason": "WRONG_READING", "own_reading_kwh": "٣٢٠٠", "words": "I read less."},
    )

    case = Case.objects.get(service="contest-bill")
    assert answer["Location"] == f"/case/{case.reference}/"
    assert case.variables["own_reading_kwh"] == 3200
    jobs.drain(NOW)
    assert mine.get(answer["Location"]).status_code == 200
    bill_page = mine.get(made.url()).content.decode()
    assert "You contest this bill." in bill_page
    assert made.url(page="contest/") not in bill_page
    assert (
        mine.post(made.url(page="contest/"), {"reason": "OTHER", "words": "x"}).status_code == 422
    )


@pytest.mark.parametrize(
    "wrong", [{}, {"reason": "NONSENSE"}, {"reason": "OTHER"}, {"reason": "TOO_HIGH", "own_reading_kwh": "x"}]
)  # fmt: skip
def test_what_is_missing_is_asked_for(mine, made, wrong) -> None:
    answer = mine.post(made.url(page="contest/"), wrong)

    assert answer.status_code == 422
    assert BillDispute.objects.count() == 0


def test_a_hostile_file_is_refused(mine, made) -> None:
    answer = mine.post(
        made.url(page="contest/"),
        {"reason": "TOO_HIGH", "photo": SimpleUploadedFile("a.jpg", b"<script>")},
    )
    assert answer.status_code == 422


def test_a_stranger_cannot_contest(client: Client, made) -> None:
    stranger = people.sign_in(client, people.citizen())

    assert stranger.post(made.url(page="contest/"), {"reason": "TOO_HIGH"}).status_code == 404
    assert BillDispute.objects.count() == 0


def test_photographs_lie_with_the_case(made) -> None:
    case = contest(made, photo=CleanUpload(content=b"jpeg", content_type="image/jpeg"))

    assert [each.kind for each in case.documents.all()] == ["OWN_METER_PHOTO"]


def test_desk_pages_show_the_case(made) -> None:
    case = contest(made, words="Please look.")
    task = Task.objects.select_related("assignee").get(case=case, key="review")
    client = people.sign_in(Client(), task.assignee)
    client.cookies["wasl_lang"] = "en"

    text = client.get(f"/desk/task/{task.id}/").content.decode()
    assert "Please look." in text
    assert f"{made.last.amount:,}" in text
    assert "The bill is right" in text
