"""Reading drafts, applications and estimates."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from wasl.accounts.models import User
from wasl.connections import dated_settings
from wasl.connections.models import Application, Draft, DraftDocument, Estimate
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


def missing_words(application: Application, on: date, have: set[str], language: str) -> list[str]:
    """The words for what is required and not there."""
    asked = required_documents(application.service, application.directorate_id, on)
    missing = missing_documents(application.service, application.directorate_id, on, have)
    return [row.get(language) or row["ar"] for row in asked if row["kind"] in missing]


def twin_of(application: Application, open_cases: set[UUID]) -> Application | None:
    """Another open application of the same service by the same person or for the same address."""
    others = Application.objects.filter(
        service=application.service, case_id__in=open_cases
    ).exclude(case_id=application.case_id)
    by_person = others.filter(
        identity_index=application.identity_index, address_index=application.address_index
    )
    by_address = others.filter(address_index=application.address_index)
    return by_person.first() or (
        by_address.first() if application.service == "new-connection" else None
    )
