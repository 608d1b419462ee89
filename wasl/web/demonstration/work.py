"""Work done as staff and citizens do it: each step by its own form, each at its own pace."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from wasl.accounts.actors import Actor
from wasl.billing.models import Reading
from wasl.casework import definitions, forms
from wasl.casework import selectors as casework
from wasl.casework import services as casework_services
from wasl.casework.models import Case, Task
from wasl.casework.views import submission
from wasl.connections.models import Application
from wasl.core import jobs
from wasl.core.errors import Unable
from wasl.customers import selectors as customers
from wasl.directorates import selectors as directorates
from wasl.payments import selectors as payments
from wasl.payments import services as payment_services
from wasl.web.demonstration.citizens import picture

# What people decide, in the proportions of an ordinary month.
ODDS: dict[str, list[tuple[str, int]]] = {
    "documents-review": [("ACCEPT", 86), ("RETURN", 11), ("REFUSE", 3)],
    "engineer-review": [("FIT", 80), ("WORKS_NEEDED", 15), ("REFUSE", 5)],
    "site-inspection": [("PASS", 86), ("RETURN", 11), ("REFUSE", 3)],
    "meter-inspection": [("PASS", 92), ("RETURN", 5), ("REFUSE", 3)],
    "estimate-decision": [("ACCEPT", 94), ("OBJECT", 6)],
    "estimate-review": [("KEEP", 60), ("CORRECT", 40)],
    "install-meter": [("DONE", 93), ("NO_ACCESS", 7)],
    "exchange-meter": [("DONE", 93), ("NO_ACCESS", 7)],
    "upgrade-supply": [("DONE", 95), ("NO_ACCESS", 5)],
    "final-reading": [("DONE", 93), ("NO_ACCESS", 7)],
    "confirm": [("CONFIRM", 93), ("PROBLEM", 7)],
    "appeal-decision": [("APPEAL", 50), ("ACCEPT_REFUSAL", 50)],
    "appeal-review": [("UPHOLD", 60), ("OVERTURN", 40)],
    "complaints.look": [("REPAIR", 80), ("ANSWER", 14), ("REFUSE", 6)],
    "complaints.make-safe": [("DONE", 80), ("WORKS_NEEDED", 20)],
    "complaints.repair": [("DONE", 94), ("NO_ACCESS", 6)],
    "complaints.confirm": [("CONFIRM", 90), ("PROBLEM", 10)],
}


def planned(task: Task, chance: Random) -> datetime:
    """When somebody will get to a task: staff within their limit mostly, citizens in days."""
    if task.kind == Task.Kind.CITIZEN:
        return task.opened_at + timedelta(hours=chance.lognormvariate(3.0, 0.9))
    calendar = directorates.calendar_for(task.directorate_id, on=task.opened_at)
    minutes = (task.limit_minutes or 420) * min(2.5, chance.lognormvariate(-0.65, 0.55))
    return calendar.add_working_minutes(task.opened_at, max(5, int(minutes)))


def do(task: Task, chance: Random, now: datetime) -> bool:
    """This function will do a task by its form, as the person it waits for. False: not yet."""
    case = Case.objects.select_related("process", "applicant").get(id=task.case_id)
    step = definitions.step(case.process, task.key)
    name = step.form.removeprefix("connections.")
    if name in {"reopen", "complaints.reopen"}:
        return False
    if name == "pay-fee":
        return pay(case, now)
    codes, weights = zip(*ODDS.get(name, [(step.outcomes[0], 1)]), strict=True)
    form = _filled(case, task, step, chance.choices(codes, weights)[0], chance)
    if not form.is_valid():
        raise RuntimeError(f"{name}: {form.errors.as_json()}")
    try:
        send(task, form, now)
    except Unable:
        return False
    jobs.drain(now)
    return True


def form_of(task: Task, outcome: str, chance: Random) -> forms.TaskForm:
    """The form of a task, filled in with an outcome and what goes with it."""
    case = Case.objects.select_related("process", "applicant").get(id=task.case_id)
    return _filled(case, task, definitions.step(case.process, task.key), outcome, chance)


def send(task: Task, form: forms.TaskForm, now: datetime) -> None:
    """
    This function will open the file and send the form, as the person the task waits for.

    :raises Unable: when the services refuse.
    """
    actor = Actor.for_user(form.case.applicant)
    if task.assignee is not None:
        actor = Actor.for_user(task.assignee, task.role, task.directorate_id)
        casework_services.record_opening(
            case=form.case, actor=actor, purpose="TASK", what="case", now=now, task_id=task.id
        )
    submission.submit(form, actor, now)


def pay(case: Case, now: datetime) -> bool:
    """This function will pay the fee that a case asks for. False: none is asked for yet."""
    request = payments.request_for("case", case.id)
    if request is None:
        return False
    payment_services.settle_for_demo(request_id=request.id, now=now)
    jobs.drain(now)
    return True


def _filled(
    case: Case, task: Task, step: definitions.StepDefinition, outcome: str, chance: Random
) -> forms.TaskForm:
    listed = {code: casework.reasons(group, "ar") for code, group in step.reasons.items()}
    choices = [code for code, _label in listed.get(outcome, [])]
    data: dict[str, Any] = {"outcome": outcome, "reason": chance.choice(choices) if choices else ""}
    data |= _facts(case, step.form.removeprefix("connections."), outcome, chance)
    files: dict[str, Any] = {}
    is_site_work = step.form in {"complaints.make-safe", "complaints.repair"}
    if "papers" in forms.form_class(step.form).base_fields or outcome == "PASS" or is_site_work:
        name = "papers" if "papers" in forms.form_class(step.form).base_fields else "photos"
        files[name] = [SimpleUploadedFile("photo.jpg", picture(task.key), "image/jpeg")]
    return forms.form_class(step.form)(
        data, _Files(files), task=task, case=case, step=step, reasons=listed
    )


class _Files(dict[str, Any]):
    """Posted files as a browser sends them: several under one name."""

    def getlist(self, name: str) -> list[Any]:
        """The files of a field."""
        found: list[Any] = self.get(name, [])
        return found


def _account_no(case: Case) -> str:
    found = Application.objects.filter(case_id=case.id).values_list("account_no", flat=True)
    return found.first() or ""


def _last_shown(case: Case) -> int:
    """What the register of the case's account has shown when it was last read."""
    found = Reading.objects.filter(
        directorate_id=case.directorate_id, account_no=_account_no(case)
    ).filter(status=Reading.Status.ACCEPTED, register_kwh__isnull=False)
    last = found.order_by("-read_on", "-revision").first()
    return last.register_kwh or 0 if last else 9000


