"""Documents and words added to a case."""

import hashlib
import secrets
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework.models import Case, Document, Note
from wasl.casework.services import steps
from wasl.core import crypto, identifiers, scope
from wasl.core.errors import Unable
from wasl.events import services as events

MAX_DOCUMENTS = 60


class UnableToAttachDocument(Unable):
    """The case holds as many documents as a case may."""

    code = "TOO_MANY_DOCUMENTS"
    message = _("This case already holds %(limit)s documents, and can take no more.")


class Upload(Protocol):
    """A cleaned file: see wasl.core.uploads."""

    @property
    def content(self) -> bytes: ...

    @property
    def content_type(self) -> str: ...


def attach_document(
    *,
    case_id: UUID,
    kind: str,
    upload: Upload,
    actor: Actor,
    now: datetime,
    task_id: UUID | None = None,
    note: Note | None = None,
) -> Document:
    """
    This function will store a cleaned file with a case, encrypted, and commit to it in the log.

    The commitment is SHA-256(salt || file): a known document cannot be recognised by its hash.

    :raises UnableToAttachDocument: when the case is full.
    """
    with scope.within_system():
        case = steps.lock(case_id)
        if Document.objects.filter(case=case).count() >= MAX_DOCUMENTS:
            raise UnableToAttachDocument(limit=MAX_DOCUMENTS)
        salt = secrets.token_bytes(32)
        document_id = identifiers.new_id(now)
        sealed = crypto.encrypt(upload.content, aad=f"casework_document:{document_id}")
        path = default_storage.save(f"documents/{case.id}/{document_id}", ContentFile(sealed))
        document = Document.objects.create(
            id=document_id,
            case=case,
            directorate_id=case.directorate_id,
            task_id=task_id,
            note=note,
            kind=kind,
            path=path,
            content_type=upload.content_type,
            size=len(upload.content),
            salt=salt,
            commitment=hashlib.sha256(salt + upload.content).digest(),
            added_by_kind=actor.kind,
            added_at=now,
        )
        data = {
            "document": str(document.id),
            "kind": kind,
            "commitment": document.commitment.hex(),
        }
        if task_id:
            data["task"] = str(task_id)
        events.record(
            kind="casework.document.added",
            subject=("case", case.id),
            actor=actor,
            directorate_id=case.directorate_id,
            data=data,
            now=now,
        )
    return document


def content_of(document: Document) -> bytes:
    """The file of a document, decrypted. The caller has already put the opening on record."""
    with default_storage.open(document.path, "rb") as stored:
        sealed = stored.read()
    return crypto.decrypt(sealed, aad=f"casework_document:{document.id}")


def write_note(
    *,
    case: Case,
    text: str,
    actor: Actor,
    is_for_citizen: bool,
    now: datetime,
    task_id: UUID | None = None,
    note_id: UUID | None = None,
) -> Note:
    """This function will add a word to the case: for colleagues, or also for the citizen."""
    with scope.within_system():
        note = Note.objects.create(
            id=note_id or identifiers.new_id(now),
            case=case,
            directorate_id=case.directorate_id,
            task_id=task_id,
            author_id=actor.user_id,
            author_role=actor.role or actor.kind,
            text=text,
            is_for_citizen=is_for_citizen,
            written_at=now,
        )
        events.record(
            kind="casework.note.written",
            subject=("case", case.id),
            actor=actor,
            directorate_id=case.directorate_id,
            data={"note": str(note.id), "is_for_citizen": is_for_citizen},
            now=now,
        )
    return note
