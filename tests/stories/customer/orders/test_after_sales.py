"""A claim runs by its clocks: silence answers, and money goes back once."""

import pytest

from tests.stories.customer.orders.till import later
from tests.stories.customer.profile.conftest import png
from yumen.customer.orders import after_sales, claim_store, shipping
from yumen.customer.orders.after_sales import Kind, Reason, Wanted
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem


async def received(market, pieces=2):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: pieces})
    async with market.staff() as uow:
        await shipping.ship(uow, order, "SF", "SF12345678901")
    async with market.shopper(person) as uow:
        await shipping.receive(uow, await shipping.progress.lock_of(uow, person, order))
    return person, order


async def claim_of(market, person, order, kind=Kind.REFUND_ONLY, reason=Reason.DAMAGED, pieces=None, story=""):
    async with market.shopper(person) as uow:
        return await after_sales.open_claim(uow, person, order, Wanted(kind, reason, pieces or {}, story))


async def state_of(market, claim):
    async with market.system() as uow:
        return (await claim_store.find(uow.conn, uow.handler, claim)).state


async def run_out(market, **by):
    later(market.house.clock, **by)
    async with market.system() as uow:
        due = await claim_store.list_due(uow.conn, uow.now, 10)
    for claim, _ in due:
        async with market.system() as uow:
            await after_sales.run_out(uow, claim)


async def settled(market, order):
    later(market.house.clock, minutes=2)
    await market.settle_refunds(order)
    async with market.system() as uow:
        await after_sales.settle(uow, order)


async def test_silence_of_the_shop_approves_and_the_money_goes_back(market):
    person, order = await received(market)
    claim = await claim_of(market, person, order, pieces={1: 1})
    await run_out(market, hours=47)
    assert await state_of(market, claim) == "opened"
    await run_out(market, hours=2)
    assert await state_of(market, claim) == "refunding"
    await settled(market, order)
    assert await state_of(market, claim) == "settled"
    assert (await market.get(order)).facts.refunded_fen == 12_800


async def test_goods_that_are_not_sent_back_let_the_claim_lapse(market):
    person, order = await received(market)
    claim = await claim_of(market, person, order, Kind.RETURN_AND_REFUND)
    async with market.staff() as uow:
        await after_sales.approve(uow, claim)
    await run_out(market, days=8)
    assert await state_of(market, claim) == "lapsed"
    assert (await market.get(order)).facts.refund_asked_fen == 0


async def test_goods_that_came_back_and_nobody_looked_at_are_paid_back(market):
    person, order = await received(market)
    claim = await claim_of(market, person, order, Kind.RETURN_AND_REFUND)
    async with market.staff() as uow:
        await after_sales.approve(uow, claim)
    async with market.shopper(person) as uow:
        await after_sales.send_back(uow, person, claim, "YTO", "YT1234567")
    await run_out(market, days=11)
    await settled(market, order)
    assert await state_of(market, claim) == "settled"
    assert await market.state(order) is State.REFUNDED


async def test_a_claim_may_be_rejected_or_withdrawn_and_then_another_opened(market):
    person, order = await received(market)
    first = await claim_of(market, person, order)
    with pytest.raises(Problem) as refused:
        await claim_of(market, person, order)
    assert refused.value.code is after_sales.ALREADY_OPEN
    async with market.staff() as uow:
        await after_sales.reject(uow, first)
    second = await claim_of(market, person, order)
    async with market.shopper(person) as uow:
        await after_sales.withdraw(uow, person, second)
    assert [await state_of(market, one) for one in (first, second)] == ["rejected", "withdrawn"]
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await after_sales.approve(uow, first)
    assert refused.value.code is after_sales.NOT_POSSIBLE


async def test_each_reason_has_its_time(market):
    person, order = await received(market)
    later(market.house.clock, days=8)
    with pytest.raises(Problem) as refused:
        await claim_of(market, person, order, reason=Reason.NO_REASON)
    assert (refused.value.code, refused.value.facts) == (after_sales.TOO_LATE, {"days": 7})
    later(market.house.clock, days=23)
    with pytest.raises(Problem) as refused:
        await claim_of(market, person, order)
    assert refused.value.facts == {"days": 30}


async def test_an_unpaid_order_has_no_claim_and_an_unshipped_one_no_return(market):
    person, tea = await market.club.member(), await market.stock("tea")
    unpaid = await market.order(person, {tea: 1})
    paid = await market.paid(person, {tea: 1})
    for order, kind in ((unpaid, Kind.REFUND_ONLY), (paid, Kind.RETURN_AND_REFUND)):
        with pytest.raises(Problem) as refused:
            await claim_of(market, person, order, kind)
        assert refused.value.code is after_sales.NOT_POSSIBLE


async def test_story_and_pictures_are_sealed_and_bounded(market):
    person, order = await received(market)
    claim = await claim_of(market, person, order, story="瓶口破裂")
    for _ in range(after_sales.PICTURES_MAX):
        async with market.shopper(person) as uow:
            await after_sales.add_picture(uow, person, claim, png())
    with pytest.raises(Problem) as refused:
        async with market.shopper(person) as uow:
            await after_sales.add_picture(uow, person, claim, png())
    assert refused.value.code is after_sales.TOO_MANY_PICTURES
    (row,) = await market.house.rows("select story_sealed from orders.claim")
    assert "瓶口破裂".encode() not in bytes(row["story_sealed"])
    pictures = await market.house.rows("select picture_sealed from orders.evidence")
    assert all(b"PNG" not in bytes(one["picture_sealed"]) for one in pictures)
    stranger = await market.club.member("oMallory")
    with pytest.raises(Problem) as refused:
        async with market.shopper(stranger) as uow:
            await after_sales.withdraw(uow, stranger, claim)
    assert refused.value.code is after_sales.NOT_FOUND


async def test_a_whole_order_that_came_back_is_on_the_shelf_again(market):
    person, order = await received(market)
    claim = await claim_of(market, person, order, Kind.RETURN_AND_REFUND)
    async with market.staff() as uow:
        await after_sales.approve(uow, claim)
    async with market.shopper(person) as uow:
        await after_sales.send_back(uow, person, claim, "YTO", "YT1234567")
    async with market.staff() as uow:
        await after_sales.take_back(uow, claim, restock=True)
    await settled(market, order)
    await market.goods.settle()
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (10, 0)
    assert await market.goods.unequal() == []
