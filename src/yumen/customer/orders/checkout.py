"""Turn a cart into an order the shopper can pay, and nothing else.

    offer = await priced(uow, person, wish)                    # a reading unit
    await reserve(shop, handler, reservation, offer, now)      # the catalogue's lane: committed, with an expiry
    order = await place(uow, draft, offer)                     # one unit: seal, rewards, order

The price is computed anew; when it is not the one the shopper saw, nothing is placed and both amounts are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from yumen.customer import profile
from yumen.customer.consent import basis
from yumen.customer.orders import addresses, cart, progress, store
from yumen.customer.orders.destination import Destination, packed
from yumen.customer.orders.events import OrderCancelled, OrderPlaced
from yumen.customer.orders.fields import ADDRESS, PHONE, RECIPIENT
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.quote import Points, Quote, basket, quote
from yumen.customer.orders.states import Act, State
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.errors import Code
from yumen.kit.ids import AppKey, HandlerId, SubjectId, new_id
from yumen.kit.work import ActorKind, UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.security.datamap import Field, Purpose

PRICE_CHANGED: Final = Code("order.price_changed", 409)
ADDRESS_MISSING: Final = Code("order.address_missing", 422)

PLACED: Final = trail.LeafKind("order.placed", "order", "total_fen", "lines")
CANCELLED: Final = trail.LeafKind("order.cancelled", "order", "act")

RESERVED_BEYOND: Final = timedelta(minutes=10)
"""The stock stays set aside a little longer than one may pay, for a notification that is late."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to price: article to pieces, and what to take off."""

    wanted: Mapping[str, int]
    coupons: tuple[str, ...] = ()
    points: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An order before it is one. `expected_fen` is the total that the shopper was shown."""

    person: SubjectId
    app: AppKey
    wish: Wish
    expected_fen: int
    reservation: str
    destination: Destination | None = None
    address: str | None = None


async def priced(uow: UnitOfWork, person: SubjectId, wish: Wish) -> Quote:
    """What the wish costs this person now. Raises the problems of `quote`, of the catalogue and of the club."""
    shop = uow.use(Shop)
    items = await shop.goods.items(uow, wish.wanted, tier=await shop.rewards.tier(uow, person))
    lines = basket(items)
    offs = await shop.rewards.coupons(uow, person, wish.coupons, lines) if wish.coupons else ()
    points = await shop.rewards.points(uow, person, wish.points) if wish.points else Points()
    gifts = [await shop.goods.gift(uow, off.gift) for off in offs if off.gift]
    return quote(lines, shop.rules, offs, points, gifts)


def fits(draft: Draft, offer: Quote) -> None:
    """What can be said before anything is set aside. Raises `order.price_changed`, `order.address_missing`."""
    same_price(draft, offer)
    if draft.destination is None and draft.address is None:
        raise ADDRESS_MISSING(at="/address")


def same_price(draft: Draft, offer: Quote) -> None:
    """Is it what the shopper was shown? Raises `order.price_changed` with both amounts."""
    if offer.total_fen != draft.expected_fen:
        raise PRICE_CHANGED(at="/expected_fen", expected_fen=draft.expected_fen, total_fen=offer.total_fen)


async def reserve(shop: Shop, handler: HandlerId, reservation: str, offer: Quote, now: datetime) -> None:
    """Set the pieces aside, outside any unit. Raises the catalogue's problem when they are not to be had."""
    items = [line.item for line in offer.lines]
    await shop.goods.reserve(handler, reservation, items, now + shop.pay_within + RESERVED_BEYOND)


@recorded
async def place(uow: UnitOfWork, draft: Draft, offer: Quote) -> str:
    """Record the order as `awaiting_payment`; answers its id. The offer was priced, and reserved, for this request.

    Raises `order.price_changed`, `order.address_missing`, `address.not_found`, `minors.guardian_needed`, and those of
    the club.
    """
    await basis.require(uow, draft.person, Purpose.SALE)
    await profile.minors.require_guardian(uow, draft.person)
    same_price(draft, offer)
    order = new_id("ord")
    lines = lines_of(offer)
    to = await _destination(uow, draft)
    sealed = await vault.seal_many(uow, to_seal(draft, to))
    await store.insert(uow.conn, await row_of(uow, draft, offer, order, to, sealed), lines)
    shop = uow.use(Shop)
    await shop.rewards.hold(
        uow, draft.person, order, offer.coupons, offer.points, uow.now + shop.pay_within + RESERVED_BEYOND
    )
    await cart.take_out(uow, draft.person, list(draft.wish.wanted))
    await trail.record(uow, PLACED.name, draft.person, order=order, total_fen=offer.total_fen, lines=len(lines))
    await uow.emit(OrderPlaced(order, draft.person, uow.handler, offer.total_fen))
    return order


@recorded
async def cancel(uow: UnitOfWork, order: Purchase, act: Act, by: ActorKind | None = None) -> None:
    """End an unpaid, locked order: stock, coupon and points are free again. Raises `order.not_possible`.

    Money that arrives later all the same goes back by itself (`payment.report`).
    """
    if order.state is State.CANCELLED:
        return uow.unchanged(None)
    await progress.move(uow, order, act, by=by)
    shop = uow.use(Shop)
    await shop.goods.release(uow, order.reservation)
    await shop.rewards.release(uow, order.subject, order.id)
    await trail.record(uow, CANCELLED.name, order.subject, order=order.id, act=act.value)
    await uow.emit(OrderCancelled(order.id, order.subject, uow.handler))
    return None


def lines_of(offer: Quote) -> list[LineRow]:
    """The lines of an order as they are written down."""
    return [
        LineRow(
            number,
            line.item.sku,
            line.item.title_en,
            line.item.title_zh,
            line.item.category,
            line.item.quantity,
            line.due_fen,
            [(step.value, fen) for step, fen in line.steps],
        )
        for number, line in enumerate(offer.lines, 1)
    ]


def to_seal(draft: Draft, to: Destination) -> list[tuple[SubjectId, Field, str | bytes]]:
    """What of an order is sealed, in the order in which `row_of` takes it."""
    return [
        (draft.person, RECIPIENT, to.recipient),
        (draft.person, PHONE, to.phone),
        (draft.person, ADDRESS, packed(to.place)),
    ]


async def row_of(
    uow: UnitOfWork, draft: Draft, offer: Quote, order: str, to: Destination, sealed: Sequence[bytes]
) -> dict[str, object]:
    """The row of an order that waits for its payment."""
    recipient, phone, address = sealed
    return {
        "id": order,
        "handler": uow.handler,
        "subject": draft.person,
        "app": draft.app,
        "reservation": draft.reservation,
        "coupons": list(offer.coupons),
        "points": offer.points,
        "goods_fen": offer.goods_fen,
        "shipping_fen": offer.shipping_fen,
        "total_fen": offer.total_fen,
        "recipient_sealed": recipient,
        "recipient_index": await vault.index(uow, RECIPIENT, to.recipient),
        "phone_sealed": phone,
        "phone_index": await vault.index(uow, PHONE, to.phone),
        "address_sealed": address,
        "placed_at": uow.now,
        "pay_by_at": uow.now + uow.use(Shop).pay_within,
    }


async def _destination(uow: UnitOfWork, draft: Draft) -> Destination:
    if draft.destination is not None:
        return draft.destination
    if draft.address is None:
        raise ADDRESS_MISSING(at="/address")
    return (await addresses.get(uow, draft.person, draft.address)).destination
