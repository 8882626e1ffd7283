"""Whatever happens in whatever order, every fen is accounted for, stock and points too."""

import random
from contextlib import suppress

import pytest

from tests.stories.customer.orders.conftest import opened_market
from tests.stories.customer.orders.till import MCHID, later
from yumen.customer import orders
from yumen.customer.loyalty.check import check
from yumen.customer.orders import checkout, refund, shipping
from yumen.customer.orders.states import Act
from yumen.kit.errors import NotSent, Problem, Unsettled
from yumen.kit.ids import new_id
from yumen.wechat import pay as wechat_pay

FAULTS = ("", "", "", "", "before", "after", "error")
WEIGHTS = {
    "order": 3, "open": 6, "take": 8, "notify": 8, "sweep": 4, "cancel": 2, "refund": 5, "settle": 5, "fail": 1,
    "tell": 5, "wait": 4, "crash": 2, "die": 3, "forge": 3, "abandon": 1, "intend": 2, "ship": 3,
}  # fmt: skip
Steps = list[tuple[str, int, str]]


def life_of(seed: int, length: int = 60) -> Steps:
    """What happens in one life: a few orders, then anything in any order with any fault."""
    chance = random.Random(seed)
    begun = [(what, number, "") for number in range(3) for what in ("order", "open")]
    rest = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=length)
    return begun + [(what, chance.randrange(8), chance.choice(FAULTS)) for what in rest]


EXPECTED = (Problem, NotSent, Unsettled)


class Crash(Exception):
    """The process dies here."""


async def step(market, person, sku, made, what, choice, fault):
    """One thing that may happen."""
    if fault:
        market.till.faults.append(fault)
    order = made[choice % len(made)] if made else None
    trades = list(market.till.trades)
    refunds = list(market.till.refunds)
    match what:
        case "order":
            made.append(await market.order(person, {sku: 1 + choice % 2}, points=choice * 10))
        case "open" if order:
            await market.ready(person, order)
        case "take" if trades:
            market.till.take(trades[choice % len(trades)])
        case "notify" if trades:
            number = trades[choice % len(trades)]
            if market.till.trades[number]["trade_state"] in ("SUCCESS", "REFUND"):
                await market.hear(market.till.paid_notice(number))
        case "sweep":
            await market.sweep()
        case "cancel" if order:
            async with market.shopper(person) as uow:
                await checkout.cancel(uow, await orders.progress.lock_of(uow, person, order), Act.CANCEL)
        case "refund" if order:
            async with market.staff() as uow:
                await refund.by_staff(uow, order, 1 + choice * 997, {}, "goodwill", restock=False)
        case "settle" | "fail" if refunds:
            market.till.settle(refunds[choice % len(refunds)], "SUCCESS" if what == "settle" else "CLOSED")
        case "tell" if refunds:
            await market.hear(market.till.refund_notice(refunds[choice % len(refunds)]))
        case "wait":
            later(market.house.clock, seconds=(1, 20, 61, 130, 400, 1_000, 2_000, 4_000)[choice])
        case "crash" if order:
            async with market.shopper(person) as uow:
                await checkout.cancel(uow, await orders.progress.lock_of(uow, person, order), Act.CANCEL)
                raise Crash
        case _:
            await mishap(market, person, sku, order, what, choice)


async def mishap(market, person, sku, order, what, choice):
    """The process dies between two steps, somebody forges WeChat Pay's word, or a parcel leaves."""
    paid = [name for name, trade in market.till.trades.items() if trade["trade_state"] in ("SUCCESS", "REFUND")]
    match what:
        case "die" if paid:
            headers, body = market.till.paid_notice(paid[choice % len(paid)])
            notice = await wechat_pay.read_notification(market.pay, MCHID, headers, body)
            async with market.system() as uow:
                await orders.hooks.book(uow, notice)
                raise Crash
        case "forge" if market.till.trades:
            names = list(market.till.trades)
            changed = {"amount": {"total": 1, "currency": "CNY"}, "transaction_id": "42forged"} if choice % 2 else {}
            headers, body = market.till.paid_notice(names[choice % len(names)], **changed)
            if not changed:
                headers |= {"wechatpay-signature": "WECHATPAY/SIGNTEST/" + headers["wechatpay-signature"]}
            await market.hear((headers, body))
        case "abandon":
            offer = await market.quote(person, checkout.Wish({sku: 1}))
            shop, now = market.house.services[orders.Shop], market.house.clock.now()
            await checkout.reserve(shop, market.house.handler, new_id("rsv"), offer, now)
        case "intend" if order:
            await market.intend(person, order)
        case "ship" if order:
            async with market.staff() as uow:
                await shipping.ship(uow, order, "YTO", "YT000001")


