"""What staff send about the meter and what they see of mechanisms, as the border means it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from tests.unit.border.samples import filing
from yumen.border import Counter
from yumen.border.figures import Correction
from yumen.gateway.border_shapes import CorrectBody, FilingView

SAID = b'{"year": 2026, "counter": "zone", "persons": 300, "source": "a count", "declared": true}'


def test_a_correction_names_its_counter() -> None:
    body = msgspec.json.decode(SAID, type=CorrectBody)
    assert body.correction() == Correction(2026, Counter.ZONE, 300, "a count", declared=True)
    assert body.approval_id is None


@pytest.mark.parametrize("wrong", [(b"zone", b"contract"), (b"2026", b"1999"), (b"a count", b""), (b"300", b"1e12")])
def test_what_the_meter_cannot_take_is_refused_at_the_door(wrong: tuple[bytes, bytes]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(SAID.replace(*wrong), type=CorrectBody)


@pytest.mark.parametrize(
    ("today", "serves", "until"),
    [(date(2028, 12, 31), True, date(2028, 12, 31)), (date(2029, 1, 1), False, date(2028, 12, 31))],
)
def test_a_mechanism_is_seen_with_its_last_day(today: date, serves: bool, until: date) -> None:
    view = FilingView.of(filing("certification"), today)
    assert (view.serves, view.until, view.purposes) == (serves, until, ["marketing", "membership", "sale"])
