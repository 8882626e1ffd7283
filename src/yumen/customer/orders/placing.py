"""Price and place the orders of many shoppers at once, the pieces they take with them: one transaction.

    done = await placing.placed(work, Ask(actor, draft, request))     # the order, committed; or the offer:
    async with placing.set_aside(work, actor, draft, offer) as aside: # reserved, committed, with an expiry
        aside.order = …                                               # by `checkout.place`, in a unit of its own

An order with a coupon or points, to an address of the book, at another price than was shown, of 0 fen, of a child,
under a key used before, or of pieces that are short is not plain: it gets its offer, and `checkout` tells the rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
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
    """An order to place: who acts, and what; `request` is what an Idempotency-Key stands for."""

    actor: Actor
    draft: Draft
    request: Request | None


async def offered(work: Work, actor: Actor, person: SubjectId, wish: Wish) -> Quote:
    """What the wish costs this person now, as `checkout.priced`."""
    if not wish.coupons and not wish.points:
        return await work.use(Shop).lanes.of(Pricing, work).do(actor.handler, (person, wish))
    async with work.begin(actor, pipelined=True) as uow:
        return await checkout.priced(uow, person, wish)


async def placed(work: Work, ask: Ask) -> str | Quote:
    """The order, committed, with the outcome under its request's key; only the offer when it is not plain.

    Raises the problems of the price.
    """
    draft = ask.draft
    if draft.wish.coupons or draft.wish.points or draft.destination is None:
        return await offered(work, ask.actor, draft.person, draft.wish)
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
        return await _offers(uow, items)


class Placing(Together[Ask, str | Quote]):
    """Orders of this process; offers for what is not plain."""

    async def batch(self, uow: UnitOfWork, items: Sequence[Ask]) -> Sequence[str | Quote | Problem]:
        ages = await profile.minors.ask_many(uow, [ask.draft.person for ask in items])
        offers = await _offers(uow, [(ask.draft.person, ask.draft.wish) for ask in items])
        young = await profile.minors.read_many(uow, ages)
        plain = [
            (ask, offer)
            for ask, offer in zip(items, offers, strict=True)
            if isinstance(offer, Quote) and ask.draft.person not in young and await _may(uow, ask.draft, offer)
        ]
        orders = await _orders(uow, plain) if plain else {}
        return [orders.get(ask.draft.reservation, offer) for ask, offer in zip(items, offers, strict=True)]


async def _offers(uow: UnitOfWork, asked: Sequence[tuple[SubjectId, Wish]]) -> list[Quote | Problem]:
    """What each wish costs its person; one round trip."""
    shop = uow.use(Shop)
    read = await shop.goods.ask_items(uow, {sku for _, wish in asked for sku in wish.wanted})
    tiers = await shop.rewards.tiers(uow, [person for person, _ in asked])
    outcomes: list[Quote | Problem] = []
    for found in await read([(wish.wanted, tiers.get(person)) for person, wish in asked]):
        try:
            outcomes.append(found if isinstance(found, Problem) else quote(basket(found), shop.rules, (), Points(), []))
        except Problem as unfit:
            outcomes.append(unfit)
    return outcomes


async def _may(uow: UnitOfWork, draft: Draft, offer: Quote) -> bool:
    """What `checkout.place` asks before it writes, but for a guardian; it tells why not."""
    try:
        await basis.require(uow, draft.person, Purpose.SALE)
        checkout.same_price(draft, offer)
    except Problem:
        return False
    return bool(offer.total_fen)


async def _orders(uow: UnitOfWork, plain: Sequence[tuple[Ask, Quote]]) -> Mapping[str, str]:
    """Take the pieces and write the orders down, by reservation; who finds too few, or a used key, is left out.

    Values are sealed before any stock row is locked.
    """
    try:
        made = await _made(uow, plain)
    except Problem:
        return {}  # somebody's values cannot be sealed: each hears their own
    shop = uow.use(Shop)
    pieces = {ask.draft.reservation: [line.item for line in offer.lines] for ask, offer in plain}
    there = await shop.goods.take(uow, pieces, uow.now + shop.pay_within + checkout.RESERVED_BEYOND)
    kept = await _first_under_their_keys(uow, [one for one in made if one[0].draft.reservation in there])
    orders = {ask.draft.reservation: str(placed.row["id"]) for ask, placed in kept}
    for taken in there:
        if taken not in orders:
            await shop.goods.release(uow, taken)
    if kept:
        await placing_store.insert(uow.conn, [placed for _, placed in kept])
    for ask, _ in kept:
        order = orders[ask.draft.reservation]
        await uow.emit(OrderPlaced(order, ask.draft.person, uow.handler, ask.draft.expected_fen))
    return orders


async def _first_under_their_keys(uow: UnitOfWork, made: Sequence[tuple[Ask, Placed]]) -> list[tuple[Ask, Placed]]:
    """Those without an Idempotency-Key, or with one that nobody used before; their outcomes are kept under it."""
    asked = [(ask.request, outcome_of(str(placed.row["id"]))) for ask, placed in made if ask.request is not None]
    free = iter(await keep_outcomes(uow, asked) if asked else ())
    return [one for one in made if one[0].request is None or next(free)]


async def _made(uow: UnitOfWork, plain: Sequence[tuple[Ask, Quote]]) -> list[tuple[Ask, Placed]]:
    """The rows with their leaves; everybody's values sealed together."""
    values = [value for ask, _ in plain for value in checkout.to_seal(ask.draft, _to(ask.draft))]
    sealed = await vault.seal_many(uow, values)
    made = []
    for at, (ask, offer) in enumerate(plain):
        draft, order = ask.draft, new_id("ord")
        row = await checkout.row_of(uow, draft, offer, order, _to(draft), sealed[3 * at : 3 * at + 3])
        lines = checkout.lines_of(offer)
        said: dict[str, int | str] = {"order": order, "total_fen": offer.total_fen, "lines": len(lines)}
        leaf = trail.encode(checkout.PLACED.name, uow.now, ask.actor, draft.person, said)
        made.append((ask, Placed(row, lines, leaf, list(draft.wish.wanted))))
    return made


def _to(draft: Draft) -> Destination:
    assert draft.destination is not None  # else it is not plain
    return draft.destination
