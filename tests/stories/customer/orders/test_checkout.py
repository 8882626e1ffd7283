"""Cart, coupons, points and addresses on the way to an order."""

from datetime import timedelta

import pytest

from tests.stories.customer.orders.conftest import HOME
from tests.stories.customer.profile.test_minors import born
from yumen.customer import orders, profile
from yumen.customer.catalog import SOLD_OUT
from yumen.customer.loyalty import coupon_book, coupon_issue
from yumen.customer.loyalty.coupons import Terms
from yumen.customer.orders import addresses, cart, checkout, from_loyalty, neighbours
from yumen.customer.orders.checkout import Wish
from yumen.customer.orders.quote import COUPON_UNFIT, Step
from yumen.customer.orders.states import Act, State
from yumen.kit.errors import Problem


async def coupon_for(market, person, terms):
    now = market.house.clock.now()
    limits = coupon_book.Limits(1, None, now - timedelta(days=1), now + timedelta(days=30), 30)
    async with market.staff() as uow:
        definition = await coupon_book.define(uow, terms, limits)
        (code,) = await coupon_issue.make_codes(uow, definition, 1)
    async with market.shopper(person) as uow:
        return await coupon_issue.claim(uow, person, code)


async def cancel(market, person, order):
    async with market.shopper(person) as uow:
        await checkout.cancel(uow, await orders.progress.lock_of(uow, person, order), Act.CANCEL)


async def test_points_and_coupon_are_set_aside_used_up_and_given_back_with_the_money(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000)
    await market.club.earn(person, 3_000)
    coupon = await coupon_for(market, person, Terms("amount", amount_fen=2_000))
    order = await market.order(person, {tea: 1}, [coupon], 3_000)
    placed = await market.get(order)
    assert (placed.goods_fen, placed.total_fen, placed.points, placed.coupons) == (5_000, 6_000, 3_000, (coupon,))
    assert await market.club.points(person) == 0
    with pytest.raises(Problem) as refused:
        await market.order(person, {tea: 1}, [coupon])
    assert refused.value.code is coupon_book.NOT_USABLE
    number = await market.ready(person, order)
    market.till.take(number)
    await market.hear(market.till.paid_notice(number))
    assert await market.club.points(person) == 50
    async with market.staff() as uow:
        await orders.refund.by_staff(uow, order, None, {}, "goodwill", restock=True)
    await market.settle_refunds(order)
    assert await market.state(order) is State.REFUNDED
    assert await market.club.points(person) == 3_000
    offer = await market.quote(person, Wish({tea: 1}, (coupon,)))
    assert offer.sums()[Step.COUPON] == -2_000
    assert (await market.club.recount()).sound


async def test_a_child_orders_nothing_before_a_guardian_agreed(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000)
    async with market.shopper(person) as uow:
        await profile.minors.declare(uow, person, born(9))
    with pytest.raises(Problem) as refused:
        await market.order(person, {tea: 1})
    assert refused.value.code is profile.minors.GUARDIAN_NEEDED
    assert (await market.house.rows("select count(*) as orders from orders.purchase"))[0]["orders"] == 0


async def test_a_cancelled_order_gives_points_coupon_and_stock_back(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000, 1)
    await market.club.earn(person, 100)
    coupon = await coupon_for(market, person, Terms("percentage", percent=10))
    order = await market.order(person, {tea: 1}, [coupon], 100)
    with pytest.raises(Problem) as refused:
        await market.order(person, {tea: 1})
    assert refused.value.code is SOLD_OUT
    await cancel(market, person, order)
    await cancel(market, person, order)
    assert await market.club.points(person) == 100
    again = await market.order(person, {tea: 1}, [coupon], 100)
    assert (await market.get(again)).goods_fen == 8_900
    assert len(await market.house.leaves("order.cancelled")) == 1


async def test_a_coupon_that_does_not_fit_says_why(market):
    person, tea = await market.club.member(), await market.stock("tea", 1_000)
    coupon = await coupon_for(market, person, Terms("amount", amount_fen=500, minimum_spend_fen=5_000))
    with pytest.raises(Problem) as refused:
        await market.quote(person, Wish({tea: 1}, (coupon,)))
    assert (refused.value.code, refused.value.facts["why"]) == (COUPON_UNFIT, "minimum_spend")


async def test_points_pay_half_the_goods_at_most_and_no_more_than_there_are(market):
    person, tea = await market.club.member(), await market.stock("tea", 1_000)
    await market.club.earn(person, 700)
    assert (await market.quote(person, Wish({tea: 1}, (), 10_000))).points == 500
    assert (await market.quote(person, Wish({tea: 9}, (), 10_000))).points == 700
    assert from_loyalty.Club().per_mille_max == 500


