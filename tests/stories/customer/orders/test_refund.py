"""Money goes back once, all of it or the part that was meant, whatever happens to the calls."""

import pytest

from tests.stories.customer.orders.till import MCHID, later
from yumen.customer import orders
from yumen.customer.orders import refund, refund_sending, refund_store
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem
from yumen.wechat.pay import RefundState


async def give_back(market, order, amount_fen=None, pieces=None, *, restock=False):
    async with market.staff() as uow:
        return await refund.by_staff(uow, order, amount_fen, pieces or {}, "goodwill", restock=restock)


async def test_pieces_go_back_one_by_one_and_add_up_with_points_and_stock(market):
    person = await market.club.member()
    tea = await market.stock("tea", 3_333, 9)
    order = await market.paid(person, {tea: 3})
    assert await market.club.points(person) == 99
    for expected_fen in (3_333, 3_333):
        made = await give_back(market, order, pieces={1: 1}, restock=True)
        later(market.house.clock, minutes=2)
        await market.settle_refunds(order)
        (done,) = [one for one in await market.refunds(order) if one.id == made]
        assert (done.state, done.amount_fen) == ("done", expected_fen)
    assert await market.state(order) is State.PARTIALLY_REFUNDED
    assert await market.club.points(person) == 33
    await give_back(market, order)
    later(market.house.clock, minutes=2)
    await market.settle_refunds(order)
    back = await market.get(order)
    assert (back.state, back.facts.refunded_fen) == (State.REFUNDED, back.total_fen)
    assert await market.club.points(person) == 0
    await market.goods.settle()
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (8, 0)
    assert await market.goods.unequal() == []


async def test_all_that_is_left_goes_back_with_its_pieces(market):
    person, tea, cup = (
        await market.club.member(),
        await market.stock("tea", 3_000, 9),
        await market.stock("cup", 5_000, 9),
    )
    order = await market.paid(person, {tea: 3, cup: 1})
    await give_back(market, order, pieces={1: 1}, restock=True)
    later(market.house.clock, minutes=2)
    made = await give_back(market, order, restock=True)
    (whole,) = [one for one in await market.refunds(order) if one.id == made]
    assert whole.pieces == {1: 2, 2: 1}
    for _ in range(2):
        later(market.house.clock, minutes=2)
        await market.settle_refunds(order)
    assert await market.state(order) is State.REFUNDED
    await market.goods.settle()
    for code in ("tea", "cup"):
        assert await market.goods.stock_of((await market.goods.sku(code)).id) == (9, 0)
    assert await market.goods.unequal() == []


