"""An order is paid by verified truth, once, whatever comes twice, late, forged or not at all."""

import asyncio

import pytest

from tests.stories.customer.conftest import VELVET
from tests.stories.customer.orders.till import MCHID, later
from yumen.customer import orders
from yumen.customer.orders import checkout, payment
from yumen.customer.orders.events import OrderPaid, RefundAsked
from yumen.customer.orders.states import Act, State
from yumen.kit.errors import NotSent, Problem


async def test_a_paid_order_sells_its_stock_and_earns_its_points(market):
    person = await market.club.member()
    tea = await market.stock("tea", 12_800, 5)
    order = await market.order(person, {tea: 2})
    assert await market.state(order) is State.AWAITING_PAYMENT
    number = await market.ready(person, order)
    assert market.till.trades[number]["amount"]["total"] == 26_600
    market.till.take(number)
    await market.hear(market.till.paid_notice(number))
    paid = await market.get(order)
    assert (paid.state, paid.facts.paid_fen, paid.total_fen) == (State.PAID, 26_600, 26_600)
    assert OrderPaid(order, person, market.house.handler, 26_600) in market.house.ear.heard
    assert await market.club.points(person) == 256
    await market.goods.settle()
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (3, 0)
    assert await market.house.leaves("order.placed", "order.paid") == [("order.placed", person), ("order.paid", person)]


