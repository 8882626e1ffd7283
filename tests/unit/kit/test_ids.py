"""Outside ids sort by birth and keep one shape."""

from __future__ import annotations

import time

from yumen.kit.ids import is_id, new_id


def test_later_ids_sort_later() -> None:
    first = new_id("ord")
    time.sleep(0.002)
    assert first < new_id("ord")


def test_ids_do_not_repeat() -> None:
    assert len({new_id("ord") for _ in range(10_000)}) == 10_000


def test_the_shape_is_checked_with_the_prefix() -> None:
    made = new_id("ord")
    assert is_id(made, "ord")
    assert not is_id(made, "sub")
    assert not is_id(made + "0", "ord")
    assert not is_id("ord_" + "u" * 26, "ord"), "u is not in Crockford's alphabet"
