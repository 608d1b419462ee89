"""Reading drafts, applications and estimates."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from wasl.accounts.models import User
from wasl.casework.models import Case
from wasl.connections import dated_settings
from wasl.connections.models import Application, Draft, DraftDocument, Estimate
from wasl.customers import selectors as customers
from wasl.directorates import dated

KEPT = timedelta(days=30)


def draft_of(user: User, draft_id: UUID) -> Draft | None:
    """A person's own draft."""
    return Draft.objects.filter(id=draft_id, citizen=user).first()


def open_drafts(user: User, now: datetime) -> list[Draft]:
    """What a person began and has not sent, newest first."""
    found = Draft.objects.filter(citizen=user, case_id=None, saved_at__gt=now - KEPT)
    return list(found.order_by("-saved_at", "id"))


def forgotten_drafts(now: datetime) -> list[Draft]:
    """What was begun, not sent, and not touched for as long as drafts are kept."""
    return list(Draft.objects.filter(case_id=None, saved_at__lte=now - KEPT).order_by("id")[:500])


def answers_of(draft: Draft) -> dict[str, Any]:
    """The answers of a draft."""
    return dict(json.loads(draft.answers))


def documents_of(draft: Draft) -> list[DraftDocument]:
    """The files of a draft."""
    return list(draft.documents.order_by("added_at", "id"))


def application(case_id: UUID) -> Application:
    """What was sent for a case. :raises Application.DoesNotExist: when it is another service's."""
    return Application.objects.get(case_id=case_id)


def find_application(case_id: UUID) -> Application | None:
    """What was sent for a case, if the case is one of ours."""
    return Application.objects.filter(case_id=case_id).first()


def address_of(application: Application) -> dict[str, Any]:
    """The address of an application."""
    return dict(json.loads(application.address))


def estimates(case_id: UUID) -> list[Estimate]:
    """The estimates of a case, the newest first."""
    return list(Estimate.objects.filter(case_id=case_id).order_by("-number"))


def fees(directorate_id: int, on: date) -> dict[str, int]:
    """The fee table in force, in dinars by code."""
    return {
        code: dated.value(f"connections.fee.{code}", directorate_id=directorate_id, on=on)
        for code in dated_settings.FEES
    }


def required_documents(service: str, directorate_id: int | None, on: date) -> list[dict[str, Any]]:
    """The documents that a service asks for: kind, is_required and the words in each language."""
    return list(
        dated.value(f"connections.documents.{service}", directorate_id=directorate_id, on=on)
    )


def missing_documents(service: str, directorate_id: int, on: date, have: set[str]) -> list[str]:
    """The kinds that are required and not there."""
    return [
        row["kind"]
        for row in required_documents(service, directorate_id, on)
        if row["is_required"] and row["kind"] not in have
    ]


def has_account(application: Application) -> bool:
    """Whether the account that the application is about is active; true where it is about none."""
    return not application.account_no or is_active_account(
        application.directorate_id, application.account_no
    )


def is_active_account(directorate_id: int, account_no: str) -> bool:
    """Whether the directorate supplies an account of that number."""
    found = customers.account_by_no(directorate_id, account_no)
    return found is not None and found.is_active


def earlier_twin(application: Application, case: Case) -> Case | None:
    """
    An earlier open case that asks for the same: for the same account, or for the same place.

    A new connection has a twin in any application for its place, whoever sent it; a service for
    an account in any other of its kind for that account.
    """
    others = Application.objects.filter(
        service=application.service, directorate_id=application.directorate_id
    ).exclude(case_id=application.case_id)
    if application.account_no:
        others = others.filter(account_no=application.account_no)
    elif application.address_index is not None:
        others = others.filter(address_index=application.address_index)
    else:
        return None
    earlier = Q(submitted_at__lt=case.submitted_at) | Q(
        submitted_at=case.submitted_at, id__lt=case.id
    )
    found = Case.objects.open().filter(earlier, id__in=others.values("case_id"))
    return found.order_by("submitted_at", "id").first()


def is_place_taken(application: Application) -> bool:
    """Whether the place of a new connection has an account already."""
    if application.service != "new-connection":
        return False
    place = address_of(application)
    found = customers.active_account_at(
        application.directorate_id, place["mahalla"], place["zuqaq"], place["dar"]
    )
    return found is not None