async def test_a_shop_without_a_club_sells_all_the_same(market):
    shop = market.house.services[orders.Shop]
    market.house.services[orders.Shop] = orders.Shop(shop.goods, neighbours.NoRewards(), shop.rules)
    person, tea = await market.club.member(), await market.stock("tea", 1_000)
    order = await market.paid(person, {tea: 2})
    assert (await market.get(order)).total_fen == 3_000
    assert (await market.quote(person, Wish({tea: 1}, (), 500))).points == 0
    assert await market.club.points(person) == 0


async def test_a_price_that_changed_between_quote_and_checkout_places_nothing(market):
    person, tea = await market.club.member(), await market.stock("tea", 1_000)
    offer = await market.quote(person, Wish({tea: 1}))
    draft = checkout.Draft(person, market.house.app().key, Wish({tea: 1}), offer.total_fen - 1, "rsv_x", HOME)
    with pytest.raises(Problem) as refused:
        async with market.shopper(person) as uow:
            await checkout.place(uow, draft, offer)
    assert (refused.value.code, refused.value.facts) == (
        checkout.PRICE_CHANGED,
        {"expected_fen": 1_999, "total_fen": 2_000},
    )


async def test_the_book_holds_twenty_addresses_and_one_is_preferred(market):
    person = await market.club.member()
    async with market.shopper(person) as uow:
        named = [await addresses.put(uow, person, HOME) for _ in range(20)]
    with pytest.raises(Problem) as refused:
        async with market.shopper(person) as uow:
            await addresses.put(uow, person, HOME)
    assert refused.value.code is addresses.FULL
    async with market.shopper(person) as uow:
        await addresses.put(uow, person, HOME, preferred=True, address=named[7])
        book = await addresses.list_of(uow, person)
        assert [one.id for one in book if one.preferred] == [named[7]]
        assert book[0].id == named[7]
        assert book[0].destination == HOME
        assert await addresses.remove(uow, person, named[7]) is True
        assert await addresses.remove(uow, person, named[7]) is False
    stranger = await market.club.member("oMallory")
    with pytest.raises(Problem) as refused:
        async with market.shopper(stranger) as uow:
            await addresses.get(uow, stranger, named[0])
    assert refused.value.code is addresses.NOT_FOUND


async def test_a_cart_holds_what_is_on_sale_in_sane_numbers(market):
    person, tea = await market.club.member(), await market.stock("tea", 1_000)
    async with market.shopper(person) as uow:
        await cart.put(uow, person, tea, 2)
        await cart.put(uow, person, tea, 5)
        assert await cart.wanted(uow, person) == {tea: 5}
        await cart.put(uow, person, tea, 0)
        assert await cart.wanted(uow, person) == {}
    for sku, quantity, code in ((tea, -1, "quote.quantity_unfit"), (tea, 100, "quote.quantity_unfit")):
        with pytest.raises(Problem) as refused:
            async with market.shopper(person) as uow:
                await cart.put(uow, person, sku, quantity)
        assert refused.value.code.name == code
    with pytest.raises(Problem) as refused:
        async with market.shopper(person) as uow:
            await cart.put(uow, person, "sku_nowhere", 1)
    assert refused.value.code.name == "sku.unknown"


async def test_a_gift_comes_as_a_line_that_costs_nothing_and_goes_back_with_the_coupon(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000)
    cup = await market.stock("cup", 3_000, 1)
    coupon = await coupon_for(market, person, Terms("gift", gift_sku="cup", minimum_spend_fen=5_000))
    offer = await market.quote(person, Wish({tea: 1}, (coupon,)))
    given = offer.lines[1]
    assert (given.item.sku, given.item.quantity, given.due_fen) == (cup, 1, 0)
    assert given.steps == ((Step.LIST, 3_000), (Step.GIFT, -3_000))
    order = await market.order(person, {tea: 1}, [coupon])
    assert (await market.get(order)).goods_fen == 10_000
    assert (await market.goods.stock_of((await market.goods.sku("cup")).id))[1] == 1, "the gift is set aside"
    other = await market.club.member("oBob")
    theirs = await coupon_for(market, other, Terms("gift", gift_sku="cup"))
    with pytest.raises(Problem) as refused:
        await market.order(other, {tea: 1}, [theirs])
    assert refused.value.code is SOLD_OUT
    await cancel(market, person, order)
    again = await market.order(person, {tea: 1}, [coupon])
    number = await market.ready(person, again)
    market.till.take(number)
    await market.hear(market.till.paid_notice(number))
    assert await market.state(again) is State.PAID


async def test_a_gift_that_is_not_on_sale_is_not_promised(market):
    person, tea = await market.club.member(), await market.stock("tea", 10_000)
    coupon = await coupon_for(market, person, Terms("gift", gift_sku="nothing"))
    with pytest.raises(Problem) as refused:
        await market.quote(person, Wish({tea: 1}, (coupon,)))
    assert refused.value.code.name == "sku.unknown"
