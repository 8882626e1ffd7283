"""Cashiers that are opened at the same moment have an attempt each, an order tapped twice has one."""

import asyncio

import pytest

from tests.stories.customer.conftest import VELVET
from tests.stories.customer.orders.till import MCHID
from yumen.customer.identity import subjects
from yumen.customer.orders import cashier, payment, progress
from yumen.customer.orders.cashier import Wanted
from yumen.kit.errors import Problem
from yumen.kit.work import Actor, ActorKind


async def intend(market, person, order):
    actor = Actor(ActorKind.SUBJECT, "sub_00000000000000000000000007", market.house.handler)
    return await cashier.intend(market.work, actor, Wanted(person, order, MCHID, VELVET, market.house.app().key))


async def test_many_at_once_have_an_attempt_each_with_their_own_openid(market):
    people = [await market.club.member(f"oBuyer{number}") for number in range(5)]
    tea = await market.stock("tea", 12_800, 40)
    placed = [await market.order(person, {tea: number + 1}) for number, person in enumerate(people)]
    told = await asyncio.gather(*(intend(market, *one) for one in zip(people, placed, strict=True)))
    for number, (attempt, openid) in enumerate(told):
        async with market.system() as uow:
            (kept,) = await payment.payment_store.list_of(uow.conn, placed[number])
        assert (attempt, openid) == (kept, f"oBuyer{number}")
        assert attempt.amount_fen == (await market.get(placed[number])).total_fen


async def test_an_order_tapped_twice_has_one_attempt(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    told = await asyncio.gather(*(intend(market, person, order) for _ in range(4)))
    assert len({attempt.id for attempt, _ in told}) == 1
    assert await market.house.rows("select count(*) as made from orders.payment") == [{"made": 1}]
    assert {attempt.description for attempt, _ in told} == {(await intend(market, person, order))[0].description}


async def test_a_strangers_order_and_one_that_is_over_are_refused_beside_a_good_one(market):
    person, other = await market.club.member(), await market.club.member("oOther")
    tea = await market.stock("tea")
    mine, paid = await market.order(person, {tea: 1}), await market.paid(person, {tea: 1})
    told = await asyncio.gather(
        intend(market, other, mine), intend(market, person, paid), intend(market, person, mine), return_exceptions=True
    )
    assert [one.code for one in told if isinstance(one, Problem)] == [progress.NOT_FOUND, payment.NOT_PAYABLE]
    assert told[2][0].order == mine


async def test_after_a_merge_the_orders_of_both_can_be_paid(market):
    person, twin = await market.club.member(), await market.club.member("oTwin")
    tea = await market.stock("tea")
    order = await market.order(twin, {tea: 1})
    async with market.shopper(person) as uow:
        await subjects.link(uow, twin, person, "staff")
    attempt, openid = await intend(market, person, order)
    assert attempt.order == order
    assert openid in ("oAlice", "oTwin")


async def test_without_an_openid_nothing_is_written(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.order(person, {tea: 1})
    actor = Actor(ActorKind.SUBJECT, "sub_00000000000000000000000007", market.house.handler)
    nowhere = Wanted(person, order, MCHID, VELVET, type(market.house.app().key)(999_999))
    with pytest.raises(Problem) as refused:
        await cashier.intend(market.work, actor, nowhere)
    assert refused.value.code.name == "subject.not_named"
    assert await market.house.rows("select count(*) as made from orders.payment") == [{"made": 0}]
