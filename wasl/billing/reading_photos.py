"""Photographs of registers, encrypted where files lie. A reading names its own in `details`."""

from datetime import date, datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from wasl.billing import citizen_pages
from wasl.billing.models import Reading
from wasl.core import crypto, identifiers
from wasl.core.calendars import BAGHDAD
from wasl.core.uploads import CleanUpload
from wasl.customers.models import Account

FOLDER = "readings"


def store(upload: CleanUpload, *, now: datetime) -> str:
    """
    This function will keep a cleaned photograph, and give the name for `details["photo"]`.

    The name ends in the kind of file: .jpg or .pdf.
    """
    name = f"{identifiers.new_id(now)}.{upload.extension}"
    sealed = crypto.encrypt(upload.content, aad=_aad(name))
    default_storage.save(f"{FOLDER}/{name}", ContentFile(sealed))
    return name


def load(name: str) -> CleanUpload | None:
    """The photograph of that name; None when the file is gone."""
    path = f"{FOLDER}/{name}"
    if "/" in name or not default_storage.exists(path):
        return None
    with default_storage.open(path, "rb") as stored:
        content = crypto.decrypt(stored.read(), aad=_aad(name))
    kind = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
    return CleanUpload(content=content, content_type=kind)


def of(account: Account, read_on: str, revision: int) -> CleanUpload | None:
    """The photograph of one reading of an account; none of an earlier holder's days."""
    try:
        on = date.fromisoformat(read_on)
    except ValueError:
        return None
    since = citizen_pages.own_since(account)
    if since is not None and on <= since.astimezone(BAGHDAD).date():
        return None
    reading = Reading.objects.filter(
        directorate_id=account.directorate_id,
        account_no=account.account_no,
        read_on=on,
        revision=revision,
    ).first()
    name = reading.details.get("photo") if reading is not None else None
    return load(str(name)) if name else None


def _aad(name: str) -> str:
    return f"billing_reading_photo:{name}"
