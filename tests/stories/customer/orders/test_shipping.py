"""A parcel is sent, WeChat is told of it in time, and the order comes to its end by itself."""

from datetime import timedelta

import pytest

from tests.stories.customer.orders.till import later
from yumen.customer.orders import parcel_store, refund, shipping
from yumen.customer.orders.carriers import UNKNOWN
from yumen.customer.orders.events import OrderCompleted, OrderShipped, ParcelSent
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem


class Alarms:
    def __init__(self):
        self.raised = []

    async def __call__(self, uow, code, place):
        self.raised.append((code, place))


async def shipped(market, carrier="SF"):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 2})
    async with market.staff() as uow:
        return order, await shipping.ship(uow, order, carrier, "SF12345678901")


async def test_an_order_that_is_not_shipped_raises_an_alarm_twelve_hours_before_the_platform_does(market):
    person, tea = await market.club.member(), await market.stock("tea")
    await market.paid(person, {tea: 1})
    alarms = Alarms()
    for hours, late in ((35, 0), (2, 1)):
        later(market.house.clock, hours=hours)
        async with market.system() as uow:
            assert await shipping.watch(uow, alarms) == late
    assert alarms.raised == [(shipping.LATE_ALARM, f"handler:{market.house.handler}")]


async def test_a_silent_order_is_received_after_ten_days_and_completed_after_seven_more(market):
    order, _ = await shipped(market)
    for days, state in ((9, State.SHIPPED), (2, State.RECEIVED), (6, State.RECEIVED), (2, State.COMPLETED)):
        later(market.house.clock, days=days)
        await shipping.grow_old_due(market.work)
        assert await market.state(order) is state
    assert [one.order for one in market.house.ear.heard if isinstance(one, OrderCompleted)] == [order]
    await shipping.grow_old_due(market.work)
    assert len(await market.house.leaves("order.completed")) == 1


async def test_what_is_given_back_in_part_grows_old_too_and_what_is_being_given_back_waits(market):
    order, _ = await shipped(market)
    async with market.staff() as uow:
        await refund.by_staff(uow, order, 100, {}, "goodwill", restock=False)
    later(market.house.clock, days=11)
    await shipping.grow_old_due(market.work)
    assert (await market.get(order)).facts.received_at is None
    await market.settle_refunds(order)
    for days in (0, 8):
        later(market.house.clock, days=days)
        await shipping.grow_old_due(market.work)
    done = await market.get(order)
    assert (done.state, done.facts.completed_at is not None) == (State.PARTIALLY_REFUNDED, True)


async def test_an_unpaid_or_refunding_order_is_not_shipped_and_an_unknown_carrier_carries_nothing(market):
    person, tea = await market.club.member(), await market.stock("tea")
    unpaid = await market.order(person, {tea: 1})
    paid = await market.paid(person, {tea: 1})
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await shipping.ship(uow, paid, "NOPE", "12345678")
    assert refused.value.code is UNKNOWN
    async with market.staff() as uow:
        await refund.by_staff(uow, paid, None, {}, "goodwill", restock=False)
    for order in (unpaid, paid):
        with pytest.raises(Problem) as refused:
            async with market.staff() as uow:
                await shipping.ship(uow, order, "SF", "12345678")
        assert refused.value.code.name == "order.not_possible"


async def test_several_parcels_ship_an_order_with_the_last(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 3})
    async with market.staff() as uow:
        first = await shipping.ship(uow, order, "YTO", "YT000001", {1: 1}, last=False)
    assert await market.state(order) is State.PAID
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await shipping.ship(uow, order, "YTO", "YT000002", {1: 3})
    assert refused.value.code is shipping.CONTENTS_UNFIT
    async with market.staff() as uow:
        await shipping.ship(uow, order, "YTO", "YT000002", {1: 2})
    assert await market.state(order) is State.SHIPPED
    heard = [one for one in market.house.ear.heard if isinstance(one, ParcelSent | OrderShipped)]
    assert [type(one) for one in heard] == [ParcelSent, ParcelSent, OrderShipped]
    async with market.system() as uow:
        assert [one.contents for one in await parcel_store.list_of(uow.conn, order)] == [((1, 1),), ((1, 2),)]
    assert heard[0].parcel == first
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await shipping.ship(uow, order, "YTO", "YT000003")
    assert refused.value.code.name == "order.not_possible"


async def test_there_are_at_most_fifteen_parcels(market):
    person, tea = await market.club.member(), await market.stock("tea", pieces=20)
    order = await market.paid(person, {tea: 16})
    for number in range(15):
        async with market.staff() as uow:
            await shipping.ship(uow, order, "YTO", f"YT{number:06d}", {1: 1}, last=False)
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await shipping.ship(uow, order, "YTO", "YT999999", {1: 1})
    assert refused.value.code is shipping.TOO_MANY


async def test_a_parcel_arrives_after_it_was_sent_and_not_in_the_future(market):
    order, parcel = await shipped(market)
    now = market.house.clock.now()
    for days in (1, -9):
        with pytest.raises(Problem) as refused:
            async with market.staff() as uow:
                await shipping.arrived(uow, order, parcel, now + timedelta(days=days))
        assert refused.value.code is shipping.ARRIVAL_UNFIT
    other = await market.paid(await market.club.member("oBob"), {market.skus["tea"]: 1})
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await shipping.arrived(uow, other, parcel, now)
    assert refused.value.code is shipping.NOT_FOUND
    at = later(market.house.clock, days=2)
    async with market.staff() as uow:
        await shipping.arrived(uow, order, parcel, at)
    async with market.system() as uow:
        assert (await parcel_store.find(uow.conn, parcel)).arrived_at == at


async def test_wechats_word_that_the_receipt_was_confirmed_receives_the_order_once(market):
    order, _ = await shipped(market)
    (payment,) = await market.house.rows("select mchid, transaction_id from orders.payment")
    for expected in (True, False):
        async with market.system() as uow:
            assert await shipping.confirmed(uow, payment["mchid"], payment["transaction_id"]) is expected
    assert await market.state(order) is State.RECEIVED
    async with market.system() as uow:
        assert await shipping.confirmed(uow, payment["mchid"], "4200000000") is False
    assert len(await market.house.leaves("order.received")) == 1
