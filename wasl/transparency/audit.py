"""The log against the database, entry by entry. For operators, and after every restore."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.transparency import merkle, proofs, selectors, tiles
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.models import Checkpoint, Leaf
from wasl.transparency.notes import Note
from wasl.transparency.policies import Party, Policy
from wasl.transparency.storage import LogFiles


class UnableToVouchForLog(Unable):
    """The log, its files and the database do not agree."""

    code = "LOG_NOT_WHOLE"
    message = _("The public log is not whole: %(reason)s.")


def require_whole() -> int:
    """
    This function will read the published log as a stranger would, and compare; its size.

    It hashes every entry again, out of the bundles and out of the database.

    :raises UnableToVouchForLog: naming the first thing that is wrong.
    """
    missing = selectors.events_without_leaf(limit=1)
    if missing:
        raise UnableToVouchForLog(reason=f"event {missing[0]} is not in it")
    files = LogFiles(Path(settings.WASL_LOG_DIR))
    raw = files.checkpoint()
    if raw is None:
        raise UnableToVouchForLog(reason="nothing is published")
    try:
        return _compare(files, Note.parse(raw))
    except (NotAccepted, OSError) as error:
        raise UnableToVouchForLog(reason=str(error)) from error


def _compare(files: LogFiles, note: Note) -> int:
    vkeys = (files.folder / "vkey").read_text().split()
    logs = tuple(Party(log.key) for vkey in vkeys for log in Policy.of_log(vkey).logs)
    checkpoint, _witnesses = proofs.verify_checkpoint(note, Policy(logs=logs))
    edge = merkle.Frontier()
    stored = Leaf.objects.filter(index__lt=checkpoint.size).order_by("index")
    entries = stored.values_list("index", "entry").iterator(chunk_size=5000)
    for number in range((checkpoint.size + tiles.WIDTH - 1) // tiles.WIDTH):
        width = tiles.width_at(None, number, checkpoint.size)
        for shown in tiles.unbundle(files.read_tile(None, number, width)):
            index, entry = next(entries, (None, b""))
            if index != edge.size or bytes(entry) != shown:
                raise NotAccepted(f"entry {edge.size} differs between files and database")
            edge.append(merkle.leaf_hash(shown))
    if edge.root() != checkpoint.root:
        raise NotAccepted("the entries do not lead to the published root")
    _compare_signed(files, checkpoint.size)
    return checkpoint.size


def _compare_signed(files: LogFiles, size: int) -> None:
    read = tiles.node_reader(files.read_hash_tile, size)
    for signed in Checkpoint.objects.filter(size__lte=size, size__gt=0).order_by("-size")[:1000]:
        if merkle.tree_root(read, signed.size) != bytes(signed.root):
            raise NotAccepted(f"the tiles contradict the signed size {signed.size}")
