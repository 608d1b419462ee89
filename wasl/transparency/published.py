"""What the log shows to the public, read from its files only: the database is not asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from wasl.transparency import installed_policy, proofs, tiles
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.encoding import NotAccepted, to_base64
from wasl.transparency.notes import Note
from wasl.transparency.storage import LogFiles


@dataclass(frozen=True)
class Overview:
    """For the page about the log."""

    size: int
    root: str
    origin: str
    note: str
    published_at: datetime
    vkeys: list[str]
    witnesses: list[tuple[str, datetime]]


def overview() -> Overview | None:
    """The latest checkpoint and who has cosigned it; None when nothing is published yet."""
    files = LogFiles(Path(settings.WASL_LOG_DIR))
    raw = files.checkpoint()
    if raw is None:
        return None
    note = Note.parse(raw)
    checkpoint = Checkpoint.parse(note.text)
    try:
        _checkpoint, witnesses = proofs.verify_checkpoint(note, installed_policy.load())
    except NotAccepted:
        witnesses = ()  # too few of them so far
    written = (files.folder / "checkpoint").stat().st_mtime
    vkeys = files.folder / "vkey"
    return Overview(
        size=checkpoint.size,
        root=to_base64(checkpoint.root),
        origin=checkpoint.origin,
        note=raw.decode(),
        published_at=datetime.fromtimestamp(written, UTC),
        vkeys=vkeys.read_text().split() if vkeys.is_file() else [],
        witnesses=[(name, datetime.fromtimestamp(at, UTC)) for name, at in witnesses],
    )


def holds(level: int | None, number: int, width: int) -> bool:
    """
    Whether the published checkpoint covers so much of the tile.

    What lies beyond it may already be on disk, but is not promised, and must not be cached.
    """
    raw = LogFiles(Path(settings.WASL_LOG_DIR)).checkpoint()
    if raw is None:
        return False
    size = Checkpoint.parse(Note.parse(raw).text).size
    return tiles.width_at(level, number, size) >= width
