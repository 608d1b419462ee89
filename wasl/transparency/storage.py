"""
The published files. Whatever is written is whole and on disk before it has its name.

Tiles first, the checkpoint last: a reader never sees a checkpoint whose tiles are missing.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from wasl.transparency import tiles

_OPEN = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def write_durably(files: Iterable[tuple[Path, bytes]]) -> None:
    """
    This function will write the files, each either whole or not at all, and durably.

    All are written beside their place, then flushed together (cheaper than one by one), then named.

    :raises OSError: for example when the disk is full; what was there before is still whole.
    """
    waiting: list[tuple[int, Path, Path]] = []
    try:
        for target, content in files:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f"{target.name}.new")
            handle = os.open(beside, _OPEN, 0o644)
            waiting.append((handle, beside, target))
            _write_all(handle, content)
        for handle, _beside, _target in waiting:
            os.fsync(handle)
    except OSError:
        for _handle, beside, _target in waiting:
            beside.unlink(missing_ok=True)
        raise
    finally:
        for handle, _beside, _target in waiting:
            os.close(handle)
    for _handle, beside, target in waiting:
        beside.replace(target)
    for folder in {target.parent for _handle, _beside, target in waiting}:
        _flush_folder(folder)


def _write_all(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Only one process at a time passes; the lock goes with its holder, however that one ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class LogFiles:
    """The folder from which the log is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def lock_path(self) -> Path:
        """Held while tiles or the checkpoint are written."""
        return self.folder / ".lock"

    def tile_path(self, level: int | None, number: int, width: int = tiles.WIDTH) -> Path:
        """Where the tile or bundle lies."""
        return self.folder / "tile" / tiles.path(level, number, width)

    def checkpoint(self) -> bytes | None:
        """The published checkpoint; None when there is none yet."""
        try:
            return (self.folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None

    def write_checkpoint(self, note: bytes) -> None:
        """Publish."""
        write_durably([(self.folder / "checkpoint", note)])

    def read_tile(self, level: int | None, number: int, width: int = tiles.WIDTH) -> bytes:
        """
        The tile, or the first `width` of a wider one: what was partial may have become full.

        :raises FileNotFoundError: when the log does not hold so much.
        """
        exact = self.tile_path(level, number, width)
        if exact.is_file():
            return exact.read_bytes()
        for wider in self._wider(level, number, width):
            data = wider.read_bytes()
            if level is not None:
                return data[: width * tiles.HASH]
            return tiles.bundle(tiles.unbundle(data)[:width])
        raise FileNotFoundError(exact)

    def read_hash_tile(self, level: int, number: int, width: int) -> bytes:
        """A tile of hashes, as proofs ask for it."""
        return self.read_tile(level, number, width)

    def _wider(self, level: int | None, number: int, width: int) -> Iterator[Path]:
        full = self.tile_path(level, number)
        if full.is_file():
            yield full
        partial = full.with_name(f"{full.name}.p")
        if partial.is_dir():
            widths = sorted(int(p.name) for p in partial.iterdir() if p.name.isdigit())
            yield from (partial / str(found) for found in widths if found > width)

    def drop_partials(self, level: int | None, number: int) -> None:
        """Remove the partial tiles that a full tile has replaced."""
        full = self.tile_path(level, number)
        partial = full.with_name(f"{full.name}.p")
        if partial.is_dir() and full.is_file():
            for old in partial.iterdir():
                old.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                partial.rmdir()
