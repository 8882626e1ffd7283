"""The growing edge against the recursive definition of RFC 6962 section 2.1."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.security.trail.trees import hashes, naive_root
from yumen.security.trail.merkle import EMPTY_ROOT, TILE, Edge, cut, fold, leaf_hash, node_hash, widths


def test_the_hashes_are_sm3_with_the_prefixes_of_the_rfc() -> None:
    # the openssl command line says so: printf '\\0abc' | openssl dgst -sm3
    assert EMPTY_ROOT.hex() == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
    assert leaf_hash(b"abc").hex() == "a7fe0cdcc2194aa7a9c6bfad5637581bf051d935a10bb6a9ccabfce125c27d96"
    assert node_hash(b"", b"").hex() == "799b719ac031fc89c6d8925a487dad07308f837b7ab7bbc7cebd3a4118fd2f38"


@given(st.integers(0, 700))
@settings(max_examples=60, deadline=None)
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    edge = Edge()
    edge.extend(hashes(size))
    assert edge.size == size
    assert edge.root() == naive_root(hashes(size))


def test_each_root_on_the_way_is_right() -> None:
    edge, leaves = Edge(), hashes(300)
    for at, leaf in enumerate(leaves):
        edge.append(leaf)
        assert edge.root() == naive_root(leaves[: at + 1])


def test_a_tile_is_given_once_when_it_is_full() -> None:
    edge, leaves = Edge(), hashes(3 * TILE + 5)
    tiles = edge.extend(leaves)
    assert [(tile.level, tile.n) for tile in tiles] == [(0, 0), (0, 1), (0, 2)]
    assert [cut(tile.hashes) for tile in tiles] == [leaves[at * TILE : (at + 1) * TILE] for at in range(3)]
    assert edge.rows == [leaves[3 * TILE :], [naive_root(leaves[at * TILE : (at + 1) * TILE]) for at in range(3)]]


def test_a_tile_of_the_second_level_holds_the_roots_of_256_tiles() -> None:
    tiles = Edge().extend(hashes(TILE * TILE))
    assert (tiles[-1].level, tiles[-1].n) == (1, 0)
    assert cut(tiles[-1].hashes) == [fold(cut(tile.hashes)) for tile in tiles[:-1]]


@given(st.integers(0, 1200))
@settings(max_examples=30, deadline=None)
def test_an_edge_made_from_its_rows_goes_on_like_the_first(size: int) -> None:
    first = Edge()
    first.extend(hashes(size))
    second = Edge(size, first.rows)
    assert second.root() == first.root()
    more = [leaf_hash(b"more %d" % at) for at in range(300)]
    assert second.extend(more) == first.extend(more)
    assert second.root() == first.root()


def test_a_copy_does_not_disturb_its_original() -> None:
    edge = Edge()
    edge.extend(hashes(7))
    before = edge.root()
    edge.copy().append(leaf_hash(b"x"))
    assert (edge.size, edge.root()) == (7, before)


def test_rows_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Edge(3, [hashes(2)])


def test_widths_are_those_of_the_example_in_the_tile_specification() -> None:
    assert widths(70_000) == [112, 17, 1]
    assert widths(256) == [0, 1]
    assert widths(0) == [0]
