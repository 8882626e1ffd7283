"""Promise pieces of stock to a cart for a while: the hot act of a launch, done by a lane (kit.lane).

    held = await reservations.reserve(Wish(new_id("rsv"), handler, [(sku, 2)], expires_at))   # and committed

Who prices and orders in one unit takes the pieces there (`take`), and comes to the lane only when it finds too few.
A batch locks its stock rows in order, lets ended reservations go where pieces are short, grants in order of arrival and
writes what it granted in one statement. A cart gets all it asks for or nothing. The same id again answers the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.customer.catalog import reservation_store, stock_store
from yumen.customer.catalog.events import StockLow
from yumen.customer.catalog.reservation_store import Kept
from yumen.customer.catalog.stock_store import Levels
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Pool
from yumen.kit.errors import Code, Problem
from yumen.kit.ids import HandlerId
from yumen.kit.lane import RETRY_ALONE, Lane, Skipped
from yumen.kit.turn import Place
from yumen.kit.work import EventSink, UnitOfWork

SOLD_OUT: Final = Code("stock.sold_out", 409)
UNKNOWN_SKU: Final = Code("sku.unknown", 404)
QUANTITY_UNFIT: Final = Code("stock.quantity_unfit", 422)
OTHER_CART: Final = Code("stock.reservation_other", 409)
GONE: Final = Code("stock.reservation_gone", 409)

LINES_MAX: Final = 50
QUANTITY_MAX: Final = 999
BATCH_MAX: Final = 256
SETTLE_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What a cart asks for: (SKU, quantity) each. `id` is a fresh `rsv_…` of the caller's, kept for repeats."""

    id: str
    handler: HandlerId
    lines: Sequence[tuple[int, int]]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The pieces are promised until `expires_at`. Lines are sorted by SKU, each once."""

    id: str
    lines: tuple[tuple[int, int], ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Asked:
    id: str
    handler: HandlerId
    skus: tuple[int, ...]
    quantities: tuple[int, ...]
    expires_at: datetime

    @classmethod
    def of(cls, wish: Wish) -> _Asked:
        """Sum what is named twice. Raises `stock.quantity_unfit` with its place."""
        if not 1 <= len(wish.lines) <= LINES_MAX:
            raise QUANTITY_UNFIT(at="/lines", quantity_max=QUANTITY_MAX, lines_max=LINES_MAX)
        wanted: dict[int, int] = {}
        for at, (sku, quantity) in enumerate(wish.lines):
            wanted[sku] = wanted.get(sku, 0) + quantity
            if quantity < 1 or wanted[sku] > QUANTITY_MAX:
                raise QUANTITY_UNFIT(at=f"/lines/{at}/quantity", quantity_max=QUANTITY_MAX, lines_max=LINES_MAX)
        skus = tuple(sorted(wanted))
        return cls(wish.id, wish.handler, skus, tuple(wanted[sku] for sku in skus), wish.expires_at)


async def take(uow: UnitOfWork, wishes: Sequence[Wish]) -> frozenset[str]:
    """Promise pieces inside the unit of whoever asks; the ids, all of them new, of those for whom there are enough.

    Counted in this order; the others come to the lane, which lets ended reservations go first. All are the unit's
    handler's. Raises `stock.quantity_unfit`.
    """
    asked = [_Asked.of(wish) for wish in wishes]
    rows = [(one.id, one.skus, one.quantities, one.expires_at) for one in asked]
    taken, low = await reservation_store.take(uow.conn, uow.handler, rows, uow.now)
    for sku, left in sorted(low.items()):
        await uow.emit(StockLow(uow.handler, sku, left))
    return taken


class Reservations:
    """The reservation lane of this process. One lane: a second would only wait for the first one's rows."""

    def __init__(self, pool: Pool, clock: Clock, sink: EventSink, turn: Place | None = None) -> None:
        """`turn` as in `Lane`."""
        self._clock = clock
        self._sink = sink
        self._short = False
        self._lane: Lane[_Asked, Held] = Lane(self._run, pool, lanes=1, batch_max=BATCH_MAX, turn=turn)

    async def reserve(self, wish: Wish) -> Held:
        """Promise all of it or nothing; committed when it returns.

        Raises `stock.sold_out` (facts `sku`, `left`), `sku.unknown`, `stock.quantity_unfit`, `stock.reservation_other`
        for an id that stands for another cart, `stock.reservation_gone` for one that ended, `lane.busy`.
        """
        return await self._lane.submit(_Asked.of(wish))

    async def close(self) -> None:
        """Wait until every cart has been answered."""
        await self._lane.close()

    async def _run(self, conn: Conn, batch: Sequence[_Asked]) -> Sequence[Held | Problem | Skipped]:
        skus, now = sorted({sku for asked in batch for sku in asked.skus}), self._clock.now()
        names, handlers = [asked.id for asked in batch], list({asked.handler for asked in batch})
        if self._short:
            # after a refusal the crowd mostly hears the same: then no lock, no write, nothing to flush
            known = await reservation_store.find_many(conn, names, handlers)
            outcomes = grant(await stock_store.read(conn, skus), batch, known)
            if all(map(_is_short, outcomes)) and not await stock_store.settle(conn, now, SETTLE_MAX, skus):
                return outcomes
        levels = await stock_store.lock(conn, skus)
        known = await reservation_store.find_many(conn, names, handlers)
        outcomes = grant(levels, batch, known)
        if any(map(_is_short, outcomes)) and await stock_store.settle(conn, now, SETTLE_MAX, skus):
            levels = await stock_store.lock(conn, skus)
            outcomes = grant(levels, batch, known)
        self._short = any(map(_is_short, outcomes))
        granted = {
            asked.id: asked
            for asked, outcome in zip(batch, outcomes, strict=True)
            if isinstance(outcome, Held) and asked.id not in known
        }
        if not granted:
            return outcomes
        rows = [(a.id, a.handler, a.skus, a.quantities, a.expires_at) for a in granted.values()]
        written = await reservation_store.reserve(conn, rows, now)
        await self._tell_low(conn, levels, [granted[name] for name in written])
        stolen = granted.keys() - written
        return [RETRY_ALONE if asked.id in stolen else outcome for asked, outcome in zip(batch, outcomes, strict=True)]

    async def _tell_low(self, conn: Conn, levels: Levels, granted: Sequence[_Asked]) -> None:
        taken: dict[int, int] = {}
        for asked in granted:
            for sku, quantity in zip(asked.skus, asked.quantities, strict=True):
                taken[sku] = taken.get(sku, 0) + quantity
        for sku, quantity in sorted(taken.items()):
            handler, on_hand, reserved, low_level = levels[sku]
            left = on_hand - reserved - quantity
            if left <= low_level < on_hand - reserved:
                await self._sink.publish(conn, StockLow(handler, sku, left))