async def test_more_than_was_paid_never_goes_back(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    await give_back(market, order, 10_000)
    with pytest.raises(Problem) as refused:
        await give_back(market, order, 3_801)
    assert (refused.value.code, refused.value.facts) == (refund.TOO_MUCH, {"left_fen": 3_800})
    for fen in (0, -1):
        with pytest.raises(Problem) as refused:
            await give_back(market, order, fen)
        assert refused.value.code is refund.AMOUNT_UNFIT
    for pieces in ({1: 2}, {2: 1}, {1: 0}, {1: -1}):
        with pytest.raises(Problem) as refused:
            await give_back(market, order, pieces=pieces)
        assert refused.value.code is refund.PIECES_UNFIT
    assert len(await market.refunds(order)) == 1


async def test_an_unpaid_order_and_an_old_payment_give_nothing_back(market):
    person, tea = await market.club.member(), await market.stock("tea")
    unpaid = await market.order(person, {tea: 1})
    with pytest.raises(Problem) as refused:
        await give_back(market, unpaid, 1)
    assert refused.value.code is refund.TOO_MUCH
    order = await market.paid(person, {tea: 1})
    later(market.house.clock, days=366)
    with pytest.raises(Problem) as refused:
        await give_back(market, order, 1)
    assert refused.value.code is refund.TOO_OLD


@pytest.mark.parametrize("fault", ["after", "error", "before"])
async def test_an_unknown_outcome_is_asked_before_anything_is_sent_again(market, fault):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    made = await give_back(market, order)
    market.till.faults.extend([fault] * (3 if fault == "before" else 1))
    await market.sweep()
    sent = [call for call in market.till.calls if call == "POST /v3/refund/domestic/refunds"]
    later(market.house.clock, minutes=1)
    market.till.calls.clear()
    await market.sweep()
    if fault == "before":
        assert market.till.calls == ["POST /v3/refund/domestic/refunds"]
    else:
        assert market.till.calls[0] == f"GET /v3/refund/domestic/refunds/{made}"
        assert market.till.calls[1:] == ([] if fault == "after" else sent)
    assert len(market.till.refunds) == 1
    market.till.settle(made)
    later(market.house.clock, minutes=6)
    await market.sweep()
    assert await market.state(order) is State.REFUNDED


async def test_a_refund_that_fails_is_followed_by_one_of_another_number(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    first = await give_back(market, order)
    await market.sweep()
    market.till.settle(first, "CLOSED")
    await market.hear(market.till.refund_notice(first))
    assert await market.state(order) is State.REFUNDING
    later(market.house.clock, minutes=2)
    await market.settle_refunds(order)
    one, two = await market.refunds(order)
    assert (one.id, one.state, two.state) == (first, "failed", "done")
    assert await market.state(order) is State.REFUNDED


async def test_a_refund_that_fails_for_ever_waits_for_a_person(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    await give_back(market, order)
    for _ in range(refund.FOLLOWERS_MAX + 2):
        later(market.house.clock, minutes=5)
        await market.sweep()
        for made in await market.refunds(order):
            if made.state == "processing":
                market.till.settle(made.id, "CLOSED")
                await market.hear(market.till.refund_notice(made.id))
    assert len(await market.refunds(order)) == refund.FOLLOWERS_MAX + 1
    async with market.staff() as uow:
        (stuck,) = await refund_store.list_stuck(uow.conn, uow.handler, 10)
        await refund.again(uow, stuck.id)
    later(market.house.clock, minutes=5)
    await market.settle_refunds(order)
    assert await market.state(order) is State.REFUNDED


async def test_an_abnormal_refund_may_still_succeed(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    made = await give_back(market, order)
    await market.sweep()
    market.till.settle(made, "ABNORMAL")
    await market.hear(market.till.refund_notice(made))
    async with market.staff() as uow:
        assert [one.id for one in await refund_store.list_stuck(uow.conn, uow.handler, 10)] == [made]
    market.till.settle(made)
    await market.hear(market.till.refund_notice(made))
    assert await market.state(order) is State.REFUNDED


async def test_news_of_a_refund_comes_in_any_order_any_number_of_times(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    made = await give_back(market, order, 5_000)
    await market.sweep()
    market.till.settle(made)
    for _ in range(3):
        await market.hear(market.till.refund_notice(made))
    async with market.system() as uow:
        assert await refund.report(uow, made, RefundState.PROCESSING, 5_000) is False
    assert (await market.get(order)).facts.refunded_fen == 5_000
    assert len(await market.house.leaves("refund.done")) == 1


async def test_a_refund_of_another_amount_or_not_of_ours_changes_nothing(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    made = await give_back(market, order, 5_000)
    await market.sweep()
    market.till.settle(made)
    await market.hear(market.till.refund_notice(made, amount={"total": 13_800, "refund": 4_000}))
    await market.hear(market.till.refund_notice(made, out_refund_no="by-hand-1"))
    assert (await market.get(order)).facts.refunded_fen == 0
    rows = await market.house.rows("select mchid, why from orders.refused_notice order by why")
    assert [(row["mchid"], row["why"]) for row in rows] == [
        (MCHID, "refund.not_found"),
        (MCHID, "refund.report_unfit.amount"),
    ]


async def test_a_process_that_dies_after_sending_leaves_nothing_sent_twice(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    made = await give_back(market, order)
    async with market.system() as uow:
        taken = await refund_store.take(uow.conn, made, uow.now, uow.now)
    assert taken is not None
    await refund_sending._first(market.pay, taken)  # and the process is gone before it wrote anything
    await orders.refund_sending.send(market.work, market.pay, made, market.house.handler)
    assert len(market.till.refunds) == 1
    assert [one.state for one in await market.refunds(order)] == ["processing"]
