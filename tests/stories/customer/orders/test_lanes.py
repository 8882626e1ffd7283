"""What is asked for at the same moment is done in one transaction, and each asker hears of their own."""

import asyncio

import pytest

from yumen.customer import orders
from yumen.customer.orders.lanes import Lanes, Together
from yumen.kit.errors import Code, Problem

ODD = Code("test.odd", 409)


class Counting(Together[int, int]):
    """Even numbers are answered with how many came together; odd ones are refused."""

    async def batch(self, uow, items):
        return [len(items) if item % 2 == 0 else ODD() for item in items]


async def test_a_batch_answers_each_asker_with_their_own_outcome(market):
    lane = Lanes().of(Counting, market.work)
    outcomes = await asyncio.gather(
        *(lane.do(market.house.handler, number) for number in range(6)), return_exceptions=True
    )
    await lane.close()
    assert [one for one in outcomes if isinstance(one, int)] == [6, 6, 6]
    assert [one.code for one in outcomes if isinstance(one, Problem)] == [ODD, ODD, ODD]


async def test_a_shop_has_one_lane_of_a_kind_and_another_shop_its_own(market):
    lanes = market.house.services[orders.Shop].lanes
    assert lanes.of(Counting, market.work) is lanes.of(Counting, market.work)
    assert lanes.of(Counting, market.work) is not Lanes().of(Counting, market.work)
    await lanes.close()


async def test_what_a_lane_wrote_is_gone_when_the_batch_breaks(market):
    class Breaking(Together[int, int]):
        async def batch(self, uow, items):
            await uow.conn.execute(
                "insert into ops.alarm (code, place, raised_at, last_at) values ('t', 'x', now(), now())"
            )
            raise KeyError

    with pytest.raises(KeyError):
        await Lanes().of(Breaking, market.work).do(market.house.handler, 1)
    assert await market.house.rows("select 1 from ops.alarm") == []
