"""Price and place the orders of many shoppers at once; each reservation is committed between the two.

    offer = await placing.offered(work, actor, person, wish)
    async with placing.set_aside(work, actor, draft, offer) as aside:
        aside.order = await placing.placed(work, Ask(actor, draft, offer, request))  # None: by `checkout.place`

An order with a coupon or points, to an address of the book, of 0 fen, of a child, or under a key used before is
not plain: `checkout` tells it in a unit of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from yumen.customer import profile
from yumen.customer.consent import basis
from yumen.customer.orders import checkout, placing_store
from yumen.customer.orders.checkout import Draft, Wish
from yumen.customer.orders.destination import Destination
from yumen.customer.orders.events import OrderPlaced
from yumen.customer.orders.lanes import Together
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.placing_store import Placed
from yumen.customer.orders.quote import Points, Quote, basket, quote
from yumen.customer.orders.states import State
from yumen.kit.db import UNAVAILABLE
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.web import Request, keep_outcomes
from yumen.kit.work import Actor, UnitOfWork, Work
from yumen.security import trail, vault
from yumen.security.datamap import Purpose


@dataclass(frozen=True, slots=True)
class Ask:
    """An order to place: who acts, what, for how much; `request` is what an Idempotency-Key stands for."""

    actor: Actor
    draft: Draft
    offer: Quote
    request: Request | None


async def offered(work: Work, actor: Actor, person: SubjectId, wish: Wish) -> Quote:
    """What the wish costs this person now, as `checkout.priced`."""
    if not wish.coupons and not wish.points:
        return await work.use(Shop).lanes.of(Pricing, work).do(actor.handler, (person, wish))
    async with work.begin(actor, pipelined=True) as uow:
        return await checkout.priced(uow, person, wish)


async def placed(work: Work, ask: Ask) -> str | None:
    """The order, committed, with the outcome under its request's key; None when it is not plain."""
    wish, draft = ask.draft.wish, ask.draft
    if wish.coupons or wish.points or not ask.offer.total_fen or draft.destination is None:
        return None
    return await work.use(Shop).lanes.of(Placing, work).do(ask.actor.handler, ask)


@dataclass(slots=True)
class Aside:
    """Pieces that were set aside, and the order that took them."""

    order: str | None = None


@asynccontextmanager
async def set_aside(work: Work, actor: Actor, draft: Draft, offer: Quote) -> AsyncIterator[Aside]:
    """Reserve the pieces, committed, with an expiry; where no order took them they are back on the shelf at once.

    What nobody knows the fate of (the database was lost, the process died) runs out by itself. Raises as
    `checkout.reserve`.
    """
    shop, aside = work.use(Shop), Aside()
    await checkout.reserve(shop, actor.handler, draft.reservation, offer, work.clock.now())
    try:
        yield aside
    except Problem as refused:
        if refused.code is not UNAVAILABLE:
            await _give_back(work, actor, draft)
        raise
    if aside.order is None:
        await _give_back(work, actor, draft)


async def _give_back(work: Work, actor: Actor, draft: Draft) -> None:
    async with work.begin(actor) as uow:
        await work.use(Shop).goods.release(uow, draft.reservation)


def outcome_of(order: str) -> dict[str, str | int | None]:
    """What is kept under an Idempotency-Key for an order that was just placed and waits for its payment."""
    return {"order": order, "state": State.AWAITING_PAYMENT.value}


class Pricing(Together[tuple[SubjectId, Wish], Quote]):
    """Quotes of this process. Only reads."""

    async def batch(self, uow: UnitOfWork, items: Sequence[tuple[SubjectId, Wish]]) -> Sequence[Quote | Problem]:
        shop = uow.use(Shop)
        tiers = await shop.rewards.tiers(uow, [person for person, _ in items])
        goods = await shop.goods.items_many(uow, [(wish.wanted, tiers.get(person)) for person, wish in items])
        outcomes: list[Quote | Problem] = []
        for found in goods:
            try:
                outcomes.append(
                    found if isinstance(found, Problem) else quote(basket(found), shop.rules, (), Points(), [])
                )
            except Problem as unfit:
                outcomes.append(unfit)
        return outcomes


class Placing(Together[Ask, str | None]):
    """Orders of this process; None for what is not plain."""

    async def batch(self, uow: UnitOfWork, items: Sequence[Ask]) -> Sequence[str | None]:
        young = await profile.minors.of_many(uow, [one.draft.person for one in items])
        orders: list[str | None] = [
            new_id("ord") if one.draft.person not in young and await _may(uow, one) else None for one in items
        ]
        asked = {
            at: (one.request, outcome_of(order))
            for at, (one, order) in enumerate(zip(items, orders, strict=True))
            if one.request is not None and order is not None
        }
        kept = await keep_outcomes(uow, list(asked.values())) if asked else []
        for at, is_kept in zip(asked, kept, strict=True):
            orders[at] = orders[at] if is_kept else None
        chosen = [(one, order) for one, order in zip(items, orders, strict=True) if order is not None]
        if chosen:
            await placing_store.insert(uow.conn, await _rows(uow, chosen))
        for one, order in chosen:
            await uow.emit(OrderPlaced(order, one.draft.person, uow.handler, one.offer.total_fen))
        return orders


async def _may(uow: UnitOfWork, ask: Ask) -> bool:
    """What `checkout.place` asks before it writes, but for a guardian; it tells why not."""
    try:
        await basis.require(uow, ask.draft.person, Purpose.SALE)
        checkout.same_price(ask.draft, ask.offer)
    except Problem:
        return False
    return True


async def _rows(uow: UnitOfWork, chosen: Sequence[tuple[Ask, str]]) -> list[Placed]:
    """The rows with their leaves; everybody's values sealed together."""
    values = [value for one, _ in chosen for value in checkout.to_seal(one.draft, _to(one.draft))]
    sealed = await vault.seal_many(uow, values)
    rows = []
    for at, (one, order) in enumerate(chosen):
        row = await checkout.row_of(uow, one.draft, one.offer, order, _to(one.draft), sealed[3 * at : 3 * at + 3])
        lines = checkout.lines_of(one.offer)
        said: dict[str, int | str] = {"order": order, "total_fen": one.offer.total_fen, "lines": len(lines)}
        leaf = trail.encode(checkout.PLACED.name, uow.now, one.actor, one.draft.person, said)
        rows.append(Placed(row, lines, leaf, list(one.draft.wish.wanted)))
    return rows


def _to(draft: Draft) -> Destination:
    assert draft.destination is not None  # else it is not plain
    return draft.destination
