"""Process versions: drafted by one quality officer, published from a date by another."""

import hashlib
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework import process_lint
from wasl.casework.models import ProcessVersion
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.events import services as events


class UnableToDraftProcess(Unable):
    """The file does not pass the process linter."""

    code = "PROCESS_HAS_FAULTS"
    message = _("The process file has faults. Mend what is listed, then upload it again.")

    def __init__(self, findings: "list[process_lint.Finding]") -> None:
        super().__init__()
        self.findings = findings


class UnableToPublishProcess(Unable):
    """Publishing needs a second person, and a day that is not past."""

    code = "PROCESS_NOT_PUBLISHED"
    message = _(
        "A process is published by somebody else than its author, and from today or a later day."
    )


@transaction.atomic
def draft_process(
    *, key: str, xml: bytes, change_note: str, actor: Actor, now: datetime
) -> ProcessVersion:
    """
    This function will keep a new draft version of a process, after the linter has passed it.

    The same file drafted again gives the version that holds it already.

    :raises UnableToDraftProcess: with the findings, when the linter refuses.
    """
    findings = [f for f in process_lint.lint_installed(xml, key=key) if f.severity == "ERROR"]
    if findings:
        raise UnableToDraftProcess(findings)
    digest = hashlib.sha256(xml).hexdigest()
    versions = ProcessVersion.objects.select_for_update().filter(key=key).order_by("-version")
    latest = versions.first()
    if latest is not None and latest.sha256 == digest:
        return latest
    return ProcessVersion.objects.create(
        key=key,
        version=latest.version + 1 if latest else 1,
        xml=xml.decode("utf-8"),
        sha256=digest,
        change_note=change_note,
        drafted_by_id=actor.user_id,
        drafted_at=now,
    )


@transaction.atomic
def publish_process(
    *, version_id: int, valid_from: date, actor: Actor, now: datetime
) -> ProcessVersion:
    """
    This function will publish a draft from a day on; running cases stay on their version.

    :raises UnableToPublishProcess: when the author publishes, or the day is past.
    """
    process = ProcessVersion.objects.select_for_update().get(id=version_id)
    if process.state == ProcessVersion.State.PUBLISHED:
        return process
    same_person = actor.user_id is None or actor.user_id == process.drafted_by_id
    if same_person or valid_from < now.date() or process.state == ProcessVersion.State.RETIRED:
        raise UnableToPublishProcess
    process.state = ProcessVersion.State.PUBLISHED
    process.valid_from, process.published_at = valid_from, now
    process.published_by_id = actor.user_id
    process.save(update_fields=["state", "valid_from", "published_at", "published_by"])
    events.record(
        kind="casework.process.published",
        subject=("process", _subject(process.key)),
        actor=actor,
        directorate_id=directorates.ministry().id,
        data={
            "process": process.key,
            "version": process.version,
            "sha256": process.sha256,
            "valid_from": valid_from.isoformat(),
        },
        now=now,
    )
    return process


def _subject(key: str) -> UUID:
    """A stable identifier of a process for the event spine."""
    return UUID(bytes=hashlib.sha256(f"process:{key}".encode()).digest()[:16], version=4)
