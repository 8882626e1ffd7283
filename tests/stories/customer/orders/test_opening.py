"""To whom a parcel goes, of many persons at once: the newest order under way, and the preferred address."""

from __future__ import annotations

import msgspec

from tests.stories.customer.orders.conftest import HOME, Market
from yumen.customer.identity import subjects
from yumen.customer.orders import AddressesChanged, addresses, opening
from yumen.customer.orders.destination import one_line


async def test_only_an_order_under_way_is_opened_also_under_whoever_stands_for_the_person(market: Market) -> None:
    tea = await market.stock("tea")
    (buyer, _), (looker, _), (alias, _) = [await market.house.enrol(name) for name in ("oBuyer", "oLooker", "oAlias")]
    await market.order(looker, {tea: 1})
    await market.paid(alias, {tea: 1})
    async with market.house.unit() as uow:
        await subjects.link(uow, alias, buyer, "staff")
        assert await opening.recipients(uow, [buyer, looker]) == {buyer: HOME.recipient}
        assert await opening.phones(uow, [buyer, looker]) == {buyer: HOME.phone}
        assert await opening.addresses(uow, [buyer, looker]) == {buyer: one_line(HOME.place)}


async def test_the_preferred_address_is_opened_before_a_newer_one(market: Market) -> None:
    (one, _), (other, _) = await market.house.enrol("oOne"), await market.house.enrol("oOther")
    async with market.shopper(one) as uow:
        await addresses.put(uow, one, msgspec.structs.replace(HOME, recipient="王小玉"), preferred=True)
        await addresses.put(uow, one, HOME)
        assert await opening.book_recipients(uow, [one, other]) == {one: "王小玉"}
        assert await opening.book_phones(uow, [one, other]) == {one: HOME.phone}
        assert await opening.book_addresses(uow, [one, other]) == {one: one_line(HOME.place)}
    assert AddressesChanged(one, market.house.handler) in market.house.ear.heard
