"""Photographs of the work: encrypted where files lie, and shown by addresses that end by themselves."""

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from wasl.core import crypto, identifiers
from wasl.core.uploads import CleanUpload
from wasl.fieldwork.models import OrderPicture

FOLDER = "fieldwork"
SALT = "wasl.fieldwork.picture"
LASTS_SECONDS = 3600


def store(upload: CleanUpload, *, now: datetime) -> str:
    """This function will keep a cleaned photograph, and give its name."""
    name = f"{identifiers.new_id(now)}.jpg"
    sealed = crypto.encrypt(upload.content, aad=_aad(name))
    default_storage.save(f"{FOLDER}/{name}", ContentFile(sealed))
    return name


def load(name: str) -> bytes | None:
    """The photograph of that name; None when the file is gone."""
    path = f"{FOLDER}/{name}"
    if "/" in name or not default_storage.exists(path):
        return None
    with default_storage.open(path, "rb") as stored:
        return crypto.decrypt(stored.read(), aad=_aad(name))


def pictures_of(subject_type: str, subject_id: UUID) -> list[OrderPicture]:
    """The photographs of the work on a subject, the oldest first. Whether the reader may see them is
    for the page to say that shows the subject."""
    found = OrderPicture.objects.filter(
        order__subject_type=subject_type, order__subject_id=subject_id
    )
    return list(found.order_by("at", "name"))


def links_of(subject_type: str, subject_id: UUID) -> list[str]:
    """
    Addresses of the photographs of the work on a subject, for a page whose reader may see the subject.

    Each opens its photograph for an hour, to whoever has it.
    """
    return [link(each.name) for each in pictures_of(subject_type, subject_id)]


def link(name: str) -> str:
    """The address that shows a photograph for an hour."""
    return reverse("fieldwork:picture", args=[signing.dumps(name, salt=SALT)])


def opened_by(token: str) -> str | None:
    """The name of the photograph that an address shows; None when it is over, or was never made."""
    try:
        return str(signing.loads(token, salt=SALT, max_age=LASTS_SECONDS))
    except signing.BadSignature:
        return None


def _aad(name: str) -> str:
    return f"fieldwork_picture:{name}"
