"""What another system says of consents is judged before it is written down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yumen.app.transfer.consents import ASKED, judge
from yumen.customer.consent.purposes import GROUNDS
from yumen.kit.errors import Problem

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SAID = {"external_id": "m", "purpose": "marketing", "state": "given"}


def test_only_purposes_that_rest_on_consent_can_be_brought() -> None:
    assert set(ASKED) == {purpose for purpose, ground in GROUNDS.items() if ground.asks}


def test_a_moment_without_a_zone_is_chinas_time() -> None:
    assert judge(NOW, SAID | {"answered_at": "2023-01-01"}).answered_at == datetime(2022, 12, 31, 16, tzinfo=UTC)
    assert judge(NOW, SAID).answered_at is None


@pytest.mark.parametrize("moment", ["2027-01-01", "2023-02-31"])
def test_a_moment_that_cannot_be_is_refused(moment: str) -> None:
    with pytest.raises(Problem, match=r"transfer\.field_unfit at /answered_at"):
        judge(NOW, SAID | {"answered_at": moment})
