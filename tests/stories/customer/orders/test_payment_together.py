"""Payments that are notified at the same moment are each booked as they would be alone."""

import asyncio

from tests.stories.customer.orders.test_checkout import cancel, coupon_for
from yumen.customer import orders
from yumen.customer.loyalty.coupons import Terms
from yumen.customer.loyalty.tiers import Tier, Tiers
from yumen.customer.orders.events import OrderPaid
from yumen.customer.orders.payment_together import Paying
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem


async def bought(market, person, wanted, **more):
    """An order and the number of an attempt that the shopper has paid, not notified yet."""
    order = await market.order(person, wanted, **more)
    number = await market.ready(person, order)
    assert market.till.take(number)
    return order, number


async def hear_all(market, numbers):
    return await asyncio.gather(
        *(market.hear(market.till.paid_notice(number)) for number in numbers), return_exceptions=True
    )


async def test_many_paid_at_once_sell_and_earn_and_the_books_are_equal(market):
    people = [await market.club.member(f"oBuyer{number}") for number in range(6)]
    tea = await market.stock("tea", 10_000, 60)
    told = [await bought(market, person, {tea: number + 1}) for number, person in enumerate(people)]
    twice = await bought(market, people[0], {tea: 2})
    assert await hear_all(market, [number for _, number in [*told, twice]]) == [None] * 7
    for order, number in [*told, twice]:
        found = await market.get(order)
        async with market.system() as uow:
            kept = await orders.payment.payment_store.find(uow.conn, number)
        assert (found.state, found.facts.paid_fen, found.paid_at) == (State.PAID, found.total_fen, kept.paid_at)
        assert (kept.state, kept.transaction_id) == ("paid", market.till.trades[number]["transaction_id"])
        assert OrderPaid(order, found.subject, market.house.handler, found.total_fen) in market.house.ear.heard
    assert [await market.club.points(person) for person in people] == [300, 200, 300, 400, 500, 600]
    assert (await market.club.recount()).sound
    await market.goods.settle()
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (60 - 21 - 2, 0)
    assert len(await market.house.leaves("order.paid")) == len(await market.house.leaves("points.earned")) == 7
    events = await market.house.rows("select source, target, actor from orders.event where act = 'pay'")
    assert {tuple(row.values()) for row in events} == {("awaiting_payment", "paid", "orders")}


async def test_the_unusual_among_many_go_the_long_way_and_the_plain_are_not_kept(market):
    person, other, third = [await market.club.member(name) for name in ("oAlice", "oBob", "oCarol")]
    tea = await market.stock("tea", 10_000, 20)
    plain, cancelled, unfit = [await bought(market, one, {tea: 1}) for one in (person, other, third)]
    coupon = await coupon_for(market, person, Terms("amount", amount_fen=2_000))
    discounted = await bought(market, person, {tea: 1}, coupons=[coupon])
    await cancel(market, other, cancelled[0])
    notices = [market.till.paid_notice(one) for _, one in (plain, plain, cancelled, discounted)]
    amount = market.till.trades[unfit[1]]["amount"] | {"total": 1}
    await asyncio.gather(*map(market.hear, [*notices, market.till.paid_notice(unfit[1], amount=amount)]))
    states = [await market.state(order) for order, _ in (plain, cancelled, discounted, unfit)]
    assert states == [State.PAID, State.REFUNDING, State.PAID, State.AWAITING_PAYMENT]
    assert len(await market.house.leaves("order.paid")) == 2
    refused = await market.house.rows("select why, times from orders.refused_notice")
    assert [tuple(row.values()) for row in refused] == [("payment.report_unfit.amount", 1)]
    assert (await market.club.recount()).sound


async def test_a_payment_whose_stock_is_gone_is_told_by_the_story_that_gives_it_back(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000, 1)
    order, number = await bought(market, person, {tea: 1})
    await market.house.rows("update catalog.reservation set state = 'released', ended_at = now() returning id")
    shop = market.house.services[orders.Shop]
    notice = await orders.hooks.wechat_pay.read_notification(
        market.pay, market.till.trades[number]["mchid"], *market.till.paid_notice(number)
    )
    assert await shop.lanes.of(Paying, market.work).do(market.house.handler, notice.transaction) is False
    assert await market.state(order) is State.AWAITING_PAYMENT
    await market.hear(market.till.paid_notice(number))
    assert await market.state(order) is State.REFUNDING


async def test_a_member_is_lifted_by_what_was_booked_together(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000, 9)
    await market.club.adopt(Tiers((Tier("silver", 100),)))
    _, number = await bought(market, person, {tea: 1})
    assert await hear_all(market, [number]) == [None]
    (member,) = await market.house.rows("select tier from loyalty.member")
    assert member["tier"] == "silver"


async def test_a_transaction_told_for_two_orders_is_booked_for_one(market):
    person, other = await market.club.member(), await market.club.member("oBob")
    tea = await market.stock("tea", 10_000, 9)
    (first, one), (second, two) = [await bought(market, buyer, {tea: 1}) for buyer in (person, other)]
    market.till.trades[two]["transaction_id"] = market.till.trades[one]["transaction_id"]
    told = await hear_all(market, [one, two])
    states = {await market.state(first), await market.state(second)}
    assert states == {State.AWAITING_PAYMENT, State.PAID}
    assert len([failed for failed in told if isinstance(failed, Exception) and not isinstance(failed, Problem)]) == 1
