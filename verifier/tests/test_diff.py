"""The alignment of what is found with what is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen_verifier.diff import Act, compare


def items(count: int) -> list[bytes]:
    return [at.to_bytes(32, "big") for at in range(1, count + 1)]


def acts(found: list[bytes], believed: list[bytes], *, open_end: bool = False) -> list[Act]:
    return compare(iter(found), iter(believed), open_end=open_end)


@given(st.integers(0, 300), st.integers(0, 5))
def test_equal_streams_have_no_acts(count: int, more: int) -> None:
    assert acts(items(count), items(count)) == []
    assert acts(items(count + more), items(count), open_end=True) == []


def test_a_long_stretch_deleted_is_one_deletion_each_and_nothing_else() -> None:
    believed = items(5000)
    found = believed[:100] + believed[600:]
    assert acts(found, believed) == [Act("leaf.deleted", at) for at in range(100, 600)]


@pytest.mark.parametrize("distance", [1, 2, 3, 10, 63, 64, 65, 2000])
def test_two_swapped_leaves_are_one_act_at_any_distance(distance: int) -> None:
    believed = items(3000)
    found = list(believed)
    found[50], found[50 + distance] = found[50 + distance], found[50]
    assert acts(found, believed) == [Act("leaf.swapped", 50, 50 + distance)]


@pytest.mark.parametrize(("source", "target"), [(10, 500), (500, 10), (10, 12), (12, 10), (0, 999), (999, 0)])
def test_a_moved_leaf_is_one_act(source: int, target: int) -> None:
    believed = items(1000)
    found = list(believed)
    found.insert(target, found.pop(source))
    assert acts(found, believed) == [Act("leaf.moved", source, target)]


def test_several_acts_at_once_are_all_named() -> None:
    believed = items(4000)
    found = list(believed)
    found[3900] = b"e" * 32
    found.insert(2000, b"i" * 32)
    del found[1000]
    found[10], found[20] = found[20], found[10]
    assert acts(found, believed) == [
        Act("leaf.swapped", 10, 20),
        Act("leaf.deleted", 1000),
        Act("leaf.inserted", 1999),
        Act("leaf.edited", 3900),
    ]


def test_a_wholly_different_log_stops_at_a_bound() -> None:
    found = [bytes([7, *at.to_bytes(31, "big")]) for at in range(5000)]
    result = acts(found, items(5000))
    assert result[0] == Act("leaf.edited", 0)
    assert len(result) <= 5000
