"""Writing applications: a page is saved, a file is added, all is sent; then what the process asks for."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.casework import services as casework
from wasl.casework.models import Case
from wasl.connections import estimate, places, selectors
from wasl.connections.journeys import JOURNEYS
from wasl.connections.models import Application, Draft, DraftDocument, Estimate
from wasl.core import crypto, identifiers, jobs, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload
from wasl.directorates import selectors as directorates
from wasl.notifications import services as notifications

MAX_DRAFT_DOCUMENTS = 20
MAX_DRAFTS = 10


class UnableToBegin(Unable):
    """The person has as many unfinished applications as one may have."""

    code = "TOO_MANY_DRAFTS"
    message = _("You have %(limit)s unfinished applications. Send or delete one of them first.")


class UnableToChange(Unable):
    """The application was sent meanwhile, from another page or another phone."""

    code = "ALREADY_SENT"
    message = _("This application has been sent already.")


class UnableToSend(Unable):
    """Pages are missing, or the service is not open there."""

    code = "NOT_COMPLETE"
    message = _("Something is still missing: %(what)s.")


class UnableToAddDocument(Unable):
    """The draft holds as many files as it may."""

    code = "TOO_MANY_FILES"
    message = _("This application already holds %(limit)s files.")


def begin(*, citizen: User, service: str, now: datetime) -> Draft:
    """
    This function will begin an application.

    :raises UnableToBegin: when the person has too many unfinished ones.
    """
    if len(selectors.open_drafts(citizen, now)) >= MAX_DRAFTS:
        raise UnableToBegin(limit=MAX_DRAFTS)
    return Draft.objects.create(
        id=identifiers.new_id(now),
        citizen=citizen,
        service=service,
        answers="{}",
        begun_at=now,
        saved_at=now,
    )


@transaction.atomic
def save_answers(*, draft: Draft, result: dict[str, Any], now: datetime) -> Draft:
    """
    This function will keep answers of a page that is not done yet.

    :raises UnableToChange: when the application was sent meanwhile.
    """
    found = _lock(draft)
    return _write(found, selectors.answers_of(found) | result, now)


@transaction.atomic
def save_page(
    *,
    draft: Draft,
    page: str,
    result: dict[str, Any],
    now: datetime,
    undone: Collection[str] = (),
) -> Draft:
    """
    This function will save the answers of one page; it counts as done, and those `undone` not.

    :raises UnableToChange: when the application was sent meanwhile.
    """
    found = _lock(draft)
    answers = selectors.answers_of(found) | result
    answers["done"] = sorted({*answers.get("done", []), page} - set(undone))
    return _write(found, answers, now)


def _lock(draft: Draft) -> Draft:
    """The draft as it is now, for us alone: two open tabs do not undo each other's pages."""
    found = Draft.objects.select_for_update(of=("self",)).get(id=draft.id)
    if found.case_id:
        raise UnableToChange
    return found


def _write(draft: Draft, answers: dict[str, Any], now: datetime) -> Draft:
    draft.answers = json.dumps(answers, ensure_ascii=False)
    draft.saved_at = now
    draft.save(update_fields=["answers", "saved_at"])
    return draft


@transaction.atomic
def add_document(*, draft: Draft, kind: str, upload: CleanUpload, now: datetime) -> DraftDocument:
    """
    This function will keep a cleaned file with a draft, encrypted.

    :raises UnableToAddDocument: when the draft is full.
    :raises UnableToChange: when the application was sent meanwhile.
    """
    _lock(draft)
    if draft.documents.count() >= MAX_DRAFT_DOCUMENTS:
        raise UnableToAddDocument(limit=MAX_DRAFT_DOCUMENTS)
    document_id = identifiers.new_id(now)
    sealed = crypto.encrypt(upload.content, aad=_aad(document_id))
    path = default_storage.save(f"drafts/{draft.id}/{document_id}", ContentFile(sealed))
    return DraftDocument.objects.create(
        id=document_id,
        draft=draft,
        kind=kind,
        path=path,
        content_type=upload.content_type,
        size=len(upload.content),
        added_at=now,
    )


