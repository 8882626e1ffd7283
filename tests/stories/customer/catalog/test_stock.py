"""Stock: promised, confirmed, released, run out, counted; never negative, never promised twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from yumen.customer import catalog
from yumen.customer.catalog import stock
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.kit.ids import new_id


async def refused(call: Any) -> str:
    with pytest.raises(Problem) as problem:
        await call
    return problem.value.code.name


async def test_a_cart_holds_all_its_pieces_or_none(shop: Any) -> None:
    one, other = await shop.put("A", pieces=5), await shop.put("B", pieces=1)
    held = await shop.hold((other.id, 1), (one.id, 2), (one.id, 1))
    assert held.lines == ((one.id, 3), (other.id, 1))
    assert await refused(shop.hold((one.id, 1), (other.id, 1))) == "stock.sold_out"
    assert await shop.stock_of(one.id) == (5, 3)
    assert await shop.stock_of(other.id) == (1, 1)


async def test_the_refusal_says_what_is_left(shop: Any) -> None:
    sku = await shop.put("A", pieces=3)
    with pytest.raises(Problem) as problem:
        await shop.hold((sku.id, 4))
    assert problem.value.facts == {"sku": sku.id, "left": 3}


async def test_the_same_reservation_again_is_the_same(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    wish = shop.wish((sku.id, 2))
    first, second = await shop.lane.reserve(wish), await shop.lane.reserve(wish)
    assert first == second
    assert await shop.stock_of(sku.id) == (5, 2)


async def test_one_id_sent_many_times_at_once_takes_its_pieces_once(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    wish = shop.wish((sku.id, 2))
    held = await asyncio.gather(*(shop.lane.reserve(wish) for _ in range(20)))
    assert len(set(held)) == 1
    assert await shop.stock_of(sku.id) == (5, 2)


async def test_a_reservation_stands_for_one_cart_only(shop: Any) -> None:
    sku = await shop.put("A")
    held = await shop.hold((sku.id, 1))
    assert await refused(shop.lane.reserve(shop.wish((sku.id, 2), name=held.id))) == "stock.reservation_other"


async def test_two_carts_of_one_id_in_one_batch_are_told_apart(shop: Any) -> None:
    sku = await shop.put("A")
    name = new_id("rsv")
    wishes = [
        shop.wish((sku.id, 1), name=new_id("rsv")),
        shop.wish((sku.id, 1), name=name),
        shop.wish((sku.id, 2), name=name),
    ]
    outcomes = await asyncio.gather(*map(shop.lane.reserve, wishes), return_exceptions=True)
    assert isinstance(outcomes[2], Problem)
    assert outcomes[2].code.name == "stock.reservation_other"
    assert (await shop.stock_of(sku.id))[1] == 2


@pytest.mark.parametrize("lines", [[], [(1, 0)], [(1, -1)], [(1, 1000)], [(1, 600), (1, 600)], [(1, 1)] * 51])
async def test_an_odd_cart_is_refused_before_anything(shop: Any, lines: list[tuple[int, int]]) -> None:
    assert await refused(shop.hold(*lines)) == "stock.quantity_unfit"


async def test_another_handler_s_goods_are_unknown(shop: Any) -> None:
    sku = await shop.put("A")
    wish = shop.wish((sku.id, 1))
    stranger = catalog.Wish(wish.id, shop.house.app("wx00000000000000b1").handler, wish.lines, wish.expires_at)
    assert await refused(shop.lane.reserve(stranger)) == "sku.unknown"
    assert await refused(shop.hold((sku.id + 999, 1))) == "sku.unknown"


async def test_confirming_touches_no_stock_row_and_settling_follows(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    held = await shop.hold((sku.id, 2))
    async with shop.unit() as uow, shop.house.database.pool(Role.APP).connection() as hot:
        await hot.execute("select from catalog.stock where sku_id = %s for update", (sku.id,))
        assert await stock.confirm(uow, held.id) == ((sku.id, 2),)
        assert await stock.confirm(uow, held.id) == ((sku.id, 2),)
    assert await shop.stock_of(sku.id) == (5, 2)
    await shop.settle()
    assert await shop.stock_of(sku.id) == (3, 0)
    assert await shop.unequal() == []


async def test_what_is_released_can_be_sold_at_once(shop: Any) -> None:
    sku = await shop.put("A", pieces=2)
    held = await shop.hold((sku.id, 2))
    async with shop.unit() as uow:
        assert await stock.release(uow, held.id)
        assert not await stock.release(uow, held.id)
    await shop.hold((sku.id, 2))
    assert await shop.stock_of(sku.id) == (2, 2)


async def test_a_confirmed_reservation_can_be_given_back_before_and_after_settling(shop: Any) -> None:
    sku = await shop.put("A", pieces=4)
    early, late = await shop.hold((sku.id, 1)), await shop.hold((sku.id, 2))
    async with shop.unit() as uow:
        await stock.confirm(uow, early.id)
        await stock.release(uow, early.id)
        await stock.confirm(uow, late.id)
    await shop.settle()
    assert await shop.stock_of(sku.id) == (2, 0)
    async with shop.unit() as uow:
        await stock.release(uow, late.id)
        assert await refused(stock.confirm(uow, late.id)) == "stock.reservation_gone"
    await shop.settle()
    assert await shop.stock_of(sku.id) == (4, 0)
    assert await shop.unequal() == []
    moved = await shop.house.rows("select delta, reason from catalog.movement order by id")
    assert [(row["delta"], row["reason"]) for row in moved] == [(4, "received"), (-2, "sold"), (2, "unsold")]


async def test_a_reservation_runs_out(shop: Any) -> None:
    sku = await shop.put("A", pieces=2)
    held = await shop.hold((sku.id, 2), minutes=15)
    shop.house.clock.offset += timedelta(minutes=14)
    await shop.settle()
    assert await shop.stock_of(sku.id) == (2, 2)
    shop.house.clock.offset += timedelta(minutes=1)
    await shop.settle()
    assert await shop.stock_of(sku.id) == (2, 0)
    async with shop.unit() as uow:
        assert await refused(stock.confirm(uow, held.id)) == "stock.reservation_gone"
    assert await refused(shop.lane.reserve(shop.wish((sku.id, 2), name=held.id))) == "stock.reservation_gone"


async def test_nobody_is_told_sold_out_while_pieces_have_run_out_of_their_time(shop: Any) -> None:
    sku = await shop.put("A", pieces=2)
    await shop.hold((sku.id, 2), minutes=1)
    shop.house.clock.offset += timedelta(minutes=2)
    await shop.hold((sku.id, 2))


async def test_many_that_ran_out_go_in_batches(shop: Any) -> None:
    sku = await shop.put("A", pieces=1200)
    await asyncio.gather(*(shop.hold((sku.id, 1), minutes=1) for _ in range(1200)))
    shop.house.clock.offset += timedelta(minutes=2)
    await shop.settle()
    assert await shop.stock_of(sku.id) == (1200, 0)
    assert await shop.unequal() == []


async def test_a_crowd_buys_exactly_what_there_is(shop: Any) -> None:
    sku = await shop.put("HOT", pieces=100)
    second = catalog.Reservations(shop.house.database.pool(Role.APP), shop.house.clock, shop.house.ear)
    lanes = (shop.lane, second)
    wishes = [(lanes[n % 2], shop.wish((sku.id, 1))) for n in range(600)]
    outcomes = await asyncio.gather(*(lane.reserve(wish) for lane, wish in wishes), return_exceptions=True)
    await second.close()
    assert sum(isinstance(outcome, catalog.Held) for outcome in outcomes) == 100
    assert {o.code.name for o in outcomes if isinstance(o, Problem)} == {"stock.sold_out"}
    assert await shop.stock_of(sku.id) == (100, 100)


async def test_adjusting_leaves_one_leaf_and_a_movement_and_is_taken_once(shop: Any) -> None:
    sku = await shop.put("A", pieces=0)
    change = stock.Adjustment(sku.id, stock.Reason.RECEIVED, "GRN-1", delta=7)
    for _ in range(2):
        async with shop.unit() as uow:
            assert await stock.adjust(uow, change) == 7
    assert len(await shop.house.leaves("catalog.stock_adjusted")) == 1
    async with shop.unit() as uow:
        assert await stock.adjust(uow, stock.Adjustment(sku.id, stock.Reason.COUNTED, "CNT-1", counted=5)) == 5
    assert await shop.unequal() == []


async def test_what_is_promised_cannot_be_counted_away(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    await shop.hold((sku.id, 4))
    for change in ({"delta": -2}, {"counted": 3}):
        async with shop.unit() as uow:
            wanted = stock.Adjustment(sku.id, stock.Reason.DAMAGED, "D-1", **change)
            assert await refused(stock.adjust(uow, wanted)) == "stock.below_reserved"
            uow.tally.acts = 0
    async with shop.unit() as uow:
        assert (
            await refused(stock.adjust(uow, stock.Adjustment(sku.id, stock.Reason.OTHER, "x"))) == "stock.change_unfit"
        )
        uow.tally.acts = 0


async def test_what_came_back_is_there_again_once(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    async with shop.unit() as uow:
        assert await stock.put_back(uow, sku.id, 2, "ret_1")
        assert not await stock.put_back(uow, sku.id, 2, "ret_1")
    assert await shop.stock_of(sku.id) == (7, 0)
    assert await shop.unequal() == []


async def test_low_stock_is_told_once_when_it_is_crossed(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    async with shop.unit() as uow:
        await stock.adjust(uow, stock.Adjustment(sku.id, stock.Reason.OTHER, "low", delta=1, low_level=3))
    for _ in range(4):
        await shop.hold((sku.id, 1))
    told = [event for event in shop.house.ear.heard if isinstance(event, catalog.StockLow)]
    assert told == [catalog.StockLow(shop.house.handler, sku.id, 3)]


async def test_pieces_taken_in_somebody_elses_unit_are_counted_in_order_and_low_stock_is_told(shop: Any) -> None:
    sku, other = await shop.put("A", pieces=5), await shop.put("B", pieces=9)
    async with shop.unit() as uow:
        await stock.adjust(uow, stock.Adjustment(sku.id, stock.Reason.OTHER, "low", delta=1, low_level=3))
    wishes = [shop.wish((sku.id, 4)), shop.wish((other.id, 2), (sku.id, 3)), shop.wish((other.id, 1), (2**40, 1))]
    async with shop.unit() as uow:
        assert await catalog.take(uow, [*wishes, shop.wish((other.id, 9))]) == {wishes[0].id}
    assert (await shop.stock_of(sku.id), await shop.stock_of(other.id)) == ((6, 4), (9, 0))
    told = [event for event in shop.house.ear.heard if isinstance(event, catalog.StockLow)]
    assert told == [catalog.StockLow(shop.house.handler, sku.id, 2)]
    assert await shop.unequal() == []


async def test_who_takes_pieces_while_another_unit_holds_them_counts_what_that_one_took(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    first, many, few = (shop.wish((sku.id, pieces)) for pieces in (3, 3, 2))

    async def take(wish: catalog.Wish) -> frozenset[str]:
        async with shop.unit() as uow:
            return await catalog.take(uow, [wish])

    async with shop.unit() as uow:
        assert await catalog.take(uow, [first]) == {first.id}
        waiting = [asyncio.create_task(take(wish)) for wish in (many, few)]
        while len(await shop.house.rows("select 1 from pg_locks where not granted")) < len(waiting):
            await asyncio.sleep(0.01)
    assert await asyncio.gather(*waiting) == [frozenset(), {few.id}]
    assert await shop.stock_of(sku.id) == (5, 5)
    assert await shop.unequal() == []


async def test_the_recount_finds_what_was_tampered_with(shop: Any) -> None:
    sku = await shop.put("A", pieces=5)
    await shop.house.rows("update catalog.stock set reserved = 1 where sku_id = %s returning 1", sku.id)
    assert await shop.unequal() == [sku.id]


async def test_movements_cannot_be_changed_by_the_program(shop: Any) -> None:
    await shop.put("A", pieces=5)
    async with shop.house.database.pool(Role.APP).connection() as conn:
        for statement in ("update catalog.movement set delta = 9", "delete from catalog.movement"):
            with pytest.raises(Exception, match="permission denied"):
                await conn.execute(statement)
            await conn.rollback()


async def test_a_number_is_told_by_the_code_that_people_know(shop: Any) -> None:
    sku = await shop.put("BOWL-M")
    async with shop.unit() as uow:
        assert await stock.code_of(uow, sku.id) == "BOWL-M"
        with pytest.raises(Problem, match=r"sku\.unknown"):
            await stock.code_of(uow, sku.id + 1)
