"""The nearest line, the day on which it would be reached, and what a plan would use; nothing is booked by asking."""

from __future__ import annotations

from dataclasses import replace

from tests.stories.gateway.conftest import Gateway
from yumen.border import Counter
from yumen.border.figures import MeterReached
from yumen.gateway import foresight


async def test_a_plan_that_fits_and_one_that_does_not(gateway: Gateway) -> None:
    await gateway.members(2)
    await gateway.judge()
    async with gateway.unit() as uow:
        (fits,) = await foresight.look_ahead(uow, gateway.gate, add=99_997)
        (crosses,) = await foresight.look_ahead(uow, gateway.gate, add=99_998)
    assert (fits.counter, fits.booked, fits.most, fits.fits) == (Counter.GENERAL, 2, 99_999, True)
    assert (crosses.fits, crosses.crossing and crosses.crossing.left) == (False, -1)
    assert [row["used"] for row in await gateway.rows("select used from border.meter where counter = 1")] == [2]


async def test_an_alarm_is_raised_before_the_nearest_line(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    await gateway.do("update border.meter set adjusted = 95000 where counter = 1")
    async with gateway.unit() as uow:
        (reached,) = await foresight.raise_alarms(uow, gateway.gate)
        assert await foresight.raise_alarms(uow, gateway.gate) == []
    assert isinstance(reached, MeterReached)
    assert reached.percent >= 90


async def test_a_handler_is_warned_at_the_levels_it_chose(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    await gateway.do("update border.meter set adjusted = 40000 where counter = 1")
    early = replace(gateway.gate, alarms={gateway.handler: (30, 60)})
    async with gateway.unit() as uow:
        assert await foresight.raise_alarms(uow, gateway.gate) == []
        (reached,) = await foresight.raise_alarms(uow, early)
    assert reached.percent == 30