def remove_document(*, draft: Draft, document_id: UUID) -> None:
    """This function will take a file out of a draft."""
    _forget_files(draft.documents.filter(id=document_id))


@transaction.atomic
def discard(*, draft: Draft) -> None:
    """This function will throw a draft away, files and all. One that was sent stays."""
    if draft.case_id is None:
        _forget_files(draft.documents.all())
        draft.delete()


def sweep_drafts(*, now: datetime) -> int:
    """This function will throw away what nobody has gone on with for thirty days; the number."""
    forgotten = selectors.forgotten_drafts(now)
    for draft in forgotten:
        discard(draft=draft)
    return len(forgotten)


def _forget_files(documents: QuerySet[DraftDocument]) -> None:
    """Rows go now, their files in a job: only once the rows are really gone."""
    paths = list(documents.values_list("path", flat=True))
    documents.delete()
    if paths:
        jobs.enqueue("connections.remove_files", paths=paths)


def remove_files(*, paths: Sequence[str]) -> None:
    """This function will remove files of drafts from storage. A file that is gone is no error."""
    for path in paths:
        if path.startswith("drafts/"):
            default_storage.delete(path)


def _aad(document_id: UUID) -> str:
    return f"connections_draftdocument:{document_id}"


def document_content(document: DraftDocument) -> CleanUpload:
    """The cleaned file of a draft."""
    with default_storage.open(document.path, "rb") as stored:
        content = crypto.decrypt(stored.read(), aad=_aad(document.id))
    return CleanUpload(content=content, content_type=document.content_type)


@transaction.atomic
def submit_application(*, draft_id: UUID, actor: Actor, now: datetime) -> tuple[Case, str]:
    """
    This function will send a draft: the case is opened, the application kept, the files handed over.

    Sent twice (double click, lost answer), it gives the same case, and an empty secret: the secret
    is told once.

    :raises UnableToSend: when a page or a required document is missing, or the area is not open.
    """
    draft = Draft.objects.select_for_update(of=("self",)).select_related("citizen").get(id=draft_id)
    if draft.case_id:
        with scope.within_system():
            return Case.objects.get(id=draft.case_id), ""
    answers = selectors.answers_of(draft)
    journey = JOURNEYS[draft.service]
    waiting = [p for p in journey.pages if p.key not in answers.get("done", [])]
    if waiting:
        raise UnableToSend(what=str(waiting[0].title))
    directorate_id = int(answers["directorate_id"])
    today = now.astimezone(BAGHDAD).date()
    if not directorates.phase_for(directorate_id, draft.service, today).is_active:
        raise UnableToSend(what=str(_("the service is not open in this area yet")))
    have = {document.kind for document in selectors.documents_of(draft)}
    if missing := selectors.missing_documents(draft.service, directorate_id, today, have):
        raise UnableToSend(what=", ".join(missing))
    with scope.within_system():
        position = places.position(answers, directorate_id)
    answers |= {"lat": position.lat, "lon": position.lon, "position": position.source}
    case, secret = casework.submit(
        process_key=draft.service,
        applicant=draft.citizen,
        actor=_acting(draft, answers, actor),
        directorate_id=directorate_id,
        variables=_variables(answers),
        now=now,
    )
    _keep(draft, answers, case, directorate_id, now)
    for document in selectors.documents_of(draft):
        casework.attach_document(
            case_id=case.id,
            kind=document.kind,
            upload=document_content(document),
            actor=actor,
            now=now,
        )
    _forget_files(draft.documents.all())
    draft.case_id = case.id
    draft.answers = "{}"  # what was sent lives with the case from here on
    draft.save(update_fields=["case_id", "answers"])
    _tell(case, secret, draft.citizen, now)
    return case, secret


def _acting(draft: Draft, answers: dict[str, Any], actor: Actor) -> Actor:
    return Actor.helper(draft.citizen) if answers.get("is_helped") == "yes" else actor


