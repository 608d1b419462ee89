"""Reading the log: receipts, proofs, and how far it goes."""

import logging
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.events import payloads
from wasl.events.models import Event
from wasl.transparency import installed_policy, merkle, tiles
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.models import Checkpoint, Leaf, Pending, Tree
from wasl.transparency.notes import Note, Signature
from wasl.transparency.proofs import Disclosure, Receipt
from wasl.transparency.storage import LogFiles

log = logging.getLogger("wasl.transparency")


class UnableToMakeReceipt(Unable):
    """The record no longer agrees with the public log."""

    code = "NO_RECEIPT"
    message = _("No receipt can be made for this at the moment: %(reason)s. We look into it.")


def receipt_for(*, event_id: UUID) -> Receipt | None:
    """
    The receipt of an event; None until the log has published it (within some two seconds).

    None, too, while the log's files are not at hand: that is told to the operator. A receipt holds
    salt and payload: show it only to whom the event belongs.

    :raises UnableToMakeReceipt: when the record does not agree with the log.
    """
    leaf = Leaf.objects.filter(event_id=event_id).first()
    if leaf is None:
        return None
    checkpoint = checkpoint_for(leaf.index)
    if checkpoint is None:
        return None
    try:
        return _receipt(leaf, checkpoint)
    except OSError as error:
        log.error("The files of the log cannot be read for a receipt: %s", error)
        return None
    except (NotAccepted, Event.DoesNotExist) as error:
        raise UnableToMakeReceipt(reason=str(error)) from error


def proofs_for_subject(*, subject_type: str, subject_id: UUID) -> list[tuple[Event, Leaf | None]]:
    """The events about a subject, oldest first, each with its leaf once the log holds it."""
    events = list(Event.objects.about(subject_type, subject_id).order_by("recorded_at", "id"))
    found = Leaf.objects.filter(event_id__in=[event.id for event in events])
    by_event = {leaf.event_id: leaf for leaf in found}
    return [(event, by_event.get(event.id)) for event in events]


def checkpoint_for(index: int) -> Checkpoint | None:
    """
    The checkpoint under which to prove a leaf: the latest that the witnesses' quorum has cosigned.

    Without one, the latest that is signed; None when the leaf is not under any yet.
    """
    covering = Checkpoint.objects.filter(size__gt=index).order_by("-size")
    latest = covering.first()
    policy = installed_policy.load()
    if not policy.witnesses:
        return latest
    cosigned = covering.annotate(lines=Count("cosignatures")).filter(lines__gt=0)
    for checkpoint in cosigned.prefetch_related("cosignatures")[:20]:
        if policy.is_satisfied([line.witness for line in checkpoint.cosignatures.all()]):
            return checkpoint
    return latest


def note_of(checkpoint: Checkpoint) -> Note:
    """The checkpoint with all the cosignatures it has."""
    lines = [Signature.parse(c.line.rstrip("\n")) for c in checkpoint.cosignatures.order_by("id")]
    return Note.parse(checkpoint.note.encode()).with_signatures(lines)


def state() -> dict[str, int]:
    """How many events wait, are in the tree, are signed."""
    tree = Tree.objects.filter(id=1).first()
    last = Checkpoint.objects.order_by("-size").first()
    return {
        "pending": Pending.objects.count(),
        "size": tree.size if tree else 0,
        "signed": last.size if last else 0,
    }


def events_without_leaf(*, limit: int = 100) -> list[UUID]:
    """Events that are neither in the log nor on their way: there must be none."""
    in_log = Leaf.objects.filter(event_id=OuterRef("id"))
    on_the_way = Pending.objects.filter(event_id=OuterRef("id"))
    missing = Event.objects.filter(~Exists(in_log), ~Exists(on_the_way))
    return list(missing.values_list("id", flat=True)[:limit])


def _receipt(leaf: Leaf, checkpoint: Checkpoint) -> Receipt:
    files = LogFiles(Path(settings.WASL_LOG_DIR))
    read = tiles.node_reader(files.read_hash_tile, checkpoint.size)
    path = merkle.inclusion_proof(read, leaf.index, checkpoint.size)
    merkle.check_inclusion(
        hashed_leaf=merkle.leaf_hash(bytes(leaf.entry)),
        index=leaf.index,
        size=checkpoint.size,
        path=path,
        root=bytes(checkpoint.root),
    )
    disclosed = _disclosure(leaf)
    disclosed.check()
    return Receipt(leaf.index, tuple(path), note_of(checkpoint), disclosed.to_bytes())


def _disclosure(leaf: Leaf) -> Disclosure:
    event = Event.objects.get(
        id=leaf.event_id, recorded_at=leaf.recorded_at, directorate_id=leaf.directorate_id
    )
    content = payloads.payload(
        event_id=event.id,
        kind=event.kind,
        subject=(event.subject_type, event.subject_id),
        actor_kind=event.actor_kind,
        actor_role=event.actor_role,
        directorate_id=event.directorate_id,
        recorded_at=event.recorded_at,
        data=event.data,
    )
    return Disclosure(bytes(leaf.entry), bytes(event.salt), payloads.canonical(content))


def published(event_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the events that a signed checkpoint covers: a receipt can be made for them."""
    last = Checkpoint.objects.order_by("-size").values("size")[:1]
    held = Leaf.objects.filter(event_id__in=list(event_ids), index__lt=Subquery(last))
    return set(held.values_list("event_id", flat=True))


def latest_note() -> str:
    """The latest signed checkpoint as text; empty before the first."""
    last = Checkpoint.objects.order_by("-size").first()
    return note_of(last).to_bytes().decode() if last else ""
