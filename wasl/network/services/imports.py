"""Network files: read and checked first, applied whole by a second person, or thrown away."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.network import register
from wasl.network.files import checking, faults, reading
from wasl.network.files.rows import Read, row_from_json
from wasl.network.models import NetworkImport
from wasl.network.services import applying
from wasl.network.services.states import solve_networks

KEPT_FAULTS = 500


class UnableToApplyNetwork(Unable):
    """The file cannot be applied; nothing was changed."""

    code = "NOT_APPLIED"
    message = _("The file is not applied, and nothing was changed: %(cause)s")


@transaction.atomic
def look_through(
    *,
    directorate_id: int,
    name: str,
    content: bytes | Mapping[str, bytes],
    actor: Actor,
    now: datetime,
    target: str = "",
) -> NetworkImport:
    """
    This function will read a file (or the files of a folder) and say what it would change.

    Nothing of the network changes. `target` names the transformer on which a study is hung.

    :raises UnableToReadNetworkFile: when it is no network file that can be read.
    """
    if isinstance(content, bytes):
        read = reading.read(name, content, target)
        digest = hashlib.sha256(content).hexdigest()
    else:
        read = reading.read_folder(dict(content), target)
        parts = (part for key in sorted(content) for part in (key.encode(), content[key]))
        digest = hashlib.sha256(b"\0".join(parts)).hexdigest()
    meant = checking.check(read, register.known(directorate_id, timezone.localdate(now)))
    meant.faults += register.still_in_use(directorate_id, meant)
    report = register.report(directorate_id, meant)
    return NetworkImport.objects.create(
        directorate_id=directorate_id,
        name="".join(filter(str.isprintable, name))[-120:],
        format=read.format,
        content_sha256=digest,
        status="FAULTY" if meant.faults else "READY",
        staged=[each.as_json() for each in read.rows],
        report={**report, "faults": len(meant.faults)},
        faults=[each.as_json() for each in meant.faults[:KEPT_FAULTS]],
        remarks=[each.as_json() for each in meant.remarks[:KEPT_FAULTS]],
        uploaded_by_id=_person(actor),
        uploaded_at=now,
    )


@transaction.atomic
def apply_file(
    *, directorate_id: int, import_id: UUID, actor: Actor, now: datetime
) -> NetworkImport:
    """
    This function will make the network what the file says, as a whole.

    The file is checked again against the register of this moment. Whoever brought it cannot apply it.

    :raises UnableToApplyNetwork: when it has faults, is over, or this is the same person.
    """
    made = _locked(directorate_id, import_id)
    if made.status != NetworkImport.Status.READY:
        raise UnableToApplyNetwork(cause=_("it has faults, or its import is over."))
    if made.uploaded_by_id == _person(actor):
        raise UnableToApplyNetwork(cause=_("a second person has to apply it."))
    read = Read(format=made.format, rows=[row_from_json(each) for each in made.staged])
    on = timezone.localdate(now)
    meant = checking.check(read, register.known(directorate_id, on))
    meant.faults += register.still_in_use(directorate_id, meant)
    if meant.faults:
        raise UnableToApplyNetwork(cause=faults.words(meant.faults[0].as_json()))
    report = register.report(directorate_id, meant)
    try:
        with transaction.atomic():
            changed = applying.apply(directorate_id, meant, now)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        raise UnableToApplyNetwork(cause=_plainly(error)) from error
    made.status, made.ended_by_id, made.ended_at = "APPLIED", _person(actor), now
    made.report = {**report, "faults": 0}
    made.save(update_fields=["status", "ended_by", "ended_at", "report"])
    events.record(
        kind="network.import.applied",
        subject=("network_import", made.id),
        actor=actor,
        directorate_id=directorate_id,
        data={
            "format": made.format,
            "sha256": made.content_sha256,
            "uploaded_by": str(made.uploaded_by_id),
            **{name: sum(kind[name] for kind in report["kinds"].values())
               for name in ("added", "changed", "removed")},
        },
        now=now,
    )  # fmt: skip
    solve_networks(directorate_id=directorate_id, now=now, transformers=changed)
    return made


@transaction.atomic
def drop_file(
    *, directorate_id: int, import_id: UUID, actor: Actor, now: datetime
) -> NetworkImport:
    """
    This function will throw a file away.

    :raises UnableToApplyNetwork: when its import is over already.
    """
    made = _locked(directorate_id, import_id)
    if made.ended_at is not None:
        raise UnableToApplyNetwork(cause=_("it has faults, or its import is over."))
    made.status, made.ended_by_id, made.ended_at = "DROPPED", _person(actor), now
    made.save(update_fields=["status", "ended_by", "ended_at"])
    return made


def _person(actor: Actor) -> UUID:
    """Who brings or applies a file is a person. :raises UnableToApplyNetwork: for anything else."""
    if actor.user_id is None:
        raise UnableToApplyNetwork(cause=_("a person has to answer for it."))
    return actor.user_id


def _locked(directorate_id: int, import_id: UUID) -> NetworkImport:
    found = (
        NetworkImport.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, id=import_id)
        .first()
    )
    if found is None:
        raise UnableToApplyNetwork(cause=_("there is no such file."))
    # One file at a time changes a directorate's network.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7114, %s)", [directorate_id])
    return found


def _plainly(error: DatabaseError) -> str:
    """The database's refusal by the name of its promise."""
    cause: Any = error.__cause__
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or type(error).__name__
    return str(_("the database refuses it (%(name)s).")) % {"name": name}
