"""Send the parcels of an order, and bring the order to its end: received, completed.

The act of shipping is one unit; WeChat is told after it (`telling`). A watcher raises an alarm before the 48 hours of
the platform are over (平台运营规则: 支付后 48 小时内发货).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from yumen.customer.orders import parcel_store, payment_store, progress, states, store
from yumen.customer.orders.carriers import carrier_of, tracking_of
from yumen.customer.orders.events import OrderCompleted, OrderShipped, ParcelSent
from yumen.customer.orders.parcel_store import PARCELS_MAX, Parcel
from yumen.customer.orders.states import Act, State
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail

TOO_MANY: Final = Code("parcel.too_many", 409)
CONTENTS_UNFIT: Final = Code("parcel.contents_unfit", 422)
NOT_FOUND: Final = Code("parcel.not_found", 404)
ARRIVAL_UNFIT: Final = Code("parcel.arrival_unfit", 422)

SHIPPED: Final = trail.LeafKind("order.shipped", "order", "parcel", "carrier")
RECEIVED: Final = trail.LeafKind("order.received", "order", "by")
COMPLETED: Final = trail.LeafKind("order.completed", "order")

LATE_ALARM: Final = "orders.shipping_late"
UNTOLD_ALARM: Final = "orders.shipping_untold"

ALARM_AFTER: Final = timedelta(hours=36)
"""Twelve hours before the platform's 48 are over."""
RECEIVED_AFTER: Final = timedelta(days=10)
"""WeChat takes an express parcel as received so long after shipping (T+10)."""
COMPLETED_AFTER: Final = timedelta(days=7)
"""After receipt, when the days to return without reason are over (Consumer Protection Law art. 25)."""
DUE_MAX: Final = 500

Alarm = Callable[[UnitOfWork, str, str], Awaitable[None]]
"""Raise an alarm of that code about that place."""


@recorded
async def ship(
    uow: UnitOfWork,
    order_id: str,
    carrier: str,
    tracking_no: str,
    contents: Mapping[int, int] | None = None,
    *,
    last: bool = True,
) -> str:
    """A parcel is on its way; answers its id. With the `last` one the order is shipped.

    `contents` are pieces by line number; where nobody says it is everything. Raises `carrier.…`, `order.not_found`,
    `order.not_possible`, `parcel.too_many`, `parcel.contents_unfit`.
    """
    with_whom, number = carrier_of(carrier), tracking_of(tracking_no)
    order = await progress.lock(uow, order_id)
    states.check(order.facts, Act.SHIP, uow.actor.kind)
    before = await parcel_store.list_of(uow.conn, order.id)
    if len(before) >= PARCELS_MAX:
        raise TOO_MANY(parcels_max=PARCELS_MAX)
    if contents:
        _check_contents(await store.list_lines(uow.conn, order.id), before, contents)
    if last:
        await progress.move(uow, order, Act.SHIP)
    parcel = Parcel(
        new_id("pcl"), order.id, uow.handler, with_whom.id, number, uow.now,
        "waiting" if order.total_fen else "needless", contents=tuple(sorted((contents or {}).items())), last=last,
    )  # fmt: skip
    await parcel_store.insert(uow.conn, parcel)
    await trail.record(uow, SHIPPED.name, order.subject, order=order.id, parcel=parcel.id, carrier=with_whom.id.lower())
    await uow.emit(ParcelSent(order.id, order.subject, uow.handler, parcel.id))
    if last:
        await uow.emit(OrderShipped(order.id, order.subject, uow.handler, parcel.id))
    return parcel.id


async def arrived(uow: UnitOfWork, order_id: str, parcel_id: str, at: datetime) -> None:
    """The carrier says that the parcel was handed over. Raises `parcel.not_found`, `parcel.arrival_unfit`."""
    order = await progress.lock(uow, order_id)
    parcel = await parcel_store.find(uow.conn, parcel_id)
    if parcel is None or parcel.order != order.id:
        raise NOT_FOUND()
    if not parcel.shipped_at < at <= uow.now:
        raise ARRIVAL_UNFIT(at="/arrived_at")
    await parcel_store.note_arrived(uow.conn, parcel.id, at)


async def watch(uow: UnitOfWork, alarm: Alarm) -> int:
    """Raise the alarms of the handler's orders that will miss the platform's time; answers how many orders."""
    before = uow.now - ALARM_AFTER
    late = await parcel_store.count_late(uow.conn, uow.handler, before)
    untold = await parcel_store.count_untold(uow.conn, uow.handler, before)
    for code, counted in ((LATE_ALARM, late), (UNTOLD_ALARM, untold)):
        if counted:
            await alarm(uow, code, f"handler:{uow.handler}")
    return late + untold


@recorded
async def receive(uow: UnitOfWork, order: Purchase, by: ActorKind | None = None) -> None:
    """A locked order arrived. Raises `order.not_possible`."""
    await progress.move(uow, order, Act.RECEIVE, by=by)
    await trail.record(uow, RECEIVED.name, order.subject, order=order.id, by=(by or uow.actor.kind).value)


async def confirmed(uow: UnitOfWork, mchid: str, transaction_id: str) -> bool:
    """WeChat says that the receipt of a payment's goods was confirmed; False when that changes nothing here."""
    paid = await payment_store.find_transaction(uow.conn, mchid, transaction_id)
    if paid is None:
        return False
    order = await store.lock(uow.conn, paid.handler, paid.order)
    if order is None or order.facts.shipped_at is None or order.facts.received_at is not None:
        return False
    if order.state is State.REFUNDING:
        return False
    await receive(uow, order, ActorKind.SYSTEM)
    return True


async def grow_old(uow: UnitOfWork, order_id: str) -> State:
    """Bring a shipped order on as time passes: received, later completed; answers its state."""
    order = await progress.lock(uow, order_id)
    facts = order.facts
    if facts.state is State.REFUNDING or facts.shipped_at is None:
        return facts.state
    if facts.received_at is None and uow.now - facts.shipped_at >= RECEIVED_AFTER:
        await receive(uow, order, ActorKind.SYSTEM)
    elif facts.received_at is not None and uow.now - facts.received_at >= COMPLETED_AFTER:
        await _complete(uow, order)
    return (await progress.get(uow, order_id)).state


async def grow_old_due(work: Work) -> int:
    """Every order that is due, at most `DUE_MAX`, a unit each; answers how many were looked at."""
    async with work.begin(progress.system(HandlerId(0))) as uow:
        due = await store.list_under_way(uow.conn, uow.now - COMPLETED_AFTER, uow.now - RECEIVED_AFTER, DUE_MAX)
    for order, handler in due:
        async with work.begin(progress.system(handler)) as uow:
            await grow_old(uow, order)
    return len(due)


@recorded
async def _complete(uow: UnitOfWork, order: Purchase) -> None:
    await progress.move(uow, order, Act.COMPLETE, by=ActorKind.SYSTEM)
    await trail.record(uow, COMPLETED.name, order.subject, order=order.id)
    await uow.emit(OrderCompleted(order.id, order.subject, uow.handler))


def _check_contents(lines: Sequence[LineRow], before: Sequence[Parcel], contents: Mapping[int, int]) -> None:
    """No line that the order has not, and no more pieces in all parcels than were ordered."""
    packed: Counter[int] = Counter(contents)
    for parcel in before:
        packed.update(dict(parcel.contents))
    ordered = {line.number: line.quantity for line in lines}
    for number, pieces in contents.items():
        if pieces < 1 or packed[number] > ordered.get(number, 0):
            raise CONTENTS_UNFIT(at="/lines", number=number)