def grant(levels: Levels, batch: Sequence[_Asked], known: dict[str, Kept]) -> list[Held | Problem]:
    """Who gets what, in order of arrival. Pure; an id that comes twice takes its pieces once."""
    left = {sku: on_hand - reserved for sku, (_, on_hand, reserved, _) in levels.items()}
    first: dict[str, _Asked] = {}
    outcomes: list[Held | Problem] = []
    for asked in batch:
        earlier = known.get(asked.id)
        if earlier is not None:
            outcomes.append(_again(asked, earlier))
            continue
        twin = first.get(asked.id)
        if twin is not None:
            same = (twin.skus, twin.quantities) == (asked.skus, asked.quantities)
            outcomes.append(_held(twin) if same else OTHER_CART(reservation=asked.id))
            continue
        refusal = _refusal(levels, left, asked)
        if refusal is None:
            first[asked.id] = asked
            for sku, quantity in zip(asked.skus, asked.quantities, strict=True):
                left[sku] -= quantity
        outcomes.append(refusal or _held(asked))
    return outcomes


def _is_short(outcome: Held | Problem) -> bool:
    return isinstance(outcome, Problem) and outcome.code is SOLD_OUT


def _refusal(levels: Levels, left: dict[int, int], asked: _Asked) -> Problem | None:
    for at, (sku, quantity) in enumerate(zip(asked.skus, asked.quantities, strict=True)):
        level = levels.get(sku)
        if level is None or level[0] != asked.handler:
            return UNKNOWN_SKU(at=f"/lines/{at}/sku")
        if left[sku] < quantity:
            return SOLD_OUT(at=f"/lines/{at}", sku=sku, left=left[sku])
    return None


def _again(asked: _Asked, kept: Kept) -> Held | Problem:
    if (kept.sku_ids, kept.quantities) != (asked.skus, asked.quantities):
        return OTHER_CART(reservation=asked.id)
    if kept.state in ("released", "expired"):
        return GONE(reservation=asked.id)
    return Held(kept.id, tuple(zip(kept.sku_ids, kept.quantities, strict=True)), kept.expires_at)


def _held(asked: _Asked) -> Held:
    return Held(asked.id, tuple(zip(asked.skus, asked.quantities, strict=True)), asked.expires_at)
