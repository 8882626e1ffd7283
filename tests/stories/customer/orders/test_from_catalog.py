"""The house's own catalogue as the goods of orders: what is offered, taken aside, sold, given back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.customer.orders.conftest import Market
from yumen.customer import orders
from yumen.kit.errors import Problem
from yumen.kit.ids import new_id


async def test_pieces_are_taken_aside_sold_and_no_longer_to_be_had(market: Market) -> None:
    sku = await market.stock("tea", pieces=3)
    goods = market.house.services[orders.Shop].goods  # type: ignore[attr-defined]
    until = market.house.clock.now() + timedelta(minutes=15)
    async with market.system() as uow:
        (item,) = await goods.items(uow, {sku: 2}, tier=None)
    reservation = new_id("rsv")
    await goods.reserve(market.house.handler, reservation, [item], until)
    async with market.system() as uow:
        assert await goods.confirm(uow, reservation)
        (again,) = await goods.items(uow, {sku: 2}, tier=None)
    with pytest.raises(Problem) as short:
        await goods.reserve(market.house.handler, new_id("rsv"), [again], until)
    assert short.value.code.name == "stock.sold_out"


async def test_what_is_given_back_can_be_sold_again(market: Market) -> None:
    sku = await market.stock("tea", pieces=1)
    goods = market.house.services[orders.Shop].goods  # type: ignore[attr-defined]
    until = market.house.clock.now() + timedelta(minutes=15)
    async with market.system() as uow:
        items = await goods.items(uow, {sku: 1}, tier=None)
    first = new_id("rsv")
    await goods.reserve(market.house.handler, first, items, until)
    async with market.system() as uow:
        await goods.release(uow, first)
    await goods.reserve(market.house.handler, new_id("rsv"), items, until)


async def test_an_article_that_is_not_there_is_named_by_its_line(market: Market) -> None:
    goods = market.house.services[orders.Shop].goods  # type: ignore[attr-defined]
    async with market.system() as uow:
        with pytest.raises(Problem) as unknown:
            await goods.items(uow, {new_id("sku"): 1}, tier=None)
    assert (unknown.value.code.name, unknown.value.at) == ("sku.unknown", "/lines/0/sku")


async def test_pieces_taken_inside_a_unit_are_gone_with_it(market: Market) -> None:
    sku = await market.stock("tea", pieces=3)
    goods = market.house.services[orders.Shop].goods  # type: ignore[attr-defined]
    until = market.house.clock.now() + timedelta(minutes=15)
    first, second, third = (new_id("rsv") for _ in range(3))
    with pytest.raises(KeyError):
        async with market.system() as uow:
            items = await goods.items(uow, {sku: 2}, tier=None)
            assert await goods.take(uow, {first: items, second: items}, until) == {first}
            raise KeyError
    async with market.system() as uow:
        assert await goods.take(uow, {third: items}, until) == {third}
    async with market.system() as uow:
        assert not await goods.confirm(uow, first)
        assert await goods.confirm(uow, third)
