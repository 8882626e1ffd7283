"""A round is finished when nothing of what it saw waits for another."""

from __future__ import annotations

import pytest

from yumen.gateway.tally import Tally


def test_finished_whatever_arrived_or_was_rejected() -> None:
    assert Tally(arrived=3, rejected=2, failures=4).finished


@pytest.mark.parametrize("tally", [Tally(left=1), Tally(unknown=1), Tally(code="gateway.quota_spent")])
def test_not_finished(tally: Tally) -> None:
    assert not tally.finished
