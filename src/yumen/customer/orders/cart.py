"""What a person means to buy. A cart promises nothing: prices and stock are asked when it is quoted and checked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.customer.identity import subjects
from yumen.customer.orders import book_store as store
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.quote import QUANTITY_MAX, QUANTITY_UNFIT
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

FULL: Final = Code("cart.full", 409)

Wanted = dict[str, int]


async def put(uow: UnitOfWork, person: SubjectId, sku: str, quantity: int) -> None:
    """So many pieces of this article; 0 takes it out. Raises `cart.full`, `quote.quantity_unfit`, the catalogue's."""
    if not 0 <= quantity <= QUANTITY_MAX:
        raise QUANTITY_UNFIT(at="/quantity", lines_max=store.CART_MAX, quantity_max=QUANTITY_MAX)
    await store.lock_person(uow.conn, person)
    family = await subjects.family(uow.conn, person)
    held = await wanted(uow, person)
    if quantity and sku not in held:
        await uow.use(Shop).goods.items(uow, {sku: quantity}, tier=None)
        if len(held) >= store.CART_MAX:
            raise FULL(lines_max=store.CART_MAX)
    await store.delete_cart(uow.conn, family, [sku])
    if quantity:
        await store.put_cart(uow.conn, person, sku, quantity, uow.now)


async def wanted(uow: UnitOfWork, person: SubjectId) -> Wanted:
    """Article to pieces, in the order they were put in."""
    rows = await store.list_cart(uow.conn, await subjects.family(uow.conn, person))
    return {row["sku"]: row["quantity"] for row in rows}


async def take_out(uow: UnitOfWork, person: SubjectId, skus: Sequence[str]) -> None:
    """These articles."""
    await store.take_out(uow.conn, person, skus)


async def empty(uow: UnitOfWork, person: SubjectId) -> None:
    """Everything."""
    await store.delete_cart(uow.conn, await subjects.family(uow.conn, person))
