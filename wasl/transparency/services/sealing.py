"""Tiles, signature, publication: in this order, and never a step back."""

import errno
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.core import scope
from wasl.core.errors import Unable
from wasl.transparency import checkpoints, keys, merkle, notes, selectors, tiles
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.growth import TileGrower
from wasl.transparency.models import Checkpoint, Tree
from wasl.transparency.services.integration import BATCH, integrate
from wasl.transparency.storage import LogFiles, exclusive

log = logging.getLogger("wasl.transparency")
_CHUNK = 10_000


class UnableToContinueLog(Unable):
    """
    Going on would contradict what this log has signed. An older backup was restored, probably.

    Nothing is signed until a person has looked: a log that forks is worth nothing any more.
    """

    code = "LOG_WOULD_FORK"
    message = _(
        "The public log stops: %(reason)s. Going on would contradict what was published. "
        "docs/how-to/run-a-witness.md tells what to do."
    )


class UnableToWriteLog(Unable):
    """The files of the log cannot be written. The events wait in the database; nothing is lost."""

    code = "LOG_NOT_WRITTEN"
    message = _(
        "The files of the public log cannot be written in %(folder)s: %(reason)s. Nothing is lost: "
        "the log goes on by itself as soon as there is room."
    )


def log_files() -> LogFiles:
    """The folder from which the log is served."""
    return LogFiles(Path(settings.WASL_LOG_DIR))


def advance(*, now: datetime, batch: int = BATCH) -> int:
    """
    This function will bring everything that waits into the published log; how many events it took.

    A checkpoint is signed and published after each batch.

    :raises UnableToContinueLog, UnableToWriteLog, keys.UnableToSign: as `seal` does.
    """
    total = 0
    while True:
        taken = integrate(now=now, limit=batch)
        seal(now=now)
        total += taken
        if taken < batch:
            return total


def seal(*, now: datetime) -> Checkpoint:
    """
    This function will sign the tree as far as it goes, and publish what is signed.

    Tiles are on disk before the signature is made; the signature is committed to the database
    before it is published. Cut short anywhere, the next call goes on from there.

    :raises UnableToContinueLog: when the tree does not extend what was signed or published.
    :raises UnableToWriteLog: when the disk is full or not writable.
    :raises keys.UnableToSign: when there is no key.
    """
    files = log_files()
    try:
        with exclusive(files.lock_path):
            last = _latest()
            tree = _tree()
            _require_unbroken(files, last, tree)
            if last is not None and files.checkpoint() is None:
                _write_tiles(files, last, last.size)  # the folder was lost
            if last is None or tree.size > last.size:
                _write_tiles(files, last, tree.size)
                _require_consistent(files, last, tree)
                last = _sign(tree, now)
            publish(files=files, checkpoint=last)
            return last
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else str(error)
        raise UnableToWriteLog(folder=files.folder, reason=reason) from error


def publish(*, files: LogFiles, checkpoint: Checkpoint) -> None:
    """
    This function will show the checkpoint, with the cosignatures it has, in the log's folder.

    The caller holds the folder's lock. A smaller checkpoint never replaces a larger one.
    """
    shown = _published(files)
    if shown is not None and shown.size > checkpoint.size:
        return
    keys.publish_vkeys()
    content = selectors.note_of(checkpoint).to_bytes()
    if files.checkpoint() != content:
        files.write_checkpoint(content)


def _latest() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def _tree() -> Tree:
    return Tree.objects.filter(id=1).first() or Tree(
        id=1, size=0, root=merkle.EMPTY_ROOT, frontier=b""
    )


def _published(files: LogFiles) -> checkpoints.Checkpoint | None:
    raw = files.checkpoint()
    if raw is None:
        return None
    return checkpoints.Checkpoint.parse(notes.Note.parse(raw).text)


