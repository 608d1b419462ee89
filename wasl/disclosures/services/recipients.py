"""The keys of those who read reports: into use by two persons, out of use by two persons."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.disclosures import keyfiles, sealing
from wasl.disclosures.models import KeyMove, KeyStep, RecipientKey
from wasl.disclosures.services.dialogue import actor_of
from wasl.events import services as events


class UnableToChangeKey(Unable):
    """The key cannot be registered, or not by this person."""

    code = "KEY_NOT_CHANGED"
    message = _("The key was not changed: %(cause)s")


def propose_key(*, public: str, holder: User, now: datetime) -> RecipientKey:
    """
    This function will keep an officer's public key (base64) until a second person has compared it.

    :raises UnableToChangeKey: when it is no sound key, or is known already.
    """
    try:
        raw = keyfiles.public_from(public)
    except ValueError as error:
        raise UnableToChangeKey(
            cause=_("this is no public key. Copy the line that the command has printed.")
        ) from error
    with scope.within_system():
        try:
            with transaction.atomic():
                key = RecipientKey.objects.create(
                    id=uuid4(), public_key=raw, fingerprint=sealing.fingerprint(raw), holder=holder
                )
        except IntegrityError as error:
            raise UnableToChangeKey(cause=_("this key is known already.")) from error
        KeyStep.objects.create(key=key, move=KeyMove.PROPOSED, by=holder.pk, at=now)
    return key


def move_key(*, key_id: UUID, move: str, officer: User, now: datetime) -> KeyStep:
    """
    This function will put a key into use or take it out: approvals are a second person's.

    Both ends stand in the public log with the fingerprint, so that no key is slipped in unseen.

    :raises RecipientKey.DoesNotExist: when there is no such key.
    :raises UnableToChangeKey: when the step cannot follow, or the same person would decide alone.
    """
    with scope.within_system():
        key = RecipientKey.objects.get(id=key_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key.id)])
        last = KeyStep.objects.filter(key=key).latest("id")
        order = [*KeyMove.values]
        if move not in order[1:] or order.index(move) != order.index(last.move) + 1:
            raise UnableToChangeKey(cause=_("it has moved on meanwhile. Load the page again."))
        if move in (KeyMove.APPROVED, KeyMove.RETIRED) and last.by == officer.pk:
            raise UnableToChangeKey(cause=_("a second person has to decide."))
        step = KeyStep.objects.create(key=key, move=move, by=officer.pk, at=now)
        if move == KeyMove.APPROVED:
            _announce("disclosures.key.approved", key, officer, now)
        elif move == KeyMove.RETIRED:
            _announce("disclosures.key.retired", key, officer, now)
    return step


def _announce(kind: str, key: RecipientKey, officer: User, now: datetime) -> None:
    events.record(
        kind=kind,
        subject=("recipient_key", key.id),
        actor=actor_of(officer),
        directorate_id=directorates.ministry().id,
        data={"fingerprint": key.fingerprint},
        now=now,
    )