def _variables(answers: dict[str, Any]) -> dict[str, Any]:
    """The declared case variables: codes and figures, no person."""
    return {
        "load_kw": answers.get("load_watts", 0) / 1000,
        "phases": answers.get("phases", 1),
        "lat": answers.get("lat"),
        "lon": answers.get("lon"),
        "premises_kind": answers.get("premises_kind", ""),
        "account_no": answers.get("account_no", ""),
    }


def _keep(
    draft: Draft, answers: dict[str, Any], case: Case, directorate_id: int, now: datetime
) -> None:
    address = {name: answers.get(name, "") for name in ("mahalla", "zuqaq", "dar", "landmark")}
    address |= {
        "lat": answers.get("lat"),
        "lon": answers.get("lon"),
        "district": answers.get("district", ""),
    }
    national_id = answers.get("national_id", "")
    helper = {name: answers[name] for name in ("helper_name", "helper_phone") if answers.get(name)}
    with scope.within_system():
        Application.objects.create(
            case_id=case.id,
            service=draft.service,
            directorate_id=directorate_id,
            applicant=draft.citizen,
            district_code=answers.get("district", ""),
            address=json.dumps(address, ensure_ascii=False),
            address_index=_address_index(directorate_id, address),
            full_name=answers.get("full_name", ""),
            national_id=national_id,
            identity_index=crypto.blind_index(national_id, "connections.identity")
            if national_id
            else None,
            details={
                name: answers[name]
                for name in (
                    "right",
                    "premises_kind",
                    "appliances",
                    "meter_reason",
                    "neighbour_account",
                    "position",
                )
                if answers.get(name)
            },
            helper=json.dumps(helper, ensure_ascii=False),
            load_watts=answers.get("load_watts", 0),
            phases=answers.get("phases", 1),
            account_no=answers.get("account_no", ""),
            declared_at=now,
        )


def correct_application(*, case_id: UUID, account_no: str, dar: str) -> None:
    """
    This function will correct what the first check could not place: account number, house number.

    Empty leaves as it was. The step's record says what was corrected; the old value is not kept.
    """
    with scope.within_system():
        application = Application.objects.select_for_update().get(case_id=case_id)
        if account_no:
            application.account_no = account_no
        if dar:
            address = {**selectors.address_of(application), "dar": dar}
            application.address = json.dumps(address, ensure_ascii=False)
            application.address_index = _address_index(application.directorate_id, address)
        application.save(update_fields=["account_no", "address", "address_index"])


def _address_index(directorate_id: int, address: Mapping[str, Any]) -> bytes | None:
    place = f"{directorate_id}:{address['mahalla']}:{address['zuqaq']}:{address['dar']}"
    return crypto.blind_index(place, "connections.address") if address["dar"] else None


def _tell(case: Case, secret: str, citizen: User, now: datetime) -> None:
    notifications.notify(
        recipient=citizen,
        template="connections.received",
        values={"reference": case.reference, "secret": secret},
        directorate_id=case.directorate_id,
        now=now,
        subject=("case", case.id),
    )


def compute_estimate(*, case_id: UUID, cable_m: int, phases: int, now: datetime) -> Estimate:
    """
    This function will compute the itemised estimate from the fee table in force on the day.

    The same figures give the same estimate; other figures give one with the next number.
    """
    application = selectors.application(case_id)
    lines = estimate.lines_for(
        fees=selectors.fees(application.directorate_id, now.astimezone(BAGHDAD).date()),
        phases=phases,
        load_watts=application.load_watts,
        cable_m=cable_m,
        service=application.service,
    )
    written = [
        {
            "code": line.code,
            "quantity": line.quantity,
            "unit": line.unit,
            "price": line.price,
            "amount": line.amount,
        }
        for line in lines
    ]
    latest = next(iter(selectors.estimates(case_id)), None)
    if latest is not None and latest.lines == written:
        return latest
    return Estimate.objects.create(
        case_id=case_id,
        directorate_id=application.directorate_id,
        number=latest.number + 1 if latest else 1,
        lines=written,
        total_amount=estimate.total(lines),
        computed_at=now,
    )