def _facts(case: Case, form: str, outcome: str, chance: Random) -> dict[str, Any]:
    place = {"lat": case.variables.get("lat") or "", "lon": case.variables.get("lon") or ""}
    facts: dict[str, Any] = {
        "site-inspection": {
            **place, "distance_m": chance.randint(8, 45),
            "phases_confirmed": case.variables.get("phases", 1),
            "has_earth": "on", "has_board": "on", "has_safe_wiring": "on", "is_free_of_encroachment": "on",
        },
        "supply-documents": {"kind": "SUPPLEMENT"},
        "estimate-decision": {"note": "طول السلك أقل من المذكور" if outcome == "OBJECT" else ""},
        "estimate-review": {"cable_m": 12 if outcome == "CORRECT" else ""},
        "appeal-decision": {"note": "أرفقت ما يثبت حقي" if outcome == "APPEAL" else ""},
        "install-meter": {**place, "seal_no": f"S{chance.randrange(10**6):06d}", "first_reading": chance.randint(0, 3)},
        "exchange-meter": {
            **place, "seal_no": f"S{chance.randrange(10**6):06d}", "first_reading": 0,
            "final_reading": chance.randint(20, 600),
        },
        "final-reading": {**place, "final_reading": chance.randint(20, 600)},
        "complaints.look": {"note": "شكراً على بلاغك. نظرنا فيه وسجّلنا ما يلزم."},
        "complaints.look-conduct": {"note": "تحقق قسم الجودة من الأمر واتُّخذ ما يلزم."},
        "complaints.make-safe": {"note": "أُمّن الموقع."},
        "complaints.repair": {"note": "عولج العطل."},
        "complaints.appeal": {"note": "الخلل ليس داخل البيت."},
        "complaints.confirm": {
            "stars": chance.choice("54433") if outcome == "CONFIRM" else "2",
            "asked": "NO",
            "note": "" if outcome == "CONFIRM" else "عاد الخلل في اليوم نفسه",
        },
    }.get(form, {})  # fmt: skip
    if "final_reading" in facts:
        facts["final_reading"] += _last_shown(case)
    if form == "issue-meter":
        phases = int(case.variables.get("phases_confirmed") or case.variables.get("phases") or 1)
        in_store = list(customers.serials_in_store(case.directorate_id, phases=phases)[:1])
        facts = {"serial": in_store[0]} if in_store else {}
    return facts
