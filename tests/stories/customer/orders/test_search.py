"""Staff find orders by the recipient's number or name, without either lying in clear."""

from __future__ import annotations

from tests.stories.customer.orders.conftest import HOME, Market
from yumen.customer.orders import search, views


async def test_an_order_is_found_by_phone_and_by_name_and_by_nothing_else(market: Market) -> None:
    sku = await market.stock("tea")
    person = await market.club.member()
    order = await market.order(person, {sku: 1})
    async with market.staff() as uow:
        by_phone = await search.by_phone(uow, HOME.phone)
        by_name = await search.by_recipient(uow, HOME.recipient)
        nobody = await search.by_phone(uow, "+8619900000002")
    assert [one.id for one in by_phone] == [one.id for one in by_name] == [order]
    assert nobody == []


async def test_the_shopper_sees_the_whole_order_with_the_number_masked(market: Market) -> None:
    sku = await market.stock("tea", 12_800)
    person = await market.club.member()
    order = await market.order(person, {sku: 2})
    async with market.shopper(person) as uow:
        seen = await views.of_shopper(uow, person, order)
    assert (seen.recipient, seen.place) == (HOME.recipient, HOME.place)
    assert HOME.phone not in str(seen)
    assert seen.total_fen == seen.goods_fen + seen.shipping_fen
    assert [line.quantity for line in seen.lines] == [2]
