"""Photographs that reach a report after it was sent: a program sends them one by one."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework import selectors as casework_selectors
from wasl.casework import services as casework
from wasl.casework.models import Document
from wasl.complaints.models import Report
from wasl.complaints.services.reporting import PHOTO
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload


class UnableToAddPhoto(Unable):
    """There is no file for it to lie in, the report is closed, or holds as many as it may."""

    code = "PHOTO_NOT_ADDED"
    message = _("The photograph is not added: %(cause)s")


@transaction.atomic
def add_photo(
    *, report_id: UUID, upload: CleanUpload, most: int, actor: Actor, now: datetime
) -> tuple[Document, int]:
    """
    This function will put a photograph to the file of an open report; with how many there are now.

    The same photograph sent again is one.

    :raises UnableToAddPhoto: when nobody works on the report for itself, or it takes no more.
    """
    with scope.within_system():
        report = Report.objects.select_for_update(of=("self",)).get(id=report_id)
        if report.case_id is None:
            raise UnableToAddPhoto(cause=_("this report has no file of its own."))
        if not report.is_open:
            raise UnableToAddPhoto(cause=_("the report is closed."))
        case = casework_selectors.find(report.reference)
        if case is None:
            raise UnableToAddPhoto(cause=_("this report has no file of its own."))
        held = casework_selectors.documents(case, kinds=[PHOTO])
        for each in held:
            if hashlib.sha256(bytes(each.salt) + upload.content).digest() == bytes(each.commitment):
                return each, len(held)
        if len(held) >= most:
            raise UnableToAddPhoto(cause=_("it holds as many photographs as it may."))
        made = casework.attach_document(
            case_id=case.id, kind=PHOTO, upload=upload, actor=actor, now=now
        )
    return made, len(held) + 1
