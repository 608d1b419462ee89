import base64
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.transparency import merkle, tiles
from wasl.transparency.encoding import NotAccepted

# The eight entries that the tests of RFC 6962 logs share, and the roots of their first n.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(hashes):
    """RFC 6962 section 2.1, word by word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def reader(hashes):
    return lambda level, index: naive_root(hashes[index << level : (index + 1) << level])


def leaves(count):
    return [merkle.leaf_hash(str(n).encode()) for n in range(count)]


@pytest.mark.parametrize("count", range(9))
def test_roots_of_the_known_entries(count):
    assert merkle.root_of(ENTRIES[:count]).hex() == ROOTS[count]


def test_empty_root_is_the_printed_one():
    printed = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert base64.b64encode(merkle.EMPTY_ROOT).decode() == printed


@given(st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_frontier_and_stored_hashes_agree_with_the_definition(count):
    hashes = leaves(count)
    edge = merkle.Frontier()

    for value in hashes:
        edge.append(value)

    assert edge.root() == naive_root(hashes) == merkle.tree_root(reader(hashes), count)
    assert merkle.Frontier.from_bytes(count, edge.to_bytes()).root() == edge.root()


def test_frontier_of_another_size_is_refused():
    with pytest.raises(NotAccepted):
        merkle.Frontier(5, leaves(3))


@given(st.integers(1, 300), st.data())
@settings(max_examples=150, deadline=None)
def test_inclusion_proof_is_accepted_and_each_change_of_it_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = naive_root(hashes)
    path = merkle.inclusion_proof(reader(hashes), index, size)
    good = {"hashed_leaf": hashes[index], "index": index, "size": size, "path": path, "root": root}

    merkle.check_inclusion(**good)

    other = sha256(b"other").digest()
    bad = [
        {**good, "hashed_leaf": other},
        {**good, "root": other},
        {**good, "path": [*path, other]},
        {**good, "index": size},
        {**good, "index": -1},
    ]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bad += [
            {**good, "path": path[:-1]},
            {**good, "path": [*path[:at], other, *path[at + 1 :]]},
            {**good, "path": [path[0][:31], *path[1:]]},
            {**good, "index": index ^ 1},
        ]
    for changed in bad:
        with pytest.raises(NotAccepted):
            merkle.check_inclusion(**changed)


@given(st.integers(1, 300), st.data())
@settings(max_examples=150, deadline=None)
def test_consistency_proof_is_accepted_and_each_change_of_it_refused(new, data):
    old = data.draw(st.integers(1, new))
    hashes = leaves(new)
    path = merkle.consistency_proof(reader(hashes), old, new)
    good = {
        "old": old,
        "new": new,
        "old_root": naive_root(hashes[:old]),
        "new_root": naive_root(hashes),
        "path": path,
    }

    merkle.check_consistency(**good)

    other = sha256(b"other").digest()
    bad = [
        {**good, "old_root": other},
        {**good, "new_root": other},
        {**good, "path": [*path, other]},
        {**good, "old": new + 1},
        {**good, "old": 0},
    ]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bad += [
            {**good, "path": path[:-1]},
            {**good, "path": []},
            {**good, "path": [*path[:at], other, *path[at + 1 :]]},
        ]
    for changed in bad:
        with pytest.raises(NotAccepted):
            merkle.check_consistency(**changed)


def test_a_rewritten_history_has_no_proof():
    before, after = leaves(5), [*leaves(2), merkle.leaf_hash(b"changed"), *leaves(9)[3:]]

    path = merkle.consistency_proof(reader(after), 5, 9)

    with pytest.raises(NotAccepted, match="does not extend"):
        merkle.check_consistency(
            old=5, new=9, old_root=naive_root(before), new_root=naive_root(after), path=path
        )


@given(st.integers(1, 3000), st.data())
@settings(max_examples=25, deadline=None)
def test_proofs_from_tiles_are_those_of_the_tree(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)

    def tile(level, number, width):
        span = 256**level
        first = number * 256 * span
        return b"".join(
            naive_root(hashes[first + n * span : first + (n + 1) * span]) for n in range(width)
        )

    read = tiles.node_reader(tile, size)
    assert merkle.inclusion_proof(read, index, size) == merkle.inclusion_proof(
        reader(hashes), index, size
    )
    assert merkle.tree_root(read, size) == naive_root(hashes)
