"""How a snapshot's text becomes the bounds of the next round."""

import pytest

from yumen.security.trail.store import Head, Seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("765:765:", Seen(765, ())),
        ("10:20:10,14,15", Seen(20, (10, 14, 15))),
        ("4294967296:8589934592:4294967296", Seen(8_589_934_592, (4_294_967_296,))),
    ],
)
def test_a_snapshot_is_what_it_could_see(text: str, seen: Seen) -> None:
    assert Seen.parse(text) == seen


def test_bounds_are_lifted_after_a_restore() -> None:
    head = Head(7, bytes(32), "10:20:10,14", "30:30:", 1000, 1)
    assert head.bounds() == {"low": "1020", "open": ["1010", "1014"]}
