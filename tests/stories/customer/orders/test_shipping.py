"""A parcel is sent, WeChat is told of it in time, and the order comes to its end by itself."""

import pytest

from tests.stories.customer.conftest import VELVET
from tests.stories.customer.orders.till import later
from yumen.customer.orders import parcel_store, refund, shipping
from yumen.customer.orders.carriers import UNKNOWN
from yumen.customer.orders.events import OrderCompleted, OrderShipped
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem, Unsettled
from yumen.wechat import WechatError


class Mini:
    """WeChat's answers to uploads, in turn: an errcode, 0, or an exception."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.bodies = []

    async def authorized(self, answer, appid, path, query, body=None, *, repeatable=False):
        assert (appid, path) == (VELVET, "/wxa/sec/order/upload_shipping_info")
        self.bodies.append(body)
        said = self.answers.pop(0) if self.answers else 0
        if isinstance(said, Exception):
            raise said
        if said:
            raise WechatError(said, "", path)
        return answer()


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


async def upload_of(market, parcel):
    async with market.system() as uow:
        found = await parcel_store.find(uow.conn, parcel)
    return found.upload, found.upload_errcode


async def test_a_parcel_is_told_to_wechat_with_a_masked_contact(market):
    order, parcel = await shipped(market)
    assert await market.state(order) is State.SHIPPED
    assert next(one for one in market.house.ear.heard if isinstance(one, OrderShipped)).parcel == parcel
    mini = Mini()
    assert await shipping.tell(market.work, mini, parcel, market.house.handler) is True
    (body,) = mini.bodies
    (payment,) = await market.house.rows("select transaction_id from orders.payment")
    assert body["order_key"]["transaction_id"] == payment["transaction_id"]
    assert body["shipping_list"][0]["contact"] == {"receiver_contact": "199****0001"}
    assert body["payer"]["openid"] == "oAlice"
    assert await upload_of(market, parcel) == ("done", None)
    assert await shipping.tell(market.work, mini, parcel, market.house.handler) is True
    assert len(mini.bodies) == 1


async def test_wechat_may_know_the_payment_later_or_the_parcel_already(market):
    _, parcel = await shipped(market, "STO")
    mini = Mini(10060001, 10060012, Unsettled("http.timeout"), 10060002)
    for _ in range(3):
        assert await shipping.tell_waiting(market.work, mini) == 0
    assert (await upload_of(market, parcel))[0] == "waiting"
    assert await shipping.tell_waiting(market.work, mini) == 1
    assert await upload_of(market, parcel) == ("done", 10060002)


async def test_what_wechat_refuses_is_seen_in_time(market):
    _, parcel = await shipped(market)
    await shipping.tell(market.work, Mini(268485227), parcel, market.house.handler)
    assert await upload_of(market, parcel) == ("refused", 268485227)
    alarms = Alarms()
    async with market.system() as uow:
        assert await shipping.watch(uow, alarms) == 0
    later(market.house.clock, hours=37)
    async with market.system() as uow:
        assert await shipping.watch(uow, alarms) == 1
    assert alarms.raised == [(shipping.UNTOLD_ALARM, f"handler:{market.house.handler}")]


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
