"""How often somebody bought, for how much and when last: what was paid back does not count, what a merge joins does."""

from __future__ import annotations

from tests.stories.customer.orders.conftest import Market
from yumen.customer.identity import subjects
from yumen.customer.orders import bought, refund
from yumen.kit.clock import shanghai_day


async def test_what_was_paid_is_added_up_and_what_was_paid_back_taken_off(market: Market) -> None:
    tea = await market.stock("tea")
    (buyer, _), (looker, _), (alias, _) = [await market.house.enrol(name) for name in ("oBuyer", "oLooker", "oAlias")]
    await market.order(looker, {tea: 1})
    first, gone = await market.paid(buyer, {tea: 2}), await market.paid(buyer, {tea: 1})
    whole = (await market.get(first)).facts.paid_fen
    async with market.house.unit() as uow:
        await refund.by_staff(uow, gone, None, {}, "damaged", restock=False)
    await market.settle_refunds(gone)
    other = await market.paid(alias, {tea: 1})
    async with market.house.unit() as uow:
        everybody = [buyer, looker]
        assert await bought.times(uow, everybody) == {buyer: 1}
        assert await bought.spent_fen(uow, everybody) == {buyer: whole}
        assert await bought.last_on(uow, everybody) == {buyer: shanghai_day(uow.now).isoformat()}
        await subjects.link(uow, alias, buyer, "staff")
        assert await bought.times(uow, [buyer]) == {buyer: 2}
        joined = whole + (await market.get(other)).facts.paid_fen
        assert await bought.spent_fen(uow, [buyer]) == {buyer: joined}