async def come_to_rest(market):
    """Faults end, time passes, and WeChat Pay settles what it was asked for."""
    market.till.faults.clear()
    for _ in range(40):
        later(market.house.clock, minutes=7)
        await market.sweep()
        for number in list(market.till.refunds):
            market.till.settle(number)
        rows = await market.house.rows(
            """select (select count(*) from orders.refund where ask_at is not null) as refunds,
                      (select count(*) from orders.purchase
                        where state in ('awaiting_payment', 'refunding')) as orders"""
        )
        if rows[0]["refunds"] == rows[0]["orders"] == 0:
            return
    raise AssertionError("did not come to rest")


async def recount(market):
    """Ours against the till's, counted independently."""
    taken_fen = sum(
        trade["amount"]["total"]
        for trade in market.till.trades.values()
        if trade["trade_state"] in ("SUCCESS", "REFUND")
    )
    back_fen = sum(made["amount"]["refund"] for made in market.till.refunds.values() if made["status"] == "SUCCESS")
    (ours,) = await market.house.rows(
        """select (select coalesce(sum(amount_fen), 0) from orders.payment where paid_at is not null) as taken,
                  (select coalesce(sum(amount_fen), 0) from orders.refund where state = 'done') as back,
                  (select coalesce(sum(paid_fen), 0) from orders.purchase) as paid,
                  (select coalesce(sum(amount_fen), 0) from orders.payment where state = 'surplus') as surplus,
                  (select coalesce(sum(refunded_fen), 0) from orders.purchase) as refunded,
                  (select coalesce(sum(amount_fen), 0) from orders.refund
                    where surplus and state = 'done') as returned"""
    )
    assert ours["taken"] == taken_fen
    assert ours["back"] == back_fen
    assert ours["paid"] + ours["surplus"] == taken_fen
    assert ours["surplus"] == ours["returned"]
    assert ours["refunded"] + ours["returned"] == back_fen
    unfulfilled = await market.house.rows(
        "select id from orders.purchase where paid_fen > 0"
        " and state not in ('paid', 'shipped', 'refunded', 'partially_refunded')"
    )
    assert unfulfilled == []
    await market.goods.settle()
    assert await market.goods.unequal() == []
    (stock,) = await market.house.rows("select on_hand, reserved from catalog.stock")
    (sold,) = await market.house.rows(
        """select coalesce(sum(l.quantity), 0) as pieces
             from orders.purchase p join orders.line l on l.purchase_id = p.id
             join catalog.reservation r on r.id = p.reservation where r.state = 'confirmed'"""
    )
    (held,) = await market.house.rows(
        """select coalesce(sum(q), 0) as pieces from catalog.reservation r, unnest(r.quantities) q
            where r.state = 'held' and not exists (select 1 from orders.purchase p where p.reservation = r.id)"""
    )
    assert (stock["on_hand"], stock["reserved"]) == (6 - sold["pieces"], held["pieces"])
    assert stock["on_hand"] >= stock["reserved"] >= 0
    async with market.system() as uow:
        books = await check(uow)
    assert books.sound, books


async def live(market, steps):
    person = await market.club.member()
    await market.club.earn(person, 500)
    sku = await market.stock("tea", 4_321, 6)
    made: list[str] = []
    for what, choice, fault in steps:
        with suppress(*EXPECTED, Crash):
            await step(market, person, sku, made, what, choice, fault)
    await come_to_rest(market)
    await recount(market)


@pytest.mark.parametrize("seed", range(6))
async def test_a_random_life_leaves_no_fen_unaccounted_for(fresh_market, seed):
    async with fresh_market() as market:
        await live(market, life_of(seed))
        assert len(market.till.trades) >= 3


@pytest.mark.parametrize("seed", range(2))
async def test_a_life_with_the_sandbox_of_wechat_pay_leaves_no_fen_unaccounted_for(cluster, tmp_path, seed):
    async with opened_market(cluster, tmp_path / "house", in_sandbox=True) as market:
        await live(market, life_of(seed, 40))
        assert len(market.till.trades) >= 3


async def test_an_order_goes_through_everything_and_comes_out_even(fresh_market):
    """One life that is known to take every road."""
    steps = [
        ("order", 0, ""), ("order", 1, ""), ("order", 2, ""), ("order", 3, ""), ("open", 0, "before"), ("open", 0, ""),
        ("open", 1, "after"), ("open", 1, ""), ("open", 2, ""), ("take", 0, ""), ("notify", 0, ""), ("notify", 0, ""),
        ("cancel", 1, ""), ("take", 1, ""), ("notify", 1, ""), ("crash", 2, ""), ("refund", 0, ""),
        ("sweep", 0, "after"),
        ("wait", 3, ""), ("sweep", 0, "error"), ("fail", 0, ""), ("tell", 0, ""), ("take", 2, ""), ("wait", 6, ""),
        ("sweep", 0, ""), ("settle", 1, ""), ("tell", 1, ""), ("refund", 0, ""),
    ]  # fmt: skip
    async with fresh_market() as market:
        await live(market, steps)
        assert len(market.till.refunds) >= 3
