"""A value leaves only as its line says, and no error tells it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.border.samples import line
from yumen.border.contract import Line
from yumen.border.transforms import UnfitValueError, Value, bucket, change, grouped, mask
from yumen.kit.crypto import hmac_sm3

SALT = b"the recipient's salt"


def by(name: str, **more: object) -> Line:
    return msgspec.convert(line("member.phone.phone", "Phone", name, **more), Line)


def test_each_change_does_what_it_says() -> None:
    assert change(by("pass"), "13800000000", SALT) == "13800000000"
    assert change(by("mask", keep=4), "13800001234", SALT) == "****1234"
    assert change(by("year"), "1990-05-17", SALT) == 1990
    assert change(by("hash"), "13800001234", SALT) == hmac_sm3(SALT, b"13800001234").hex()
    assert change(by("bucket", edges=[0, 100, 500]), 250, SALT) == "100-499"


def test_another_recipient_cannot_compare_hashes() -> None:
    assert change(by("hash"), "13800001234", b"a") != change(by("hash"), "13800001234", b"b")


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "17 May 1990"), ("year", 1990), ("bucket", "many"), ("aggregate", 5)],
)
def test_a_value_that_does_not_fit_is_refused_without_being_told(name: str, value: Value) -> None:
    with pytest.raises(UnfitValueError) as refused:
        change(by(name, edges=[1]), value, SALT)
    assert str(value) not in str(refused.value)
    assert "member.phone.phone" in str(refused.value)


def test_nothing_is_hashed_without_a_salt() -> None:
    with pytest.raises(UnfitValueError):
        change(by("hash"), "13800001234", b"")


@given(st.text(max_size=40), st.integers(0, 4))
def test_a_mask_never_shows_more_than_it_keeps_nor_half_of_the_value(value: str, keep: int) -> None:
    shown = mask(value, keep).removeprefix("****")
    assert len(shown) <= keep
    assert len(shown) * 2 < len(value) or shown == ""


@given(st.integers(-1000, 1000), st.lists(st.integers(-900, 900), min_size=1, unique=True).map(sorted))
def test_every_number_falls_into_exactly_one_bucket(value: int, edges: list[int]) -> None:
    said = bucket(value, edges)
    if value < edges[0]:
        assert said == f"<{edges[0]}"
    elif value >= edges[-1]:
        assert said == f"{edges[-1]}+"
    else:
        low = max(edge for edge in edges if edge <= value)
        assert said.startswith(f"{low}-")


@pytest.mark.parametrize(
    ("edges", "value", "group"),
    [([], 250, 250), ([0, 100, 500], 250, "100-499"), ([], "1990-05-06", 1990), ([], "CN-SH", "CN-SH")],
)
def test_an_aggregate_groups_by_range_by_year_or_by_value(edges: list[int], value: Value, group: Value) -> None:
    told = line("member.card.points", "P", "aggregate", group_min=10, edges=edges)
    assert grouped(msgspec.convert(told, Line), value) == group
