"""Tiles and entry bundles: where they lie and what they hold (c2sp.org/tlog-tiles)."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from wasl.transparency.encoding import NotAccepted
from wasl.transparency.merkle import NodeReader, full_root, node_hash

WIDTH = 256
HEIGHT = 8
HASH = 32
MAX_ENTRY = 65_535
_PATH = re.compile(
    r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)

TileReader = Callable[[int, int, int], bytes]


def number_path(number: int) -> str:
    """1234067 → x001/x234/067."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def path(level: int | None, number: int, width: int = WIDTH) -> str:
    """The address below `tile/`; level None is the bundle of entries."""
    kind = "entries" if level is None else str(level)
    partial = "" if width == WIDTH else f".p/{width}"
    return f"{kind}/{number_path(number)}{partial}"


def parse_path(text: str) -> tuple[int | None, int, int]:
    """(level or None, number, width) of an address. :raises NotAccepted: when it is not one."""
    match = _PATH.fullmatch(text)
    if match is None:
        raise NotAccepted(f"not the path of a tile: {text[:60]!r}")
    number = int(match[2].replace("x", "").replace("/", ""))
    width = int(match[3]) if match[3] else WIDTH
    if number_path(number) != match[2] or (match[3] and width >= WIDTH):
        raise NotAccepted(f"not the path of a tile: {text[:60]!r}")
    return (None if match[1] == "entries" else int(match[1])), number, width


def width_at(level: int | None, number: int, size: int) -> int:
    """How many hashes (or entries) the tile holds in a tree of this size: 0 to 256."""
    return max(0, min(WIDTH, (size >> (HEIGHT * (level or 0))) - number * WIDTH))


def partial_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """(level, number, width) of the partial tiles of a tree of this size; empty ones left out."""
    level = 0
    while size >> (HEIGHT * level):
        count = size >> (HEIGHT * level)
        if width := count % WIDTH:
            yield level, count // WIDTH, width
        level += 1


def bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of an entry bundle: each entry behind its length."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise NotAccepted("an entry is longer than 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. :raises NotAccepted: when it is cut short."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise NotAccepted("the entry bundle is cut short")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def node_reader(read_tile: TileReader, size: int) -> NodeReader:
    """
    Reads node hashes of a tree of this size out of its tiles, each tile fetched once.

    `read_tile(level, number, width)` gives exactly width × 32 bytes.
    """

    @lru_cache(maxsize=64)
    def hashes(level: int, number: int) -> list[bytes]:
        width = width_at(level, number, size)
        data = read_tile(level, number, width)
        if len(data) != width * HASH:
            raise NotAccepted(f"tile {path(level, number, width)} has the wrong length")
        return [data[at : at + HASH] for at in range(0, len(data), HASH)]

    @lru_cache(maxsize=4096)
    def read(level: int, index: int) -> bytes:
        height = level % HEIGHT
        number, at = divmod(index << height, WIDTH)
        if height == 0:
            return hashes(level // HEIGHT, number)[at]
        if height > 2:  # share the work: a path asks for many halves of one tile
            return node_hash(read(level - 1, index * 2), read(level - 1, index * 2 + 1))
        return full_root(hashes(level // HEIGHT, number)[at : at + (1 << height)])

    return read