async def test_a_notification_that_comes_many_times_at_once_pays_once(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    market.till.take(number)
    await asyncio.gather(*(market.hear(market.till.paid_notice(number)) for _ in range(8)))
    assert await market.state(order) is State.PAID
    assert len(await market.house.leaves("order.paid")) == 1
    assert await market.refunds(order) == []


async def test_a_lost_notification_is_asked_for(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    market.till.take(number)
    await market.sweep()
    assert await market.state(order) is State.AWAITING_PAYMENT
    later(market.house.clock, seconds=16)
    market.till.faults.append("error")
    await market.sweep()
    later(market.house.clock, minutes=2)
    await market.sweep()
    assert await market.state(order) is State.PAID


async def test_what_nobody_pays_in_time_is_closed_and_cancelled_and_its_stock_is_free(market):
    person = await market.club.member()
    tea = await market.stock("tea", 12_800, 2)
    order = await market.order(person, {tea: 2})
    number = await market.ready(person, order)
    later(market.house.clock, minutes=29)
    await market.sweep()
    assert await market.state(order) is State.AWAITING_PAYMENT
    later(market.house.clock, minutes=2)
    await market.sweep()
    assert await market.state(order) is State.CANCELLED
    assert market.till.trades[number]["trade_state"] == "CLOSED"
    await market.goods.settle()
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (2, 0)


async def test_a_payment_under_way_while_the_order_is_closed_wins(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    market.till.take(number)
    later(market.house.clock, minutes=31)
    await market.sweep()
    assert await market.state(order) is State.PAID


async def test_a_late_payment_of_a_cancelled_order_goes_back_by_itself(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    async with market.shopper(person) as uow:
        await checkout.cancel(uow, await orders.progress.lock_of(uow, person, order), Act.CANCEL)
    market.till.take(number)
    await market.hear(market.till.paid_notice(number))
    assert await market.state(order) is State.REFUNDING
    (refund,) = await market.refunds(order)
    assert (refund.amount_fen, refund.cause) == (13_800, "late")
    assert RefundAsked(refund.id, market.house.handler) in market.house.ear.heard
    await market.settle_refunds(order)
    back = await market.get(order)
    assert (back.state, back.facts.refunded_fen) == (State.REFUNDED, 13_800)
    assert await market.club.points(person) == 0


async def test_an_order_paid_twice_gives_the_second_payment_back(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    first = await market.ready(person, order)
    async with market.system() as uow:
        await payment.payment_store.note_closed(uow.conn, first)
    second = await market.ready(person, order)
    assert second != first
    for number in (first, second):
        market.till.take(number)
        await market.hear(market.till.paid_notice(number))
    (refund,) = await market.refunds(order)
    assert (refund.cause, refund.payment, refund.surplus) == ("surplus", second, True)
    await market.settle_refunds(order)
    paid = await market.get(order)
    assert (paid.state, paid.facts.refunded_fen) == (State.PAID, 0)


async def test_money_for_stock_that_is_gone_goes_back(market):
    person = await market.club.member()
    tea = await market.stock("tea", 12_800, 1)
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    async with market.system() as uow:
        await market.house.services[orders.Shop].goods.release(uow, (await orders.progress.get(uow, order)).reservation)
    market.till.take(number)
    await market.hear(market.till.paid_notice(number))
    assert await market.state(order) is State.REFUNDING
    await market.settle_refunds(order)
    assert await market.state(order) is State.REFUNDED
    assert await market.club.points(person) == 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"amount": {"total": 1, "currency": "CNY"}}, "payment.report_unfit.amount"),
        ({"amount": {"total": 13_800, "currency": "USD"}}, "payment.report_unfit.currency"),
        ({"out_trade_no": "pay_00000000000000000000000000"}, "payment.report_unfit.unknown"),
        ({"trade_state": "NOTPAY"}, "payment.report_unfit.state"),
        ({"transaction_id": ""}, "payment.report_unfit.transaction"),
    ],
)
async def test_what_does_not_fit_changes_nothing_and_is_seen_by_staff(market, changed, why):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    market.till.take(number)
    await market.hear(market.till.paid_notice(number, **changed))
    assert await market.state(order) is State.AWAITING_PAYMENT
    rows = await market.house.rows("select why, times from orders.refused_notice")
    assert [(row["why"], row["times"]) for row in rows] == [(why, 1)]


async def test_a_forged_notification_is_refused_and_counted(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    market.till.take(number)
    headers, body = market.till.paid_notice(number)
    for forged in ((headers | {"wechatpay-signature": "AAAA"}, body), (headers, body + b" ")):
        with pytest.raises(Problem) as refused:
            await market.hear(forged)
        assert refused.value.code.status == 401
    assert await market.state(order) is State.AWAITING_PAYMENT
    rows = await market.house.rows("select mchid, why, times from orders.refused_notice")
    assert [(row["mchid"], row["why"], row["times"]) for row in rows] == [(MCHID, "signature", 2)]


async def test_the_cashier_opens_again_without_another_order_and_anew_after_a_lost_answer(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    market.till.faults.extend(["before"] * 3)
    attempt = await market.intend(person, order)
    with pytest.raises(NotSent):
        await payment.make_ready(market.work, market.pay, await market.openid(person), attempt)
    assert await market.ready(person, order) == attempt.id
    calls = len(market.till.calls)
    assert await market.ready(person, order) == attempt.id
    assert len(market.till.calls) == calls
    again = await market.intend(person, order)
    parameters = await payment.make_ready(market.work, market.pay, await market.openid(person), again)
    assert (parameters.appid, parameters.sign_type) == (VELVET, "RSA")


async def test_an_order_that_costs_something_is_never_paid_for_free(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    with pytest.raises(Problem) as refused:
        async with market.shopper(person) as uow:
            await payment.settle_free(uow, await orders.progress.lock_of(uow, person, order))
    assert refused.value.code is payment.NOT_PAYABLE


async def test_nobody_pays_for_somebody_elses_order_or_a_cancelled_one(market):
    person, tea = await market.club.member(), await market.stock("tea")
    stranger = await market.club.member("oMallory")
    order = await market.order(person, {tea: 1})
    with pytest.raises(Problem) as refused:
        await market.intend(stranger, order)
    assert refused.value.code.name == "order.not_found"
    later(market.house.clock, minutes=31)
    with pytest.raises(Problem) as refused:
        await market.intend(person, order)
    assert refused.value.code is payment.NOT_PAYABLE
