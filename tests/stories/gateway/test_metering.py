"""The meter's picture: who left by which right, the exempt apart, distinct persons after a merge beside."""

from __future__ import annotations

from tests.stories.gateway.conftest import Gateway
from yumen.border import Counter
from yumen.gateway import metering
from yumen.kit.i18n import has_text


async def test_a_merge_lowers_nothing_and_the_distinct_persons_stand_beside(gateway: Gateway) -> None:
    first, second = await gateway.members(2)
    await gateway.judge()
    await gateway.do("update identity.subject set stands_for = %s where id = %s", first, second)
    async with gateway.unit() as uow:
        (line,) = await metering.of_year(uow, gateway.today.year)
    assert (line.counter, line.booked, line.distinct, line.limited) == (Counter.GENERAL, 2, 1, True)


def test_every_counter_says_why_in_both_languages() -> None:
    assert set(metering.WHY) == set(Counter)
    assert all(has_text(code) for code in metering.WHY.values())