def _require_unbroken(files: LogFiles, last: Checkpoint | None, tree: Tree) -> None:
    """What is published was signed, what was signed is in the tree, and the key is the log's."""
    try:
        shown = _published(files)
    except NotAccepted as error:
        raise UnableToContinueLog(
            reason=f"its published checkpoint is damaged ({error})"
        ) from error
    signed_size = last.size if last else -1
    if shown is not None:
        if shown.origin != settings.WASL_LOG_ORIGIN:
            raise UnableToContinueLog(reason=f"its folder holds another log, {shown.origin}")
        if shown.size > signed_size:
            raise UnableToContinueLog(
                reason=f"size {shown.size} is published, but the database ends at {signed_size}"
            )
        if last and shown.size == last.size and shown.root != bytes(last.root):
            raise UnableToContinueLog(reason="another root of the same size is published")
    if last is None:
        return
    if tree.size < last.size:
        raise UnableToContinueLog(
            reason=f"size {last.size} is signed, but the tree holds only {tree.size} entries"
        )
    _require_same_log(last)


def _require_same_log(last: Checkpoint) -> None:
    note = notes.Note.parse(last.note.encode())
    try:
        signed = notes.signers(note, [signer.key for signer in keys.log_signers()])
    except NotAccepted as error:
        raise UnableToContinueLog(reason=str(error)) from error
    if not signed or checkpoints.Checkpoint.parse(note.text).origin != settings.WASL_LOG_ORIGIN:
        raise UnableToContinueLog(
            reason="its last checkpoint was signed with another key or under another origin"
        )


def _write_tiles(files: LogFiles, last: Checkpoint | None, size: int) -> None:
    grower = _grower(files, last)
    grower.append(_leaves(grower.size, size))
    if grower.size != size:
        raise UnableToContinueLog(reason=f"entry {grower.size} is missing in the database")
    grower.finish()


def _grower(files: LogFiles, last: Checkpoint | None) -> TileGrower:
    """Begins where the last signed tiles end, or at nothing when the folder was lost."""
    if last is None or last.size == 0:
        return TileGrower(files, 0)
    try:
        read = tiles.node_reader(files.read_hash_tile, last.size)
        if merkle.tree_root(read, last.size) == bytes(last.root):
            return TileGrower(files, last.size)
    except (FileNotFoundError, NotAccepted):
        pass
    log.warning(
        "The files of the log are missing or damaged. They are made again from the database."
    )
    return TileGrower(files, 0)


def _leaves(start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    with connection.cursor() as cursor:
        while start < end:
            cursor.execute(
                "SELECT entry FROM transparency_leaf "
                "WHERE index >= %s AND index < %s ORDER BY index",
                [start, min(end, start + _CHUNK)],
            )
            for (entry,) in cursor.fetchall():
                # Hashed again: what is published is what the database holds, not what it says.
                yield bytes(entry), merkle.leaf_hash(entry)
            start += _CHUNK


def _require_consistent(files: LogFiles, last: Checkpoint | None, tree: Tree) -> None:
    """Read back from the tiles, as anybody can, that the new tree extends the signed one."""
    root = bytes(tree.root)
    read = tiles.node_reader(files.read_hash_tile, tree.size)
    try:
        if merkle.tree_root(read, tree.size) != root:
            raise NotAccepted("the tiles do not lead to the root of the tree")
        if last is not None and last.size > 0:
            merkle.check_consistency(
                old=last.size,
                new=tree.size,
                old_root=bytes(last.root),
                new_root=root,
                path=merkle.consistency_proof(read, last.size, tree.size),
            )
    except NotAccepted as error:
        raise UnableToContinueLog(reason=str(error)) from error


def _sign(tree: Tree, now: datetime) -> Checkpoint:
    root = bytes(tree.root)
    text = checkpoints.Checkpoint(settings.WASL_LOG_ORIGIN, tree.size, root).text
    note = notes.Note(text, tuple(signer.sign(text) for signer in keys.log_signers()))
    with transaction.atomic(), scope.within_system(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        # The primary key is the size: two signatures over one size cannot both be kept.
        return Checkpoint.objects.create(size=tree.size, root=root, note=str(note), signed_at=now)
