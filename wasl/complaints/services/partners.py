"""Other programs that send reports and news of them (Open311)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.api_access import Partner
from wasl.casework import services as casework
from wasl.casework.models import Case
from wasl.complaints.models import ApiClient, PartnerUpdate, Report
from wasl.core import identifiers, scope
from wasl.core.errors import Unable


class UnableToAdmitClient(Unable):
    """No client has the key."""

    code = "WRONG_KEY"
    message = _("The api_key is missing or not valid.")


def register_client(
    *, code: str, name: str, jurisdictions: Sequence[int], now: datetime
) -> tuple[ApiClient, str]:
    """
    This function will let a program in; known by its code, it gets a new key. The key is told once.
    """
    key = secrets.token_urlsafe(24)
    with scope.within_system():
        known = {
            "name": name[:100],
            "key_hash": _hash(key),
            "jurisdictions": list(jurisdictions),
            "is_active": True,
        }
        client, _is_new = ApiClient.objects.update_or_create(
            code=code, defaults=known, create_defaults={**known, "registered_at": now}
        )
    return client, key


def _hash(key: str) -> bytes:
    # Keys are 192 random bits: nothing is gained by a slow hash.
    return hashlib.sha256(key.encode()).digest()


def admit_client(*, key: str) -> ApiClient:
    """This function will say whose key it is. :raises UnableToAdmitClient: when it is nobody's."""
    with scope.within_system():
        found = ApiClient.objects.filter(key_hash=_hash(key), is_active=True).first()
    if not key or found is None:
        raise UnableToAdmitClient
    return found


@dataclass(frozen=True, kw_only=True)
class Update:
    """What a partner's program says of a report, by a number of its own, and when it was so."""

    update_id: str
    status: str
    words: str
    updated_at: datetime


def receive_update(
    *, client: ApiClient, report: Report, update: Update, now: datetime
) -> PartnerUpdate:
    """
    This function will keep what a partner writes about a report, for whoever works on it.

    The same `update_id` is one update. It never closes anything: that is the reporter's to say.
    """
    with scope.within_system():
        made, is_new = PartnerUpdate.objects.get_or_create(
            client=client,
            update_id=update.update_id,
            defaults={
                "id": identifiers.new_id(now),
                "directorate_id": report.directorate_id,
                "report": report,
                "status": update.status,
                "words": update.words,
                "updated_at": update.updated_at,
                "received_at": now,
            },
        )
        case = Case.objects.filter(id=report.case_id).first() if report.case_id else None
        if is_new and case is not None:
            casework.write_note(
                case=case,
                text=f"{client.name}: {update.status}. {update.words}",
                actor=Actor.system(),
                is_for_citizen=False,
                now=now,
            )
    return made


def partner_of_key(key: str) -> Partner | None:
    """This function will say for the API whose key it is; None when it is nobody's."""
    try:
        found = admit_client(key=key)
    except UnableToAdmitClient:
        return None
    return Partner(
        id=found.id,
        code=found.code,
        name=found.name,
        directorates=frozenset(found.jurisdictions),
    )


def client_of(partner: Partner) -> ApiClient:
    """This function will give the row of a partner who has shown its key."""
    return ApiClient.objects.get(id=partner.id)
