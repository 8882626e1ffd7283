"""What a recipient's answer to the question says of one transfer."""

from __future__ import annotations

import pytest

from yumen.gateway.asking import settled_of
from yumen.gateway.connectors.connector import Found, Outcome


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (Found("a", True, 7), Outcome.DONE),
        (Found("a", True, 8), Outcome.DONE),
        (Found("a", True, 6), Outcome.RETRY),
        (Found("a", False), Outcome.RETRY),
        (Found("a", True, None), Outcome.RETRY),
    ],
    ids=["this version", "a later one", "an earlier one", "absent", "no version kept: idempotent, so again"],
)
def test_only_this_version_or_a_later_one_has_arrived(found: Found, outcome: Outcome) -> None:
    assert settled_of(7, found).outcome is outcome
