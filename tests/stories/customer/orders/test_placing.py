"""Orders that are placed at the same moment are each what they would be alone."""

import asyncio
from dataclasses import replace

import pytest

from tests.stories.customer.orders.conftest import HOME
from tests.stories.customer.profile.test_minors import born
from yumen.customer import catalog, orders, profile
from yumen.customer.orders import cart, placing
from yumen.customer.orders.checkout import Draft, Wish
from yumen.customer.orders.placing import Ask
from yumen.customer.orders.states import State
from yumen.kit.errors import Problem
from yumen.kit.ids import new_id
from yumen.kit.web import Request
from yumen.kit.work import Actor, ActorKind
from yumen.security.datamap import RetentionClass


def actor_of(market, person):
    return Actor(ActorKind.SUBJECT, f"sub_{person:026d}", market.house.handler)


async def place(market, person, wish, request=None, **more):
    """As the route does it; None for what is not plain, and gets its offer."""
    actor = actor_of(market, person)
    offer = await placing.offered(market.work, actor, person, wish)
    draft = Draft(person, market.house.app().key, wish, offer.total_fen, new_id("rsv"), HOME)
    done = await placing.placed(market.work, Ask(actor, replace(draft, **more), request))
    assert isinstance(done, str) or done == offer
    return done if isinstance(done, str) else None


async def test_many_order_at_once_and_each_order_is_whole(market):
    people = [await market.club.member(f"oBuyer{number}") for number in range(6)]
    tea, cup = await market.stock("tea", 12_800, 40), await market.stock("cup", 5_000, 40)
    async with market.shopper(people[0]) as uow:
        await cart.put(uow, people[0], tea, 2)
    wishes = [Wish({tea: number + 1, cup: 1}) for number in range(6)]
    placed = await asyncio.gather(*(place(market, *one) for one in zip(people, wishes, strict=True)))
    for person, wish, order in zip(people, wishes, placed, strict=True):
        found = await market.get(order)
        async with market.system() as uow:
            lines = await orders.progress.store.list_lines(uow.conn, order)
        assert (found.subject, found.state) == (person, State.AWAITING_PAYMENT)
        assert found.total_fen == (await market.quote(person, wish)).total_fen
        assert {line.sku: line.quantity for line in lines} == wish.wanted
        assert sum(line.due_fen for line in lines) == found.goods_fen
    assert sorted(await market.house.leaves("order.placed")) == sorted(("order.placed", one) for one in people)
    async with market.shopper(people[0]) as uow:
        assert await cart.wanted(uow, people[0]) == {}
    assert await market.goods.unequal() == []


async def test_who_asks_for_what_is_not_sold_spoils_nobody_elses_price(market):
    person, tea = await market.club.member(), await market.stock("tea", 12_800)
    actor = actor_of(market, person)
    wishes = [Wish({tea: 1}), Wish({"sku_none": 1}), Wish({tea: 3}), Wish({})]
    told = await asyncio.gather(
        *(placing.offered(market.work, actor, person, wish) for wish in wishes), return_exceptions=True
    )
    assert [one.goods_fen for one in (told[0], told[2])] == [12_800, 38_400]
    assert [one.code.name for one in (told[1], told[3])] == [catalog.UNKNOWN_SKU.name, "quote.empty"]
    with pytest.raises(Problem) as refused:
        await placing.offered(market.work, actor, person, Wish({tea: 1}, ("cpn_none",)))
    assert refused.value.code.name == "coupon.not_usable"


async def test_a_child_among_many_is_left_for_the_story_that_says_why(market):
    child, person = await market.club.member("oChild"), await market.club.member()
    tea = await market.stock("tea", 10_000)
    async with market.shopper(child) as uow:
        await profile.minors.declare(uow, child, born(9))
    first, second = await asyncio.gather(*(place(market, one, Wish({tea: 1})) for one in (child, person)))
    assert first is None
    assert (await market.get(second)).subject == person
    assert await market.house.leaves("order.placed") == [("order.placed", person)]


async def test_a_double_tap_under_one_key_orders_once(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000)
    request = Request.of(actor_of(market, person), "key-12345", "POST /v1/orders", b"{}")
    same = Request.of(actor_of(market, person), "key-12345", "POST /v1/orders", b"{}")
    told = await asyncio.gather(*(place(market, person, Wish({tea: 1}), one) for one in (request, same)))
    assert [one is None for one in told].count(True) == 1
    (order,) = [one for one in told if one is not None]
    (kept,) = await market.house.rows("select outcome from ops.idempotency")
    assert kept["outcome"] == placing.outcome_of(order)
    assert await place(market, person, Wish({tea: 1}), request) is None


async def test_what_is_not_plain_does_not_go_with_the_others(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000)
    await market.club.earn(person, 100)
    assert await place(market, person, Wish({tea: 1}, (), 100)) is None
    assert await market.house.leaves("order.placed") == []


async def test_whose_price_changed_or_who_told_no_address_gets_the_offer_and_takes_no_piece(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000, 3)
    assert await place(market, person, Wish({tea: 1}), expected_fen=1) is None
    assert await place(market, person, Wish({tea: 1}), destination=None) is None
    assert await market.house.rows("select 1 from catalog.reservation") == []
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (3, 0)


async def test_of_many_who_want_the_last_pieces_as_many_get_them_as_there_are(market):
    people = [await market.club.member(f"oBuyer{number}") for number in range(5)]
    tea, cup = await market.stock("tea", 12_800, 3), await market.stock("cup", 5_000, 40)
    wishes = [Wish({cup: 2}), Wish({tea: 2, cup: 1}), Wish({tea: 2, cup: 1}), Wish({tea: 1}), Wish({cup: 3})]
    placed = await asyncio.gather(*(place(market, *one) for one in zip(people, wishes, strict=True)))
    assert [one is not None for one in placed] == [True, True, False, False, True], "counted in order of arrival"
    assert await place(market, people[3], wishes[3]) is not None
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (3, 3)
    assert await market.goods.unequal() == []


async def test_a_repeated_key_gives_its_pieces_back_in_the_same_transaction(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000, 2)
    request = Request.of(actor_of(market, person), "key-12345", "POST /v1/orders", b"{}")
    assert await place(market, person, Wish({tea: 1}), request) is not None
    assert await place(market, person, Wish({tea: 1}), request) is None
    states = await market.house.rows("select state from catalog.reservation order by held_at, id")
    assert sorted(row["state"] for row in states) == ["held", "released"]
    await market.goods.settle()
    assert await market.goods.stock_of((await market.goods.sku("tea")).id) == (2, 1)


async def test_somebody_whose_key_was_destroyed_leaves_each_to_a_story_of_their_own(market):
    gone, person = await market.club.member("oGone"), await market.club.member()
    tea = await market.stock("tea", 10_000)
    assert await place(market, gone, Wish({tea: 1})) is not None
    await market.house.vault.keyring.shred([gone], RetentionClass.TRANSACTION)
    assert await asyncio.gather(*(place(market, one, Wish({tea: 1})) for one in (gone, person))) == [None, None]
    assert len(await market.house.rows("select 1 from catalog.reservation")) == 1
    assert await place(market, person, Wish({tea: 1})) is not None
