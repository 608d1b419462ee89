"""Growing the tiles of a log, from the right edge that its files already hold."""

from collections.abc import Iterable
from pathlib import Path

from wasl.transparency import tiles
from wasl.transparency.merkle import full_root
from wasl.transparency.storage import LogFiles, write_durably

_FULL = tiles.WIDTH * tiles.HASH
_FLUSH_AT = 512  # files written and flushed together


class TileGrower:
    """
    Appends leaves to the tiles. Begin with the size whose tiles are complete on disk.

    :raises FileNotFoundError: when the files do not hold the edge of that size.
    """

    def __init__(self, files: LogFiles, size: int) -> None:
        self.files = files
        self.size = size
        self._levels: list[bytearray] = []
        while size >> (tiles.HEIGHT * len(self._levels)):
            self._levels.append(bytearray(self._read_edge(len(self._levels), size)))
        width = tiles.width_at(None, size // tiles.WIDTH, size)
        data = files.read_tile(None, size // tiles.WIDTH, width) if width else b""
        self._entries = tiles.unbundle(data)
        self._waiting: list[tuple[Path, bytes]] = []
        self._full: list[tuple[int | None, int]] = []

    def _read_edge(self, level: int, size: int) -> bytes:
        number = (size >> (tiles.HEIGHT * level)) // tiles.WIDTH
        width = tiles.width_at(level, number, size)
        return self.files.read_tile(level, number, width) if width else b""

    def append(self, leaves: Iterable[tuple[bytes, bytes]]) -> None:
        """Add leaves, each (entry, leaf hash). Full tiles are written on the way."""
        for entry, hashed in leaves:
            self._entries.append(entry)
            self._add(0, hashed)
            self.size += 1
            if len(self._entries) == tiles.WIDTH:
                self._put(None, self.size // tiles.WIDTH - 1, tiles.bundle(self._entries))
                self._entries = []
                if len(self._waiting) >= _FLUSH_AT:
                    self._flush()

    def _add(self, level: int, hashed: bytes) -> None:
        if level == len(self._levels):
            self._levels.append(bytearray())
        tile = self._levels[level]
        tile += hashed
        if len(tile) == _FULL:
            # self.size counts the leaves before this one, which is the last of the tile.
            self._put(level, self.size >> (tiles.HEIGHT * (level + 1)), bytes(tile))
            root = full_root([bytes(tile[at : at + 32]) for at in range(0, _FULL, tiles.HASH)])
            self._levels[level] = bytearray()
            self._add(level + 1, root)

    def _put(self, level: int | None, number: int, content: bytes) -> None:
        self._waiting.append((self.files.tile_path(level, number), content))
        self._full.append((level, number))

    def _flush(self) -> None:
        write_durably(self._waiting)
        self._waiting = []

    def finish(self) -> None:
        """Write the partial tiles of the present size; everything is on disk afterwards."""
        for level, number, width in tiles.partial_tiles(self.size):
            path = self.files.tile_path(level, number, width)
            self._waiting.append((path, bytes(self._levels[level])))
        if width := len(self._entries):
            path = self.files.tile_path(None, self.size // tiles.WIDTH, width)
            self._waiting.append((path, tiles.bundle(self._entries)))
        self._flush()
        for full_level, number in self._full:
            self.files.drop_partials(full_level, number)
        self._full = []
