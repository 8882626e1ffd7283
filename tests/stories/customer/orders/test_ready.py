"""What WeChat Pay calls attempts is noted for all that it answers at the same moment."""

import asyncio

from yumen.customer import orders
from yumen.customer.orders import payment_store
from yumen.customer.orders.ready import Readying


async def test_each_attempt_is_ready_under_its_own_number_and_a_paid_one_stays_paid(market):
    person, tea = await market.club.member(), await market.stock("tea")
    attempts = [await market.intend(person, await market.order(person, {tea: 1})) for _ in range(3)]
    paid = await market.paid(person, {tea: 1})
    async with market.system() as uow:
        (done,) = await payment_store.list_of(uow.conn, paid)
    lane = market.house.services[orders.Shop].lanes.of(Readying, market.work)
    told = [(one.id, f"wx{one.id[-10:]}") for one in [*attempts, done]]
    await asyncio.gather(*(lane.do(market.house.handler, one) for one in told))
    async with market.system() as uow:
        found = {number: await payment_store.find(uow.conn, number) for number, _ in told}
    assert [(found[one.id].state, found[one.id].prepay_id) for one in attempts] == [
        ("ready", prepay) for _, prepay in told[:3]
    ]
    assert (found[done.id].state, found[done.id].prepay_id) == ("paid", done.prepay_id)
