"""The witnesses' lines under the latest checkpoint."""

from datetime import datetime

from django.db import transaction

from wasl.core import scope
from wasl.transparency import installed_policy, merkle, tiles, witnessing
from wasl.transparency.checkpoints import Checkpoint as Signed
from wasl.transparency.models import Checkpoint, Cosignature
from wasl.transparency.notes import Note
from wasl.transparency.services import sealing
from wasl.transparency.storage import exclusive


def cosign(*, now: datetime, memory: witnessing.Memory) -> list[str]:
    """
    This function will ask the witnesses that have not cosigned the latest checkpoint; who did now.

    The checkpoint is published already, and is published again with their lines. `memory` is kept by
    the caller between two calls. A witness that is silent is named in the operator's log.
    """
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is None:
        return []
    done = set(checkpoint.cosignatures.values_list("witness", flat=True))
    wanted = {
        name: party
        for name, party in installed_policy.load().witnesses.items()
        if party.url and name not in done
    }
    files = sealing.log_files()
    note = Note.parse(checkpoint.note.encode())
    size = Signed.parse(note.text).size

    def proof_from(old: int) -> list[bytes]:
        read = tiles.node_reader(files.read_hash_tile, size)
        return merkle.consistency_proof(read, old, size)

    found = witnessing.gather(note, wanted, proof_from, memory, now)
    with transaction.atomic(), scope.within_system():
        for name, line in found.items():
            Cosignature.objects.get_or_create(
                checkpoint=checkpoint,
                witness=name,
                defaults={"line": str(line), "received_at": now},
            )
    if found:
        with exclusive(files.lock_path):
            sealing.publish(files=files, checkpoint=checkpoint)
    return sorted(found)
