import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.transparency import merkle, tiles
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.growth import TileGrower
from wasl.transparency.storage import LogFiles


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "0/000"),
        (0, 1_234_067, 256, "0/x001/x234/067"),
        (1, 273, 112, "1/273.p/112"),
        (None, 1000, 7, "entries/x001/000.p/7"),
        (63, 999, 1, "63/999.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(level, number, width, path):
    assert tiles.path(level, number, width) == path
    assert tiles.parse_path(path) == (level, number, width)


@pytest.mark.parametrize(
    "path",
    ["0/0", "0/x001", "64/000", "00/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/x000/001",
     "-1/000", "../0/000", "0/000/", "entries/000.p/", "8/0/000", "0/٠٠٠", "0/000.p/999"],
)  # fmt: skip
def test_other_paths_are_refused(path):
    with pytest.raises(NotAccepted):
        tiles.parse_path(path)


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, 256))
def test_paths_are_read_as_written(level, number, width):
    assert tiles.parse_path(tiles.path(level, number, width)) == (level, number, width)


@pytest.mark.parametrize(
    ("size", "partial"),
    [
        (0, []),
        (1, [(0, 0, 1)]),
        (256, [(1, 0, 1)]),
        (70_000, [(0, 273, 112), (1, 1, 17), (2, 0, 1)]),
    ],
)
def test_partial_tiles_of_the_printed_sizes(size, partial):
    assert list(tiles.partial_tiles(size)) == partial


def test_bundles_are_read_as_written():
    entries = [b"", b"a", "وصل".encode(), b"x" * 65_535]

    assert tiles.unbundle(tiles.bundle(entries)) == entries
    with pytest.raises(NotAccepted):
        tiles.unbundle(tiles.bundle(entries)[:-1])
    with pytest.raises(NotAccepted):
        tiles.bundle([b"x" * 65_536])


def grow(files, start, end):
    grower = TileGrower(files, start)
    entries = [str(n).encode() for n in range(start, end)]
    grower.append((entry, merkle.leaf_hash(entry)) for entry in entries)
    grower.finish()


@pytest.mark.parametrize(
    "sizes", [[1], [255, 256, 257], [100, 300, 512, 513], [700, 70_000], [65_535, 65_536, 65_537]]
)
def test_tiles_grown_in_steps_hold_the_whole_tree(tmp_path, sizes):
    files = LogFiles(tmp_path)

    start = 0
    for size in sizes:
        grow(files, start, size)
        start = size
        root = merkle.root_of(str(n).encode() for n in range(size))
        read = tiles.node_reader(files.read_hash_tile, size)
        assert merkle.tree_root(read, size) == root
        for level, number, width in tiles.partial_tiles(size):
            assert len(files.tile_path(level, number, width).read_bytes()) == width * 32

    # Earlier sizes stay provable after their partial tiles were replaced.
    for size in sizes:
        read = tiles.node_reader(files.read_hash_tile, size)
        assert merkle.tree_root(read, size) == merkle.root_of(str(n).encode() for n in range(size))
    bundle = files.read_tile(None, 0, min(256, sizes[0]))
    assert tiles.unbundle(bundle)[0] == b"0"
    assert not list(tmp_path.rglob("*.new"))


def test_what_the_log_does_not_hold_is_not_found(tmp_path):
    files = LogFiles(tmp_path)
    grow(files, 0, 10)

    assert len(files.read_tile(0, 0, 9)) == 9 * 32
    with pytest.raises(FileNotFoundError):
        files.read_tile(0, 0, 11)
    with pytest.raises(FileNotFoundError):
        files.read_tile(0, 0)
