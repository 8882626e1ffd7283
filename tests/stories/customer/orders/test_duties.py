"""What orders do by themselves: after an event, and by the clock."""

from datetime import timedelta

from tests.stories.customer.orders.test_reconciliation import day_of, raw_of
from tests.stories.customer.orders.test_telling import Alarms, Mini
from tests.stories.customer.orders.till import MCHID, later
from yumen.customer.orders import after_sales, checkout, duties, progress, reconciliation, refund, shipping
from yumen.customer.orders.after_sales import Kind, Reason, Wanted
from yumen.customer.orders.states import Act, State
from yumen.wechat import Mini as WechatMini


async def test_a_refund_is_sent_when_it_was_asked_and_its_claim_is_settled_when_it_is_done(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    async with market.shopper(person) as uow:
        claim = await after_sales.open_claim(uow, person, order, Wanted(Kind.REFUND_ONLY, Reason.NOT_RECEIVED, {}))
    async with market.staff() as uow:
        await after_sales.approve(uow, claim)
    (made,) = await market.refunds(order)
    arguments = {"refund": made.id, "handler": market.house.handler}
    for _ in range(2):
        await duties.send_refund_job(market.work, arguments)
    assert list(market.till.refunds) == [made.id]
    market.till.settle(made.id)
    await market.hear(market.till.refund_notice(made.id))
    for _ in range(2):
        await duties.settle_claim_job(market.work, {"order": order, "handler": market.house.handler})
    rows = await market.house.rows("select state from orders.claim")
    assert [row["state"] for row in rows] == ["settled"]


async def test_a_cancelled_order_cannot_be_paid_any_more(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    number = await market.ready(person, order)
    async with market.shopper(person) as uow:
        await checkout.cancel(uow, await progress.lock_of(uow, person, order), Act.CANCEL)
    await duties.close_payments_job(market.work, {"order": order, "handler": market.house.handler})
    assert not market.till.take(number)


async def test_the_sweep_asks_ends_sends_and_lets_clocks_run_out(market):
    person, tea = await market.club.member(), await market.stock("tea", pieces=20)
    market.house.services[WechatMini] = Mini()
    lost, forgotten, bought = [await market.order(person, {tea: 1}) for _ in range(3)]
    market.till.take(await market.ready(person, lost))
    market.till.take(await market.ready(person, bought))
    later(market.house.clock, minutes=1)
    await duties.sweep_job(market.work, {})
    assert [await market.state(one) for one in (lost, bought)] == [State.PAID, State.PAID]
    async with market.staff() as uow:
        await refund.by_staff(uow, lost, None, {}, "goodwill", restock=False)
    async with market.shopper(person) as uow:
        await after_sales.open_claim(uow, person, bought, Wanted(Kind.REFUND_ONLY, Reason.NOT_RECEIVED, {}))
    later(market.house.clock, days=2, minutes=1)
    await duties.sweep_job(market.work, {})
    assert await market.state(forgotten) is State.CANCELLED
    assert len(market.till.refunds) == 1
    assert await market.state(bought) is State.REFUNDING


async def test_parcels_are_told_and_watched_and_orders_grow_old(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    await market.paid(person, {tea: 1})
    async with market.staff() as uow:
        parcel = await shipping.ship(uow, order, "STO", "77123456789")
    mini, alarms = Mini(10060001), Alarms()
    market.house.services[WechatMini] = mini
    await duties.tell_parcel_job(market.work, {"parcel": parcel, "handler": market.house.handler})
    later(market.house.clock, hours=37)
    await duties.sweep_job(market.work, {})
    await duties.watch_shipping_job(market.work, {}, alarm=alarms)
    assert len(mini.bodies) == 2
    assert alarms.raised == [(shipping.LATE_ALARM, f"handler:{market.house.handler}")]
    later(market.house.clock, days=11)
    await duties.grow_old_job(market.work, {})
    assert await market.state(order) is State.RECEIVED


async def test_each_day_is_compared_once_when_its_bill_is_there(market):
    day, rows, _, _ = await day_of(market)
    later(market.house.clock, days=1)
    market.till.bills[str(day)] = b""
    alarms = Alarms()
    await duties.reconcile_job(market.work, {}, alarm=alarms)
    compared = [row["day"] for row in await market.house.rows("select day from orders.bill order by day")]
    assert compared == [day - timedelta(days=age) for age in reversed(range(1, 14))]
    assert alarms.raised == [], "the newest bill may still be being made"
    market.till.bills[str(day)] = raw_of(day, rows)
    for _ in range(2):
        await duties.reconcile_job(market.work, {}, alarm=alarms)
    (last,) = await market.house.rows("select mchid, rows, differences from orders.bill where day = %s", day)
    assert (last["mchid"], last["rows"], last["differences"]) == (MCHID, 3, 0)
    assert len(await market.house.leaves("bill.compared")) == 14


async def test_a_damaged_bill_is_an_alarm_keeps_no_other_back_and_leaves_the_books_as_they_were(market):
    day, rows, _, _ = await day_of(market)
    later(market.house.clock, days=2)
    market.till.bills[str(day)] = raw_of(day, rows)
    market.till.damaged.add(str(day))
    alarms = Alarms()
    await duties.reconcile_job(market.work, {}, alarm=alarms)
    assert alarms.raised == [(reconciliation.UNREAD_ALARM, f"{MCHID} {day}")]
    newest = await market.house.rows("select 1 from orders.bill where day = %s", day + timedelta(days=1))
    damaged = await market.house.rows("select 1 from orders.bill where day = %s", day)
    assert (len(newest), len(damaged)) == (1, 0)
    assert await market.house.rows("select 1 from orders.difference") == []
    market.till.damaged.clear()
    await duties.reconcile_job(market.work, {}, alarm=alarms)
    (mended,) = await market.house.rows("select rows, differences from orders.bill where day = %s", day)
    assert (mended["rows"], mended["differences"]) == (3, 0)


async def test_a_bill_that_is_not_made_for_a_day_is_an_alarm(market):
    day, _, _, _ = await day_of(market)
    later(market.house.clock, days=2)
    market.till.bills[str(day)] = b""
    alarms = Alarms()
    await duties.reconcile_job(market.work, {}, alarm=alarms)
    assert alarms.raised == [(reconciliation.UNREAD_ALARM, f"{MCHID} {day}")]
