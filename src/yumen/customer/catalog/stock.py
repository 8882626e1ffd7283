"""Know how much there is: reservations end in an order or run out, staff count and receive, movements add up.

    lines = await stock.confirm(uow, "rsv_…")      # inside the order's unit: its own row only, no stock row is locked
    await stock.release(uow, "rsv_…")              # before or after it was confirmed
    await stock.put_back(uow, sku, 1, "ret_…")     # a parcel came back

What an ended reservation means for the stock rows is settled in batches by `expire_due_job`, or at once by the lane
when somebody finds the pieces short; until then they count as promised, so nothing is ever sold twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yumen.customer.catalog import reservation_store
from yumen.customer.catalog import stock_store as store
from yumen.customer.catalog.events import StockLow
from yumen.customer.catalog.reserving import GONE, SETTLE_MAX, UNKNOWN_SKU, Held, Reservations, Wish
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail

BELOW_RESERVED: Final = Code("stock.below_reserved", 409)
CHANGE_UNFIT: Final = Code("stock.change_unfit", 422)

ADJUSTED: Final = trail.LeafKind("catalog.stock_adjusted", "sku", "delta", "reason", "low_level")

ON_HAND_MAX: Final = 100_000_000
BATCHES_MAX: Final = 200
UNEQUAL_MAX: Final = 100
WORKER: Final = Actor(ActorKind.SYSTEM, "worker", HandlerId(0))


class Reason(StrEnum):
    """Why staff or a machine changes what is on hand."""

    RECEIVED = "received"
    COUNTED = "counted"
    DAMAGED = "damaged"
    RETURNED = "returned"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Either `delta` pieces more (or less), or `counted` pieces in all. `reference` makes a repeat harmless."""

    sku: int
    reason: Reason
    reference: str
    delta: int | None = None
    counted: int | None = None
    low_level: int | None = None


@recorded
async def adjust(uow: UnitOfWork, change: Adjustment) -> int:
    """Change what is on hand; answers what is on hand now. The same reason and reference again changes nothing.

    Raises `sku.unknown`, `stock.change_unfit`, `stock.below_reserved` when promised pieces would be missing.
    """
    done = await apply(uow, change)
    if not done.changed:
        return uow.unchanged(done.on_hand)
    await trail.record(
        uow, ADJUSTED.name, sku=change.sku, delta=done.delta, reason=change.reason.value, low_level=done.low_level
    )
    return done.on_hand


@dataclass(frozen=True, slots=True)
class Applied:
    changed: bool
    delta: int
    on_hand: int
    low_level: int


async def apply(uow: UnitOfWork, change: Adjustment) -> Applied:
    """Do an adjustment as part of an act. Raises what `adjust` does."""
    if (change.delta is None) == (change.counted is None):
        raise CHANGE_UNFIT(at="/delta", on_hand_max=ON_HAND_MAX)
    level = (await store.lock(uow.conn, [change.sku])).get(change.sku)
    if level is None or level[0] != uow.handler:
        raise UNKNOWN_SKU()
    _, on_hand, reserved, low_level = level
    delta = change.delta if change.delta is not None else (change.counted or 0) - on_hand
    low = low_level if change.low_level is None else change.low_level
    if not 0 <= on_hand + delta <= ON_HAND_MAX or not 0 <= low <= ON_HAND_MAX:
        raise CHANGE_UNFIT(at="/delta", on_hand_max=ON_HAND_MAX)
    if on_hand + delta < reserved:
        raise BELOW_RESERVED(reserved=reserved, on_hand=on_hand)
    moved = await _move(uow, change.sku, delta, change.reason, change.reference)
    delta = delta if moved else 0
    if not moved and low == low_level:
        return Applied(False, 0, on_hand, low)
    await store.set_stock(uow.conn, change.sku, on_hand + delta, low)
    left = on_hand - reserved
    if left + delta <= low < left:
        await uow.emit(StockLow(uow.handler, change.sku, left + delta))
    return Applied(True, delta, on_hand + delta, low)


async def _move(uow: UnitOfWork, sku: int, delta: int, reason: Reason, reference: str) -> bool:
    """Write the movement, if it is one and new."""
    if delta == 0:
        return False
    return await store.insert_movement(
        uow.conn, uow.handler, sku, delta, reason.value, reference, uow.actor.id, uow.now
    )


async def put_back(uow: UnitOfWork, sku: int, quantity: int, reference: str) -> bool:
    """Pieces of a parcel came back fit for sale; False if that reference was put back before. No act of its own.

    Raises `sku.unknown`.
    """
    level = (await store.lock(uow.conn, [sku])).get(sku)
    if level is None or level[0] != uow.handler:
        raise UNKNOWN_SKU()
    if not await _move(uow, sku, quantity, Reason.RETURNED, reference):
        return False
    await store.set_stock(uow.conn, sku, level[1] + quantity, level[3])
    return True


async def confirm(uow: UnitOfWork, reservation: str) -> Sequence[tuple[int, int]]:
    """Keep the pieces for good, inside the order's unit; answers (SKU, quantity) sorted. Safe to repeat.

    Raises `stock.reservation_gone` when it ran out, was released, or never was.
    """
    kept = await reservation_store.confirm(uow.conn, uow.handler, reservation, uow.now)
    if kept is None:
        kept = await reservation_store.find(uow.conn, uow.handler, reservation)
    if kept is None or kept.state != "confirmed":
        raise GONE(reservation=reservation)
    return tuple(zip(kept.sku_ids, kept.quantities, strict=True))


async def confirm_many(uow: UnitOfWork, reservations: Sequence[str]) -> frozenset[str]:
    """The same for several at once; those that are confirmed now. Whoever else holds one is not waited for."""
    return await reservation_store.confirm_many(uow.conn, uow.handler, reservations, uow.now)


async def release(uow: UnitOfWork, reservation: str) -> bool:
    """Give the pieces back, held or confirmed; False when there was nothing to give back. Safe to repeat."""
    return bool(await reservation_store.release(uow.conn, uow.handler, reservation, uow.now))


async def code_of(uow: UnitOfWork, sku: int) -> str:
    """What the brand calls a SKU, for people to read. Raises `sku.unknown`."""
    code = await store.find_code(uow.conn, sku)
    if code is None:
        raise UNKNOWN_SKU()
    return code


async def recount(uow: UnitOfWork) -> Sequence[int]:
    """SKUs whose stock is not what movements and reservations add up to: none, or something is broken."""
    return await store.list_unequal(uow.conn, uow.handler, UNEQUAL_MAX)


async def expire_due_job(work: Work, args: Arguments) -> None:
    """Let reservations run out and let stock follow all that ended, in batches of a unit each."""
    for _ in range(BATCHES_MAX):
        async with work.begin(WORKER) as uow:
            settled = await store.settle(uow.conn, uow.now, SETTLE_MAX)
        if settled == 0:
            return


__all__ = [
    "ADJUSTED",
    "Adjustment",
    "Held",
    "Reason",
    "Reservations",
    "Wish",
    "adjust",
    "apply",
    "confirm",
    "confirm_many",
    "expire_due_job",
    "put_back",
    "recount",
    "release",
]
