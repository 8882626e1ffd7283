"""Whose contract is being carried out: from payment to completion, not before and not after."""

from __future__ import annotations

from tests.stories.customer.orders.conftest import Market
from yumen.customer.identity import subjects
from yumen.customer.orders import parties
from yumen.kit.ids import SubjectId


async def test_only_who_paid_and_waits_is_a_party(market: Market) -> None:
    tea = await market.stock("tea")
    (buyer, _), (looker, _), (alias, _) = [await market.house.enrol(name) for name in ("oBuyer", "oLooker", "oAlias")]
    everybody = [buyer, looker, alias, SubjectId(10**9)]
    await market.order(looker, {tea: 1})
    order = await market.paid(buyer, {tea: 1})
    async with market.house.unit() as uow:
        assert await parties.of_many(uow, everybody) == {buyer}
        await subjects.link(uow, buyer, alias, "staff")
        assert await parties.of_many(uow, [alias]) == {alias}, "an order under whoever stands for a person is theirs"
    rows = await market.house.rows("select state from orders.purchase where id = %s", order)
    assert [row["state"] for row in rows] == ["paid"]
