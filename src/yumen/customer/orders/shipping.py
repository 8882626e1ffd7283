"""Send the parcel, tell WeChat, and bring the order to its end: received, completed.

The act of shipping is one unit; telling WeChat happens after it, again and again until WeChat knows or refuses. A
watcher raises an alarm before the 48 hours of the platform are over (平台运营规则: 支付后 48 小时内发货).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from yumen.customer import identity
from yumen.customer.orders import parcel_store, payment_store, progress, store
from yumen.customer.orders.carriers import carrier_of, tracking_of
from yumen.customer.orders.destination import masked_phone
from yumen.customer.orders.events import OrderCompleted, OrderShipped
from yumen.customer.orders.fields import PHONE
from yumen.customer.orders.parcel_store import Parcel
from yumen.customer.orders.states import Act, State
from yumen.customer.orders.store import Purchase
from yumen.kit.clock import real_now
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail, vault
from yumen.wechat import Mini, WechatError
from yumen.wechat import shipping as wechat_shipping
from yumen.wechat.shipping import ShippingItem

SHIPPED: Final = trail.LeafKind("order.shipped", "order", "parcel", "carrier")
RECEIVED: Final = trail.LeafKind("order.received", "order", "by")
COMPLETED: Final = trail.LeafKind("order.completed", "order")

LATE_ALARM: Final = "orders.shipping_late"
UNTOLD_ALARM: Final = "orders.shipping_untold"

ALARM_AFTER: Final = timedelta(hours=36)
"""Twelve hours before the platform's 48 are over."""
UPLOADS_MAX: Final = 200
RECEIVED_AFTER: Final = timedelta(days=10)
"""WeChat takes an express parcel as received so long after shipping (T+10)."""
COMPLETED_AFTER: Final = timedelta(days=7)
"""After receipt, when the days to return without reason are over (Consumer Protection Law art. 25)."""
DUE_MAX: Final = 500

KNOWN_THERE: Final = frozenset({wechat_shipping.ALREADY_SHIPPED, wechat_shipping.NOTHING_CHANGED})
TRY_LATER: Final = frozenset({wechat_shipping.PAYMENT_NOT_FOUND, *wechat_shipping.SYSTEM_ERRORS})

Alarm = Callable[[UnitOfWork, str, str], Awaitable[None]]
"""Raise an alarm of that code about that place."""


@recorded
async def ship(uow: UnitOfWork, order_id: str, carrier: str, tracking_no: str) -> str:
    """The parcel is on its way; answers its id. Raises `carrier.…`, `order.not_found`, `order.not_possible`."""
    with_whom, number = carrier_of(carrier), tracking_of(tracking_no)
    order = await progress.lock(uow, order_id)
    await progress.move(uow, order, Act.SHIP)
    parcel = Parcel(
        new_id("pcl"), order.id, uow.handler, with_whom.id, number, uow.now,
        "waiting" if order.total_fen else "needless", None, None, None,
    )  # fmt: skip
    await parcel_store.insert(uow.conn, parcel)
    await trail.record(uow, SHIPPED.name, order.subject, order=order.id, parcel=parcel.id, carrier=with_whom.id.lower())
    await uow.emit(OrderShipped(order.id, order.subject, uow.handler, parcel.id))
    return parcel.id


async def tell(work: Work, mini: Mini, parcel_id: str, handler: HandlerId) -> bool:
    """Tell WeChat of one parcel; False while it has to be tried again. Safe to repeat."""
    actor = progress.system(handler)
    async with work.begin(actor) as uow:
        parcel = await parcel_store.find(uow.conn, parcel_id)
        if parcel is None or parcel.upload != "waiting":
            return True
        order = await progress.get(uow, parcel.order)
        paid = next((one for one in await payment_store.list_of(uow.conn, order.id) if one.state == "paid"), None)
        if paid is None or paid.transaction_id is None:
            await parcel_store.note_upload(uow.conn, parcel.id, "needless", None, uow.now)
            return True
        entry = await _entry(uow, order, parcel)
        openid = await identity.openid_of(uow, order.subject, uow.use(identity.Apps).named(paid.appid).key)
    try:
        await wechat_shipping.upload_shipping_info(mini, paid.appid, paid.transaction_id, openid, [entry], real_now())
        upload, errcode = "done", None
    except WechatError as refused:
        errcode = refused.errcode
        upload = "done" if errcode in KNOWN_THERE else "waiting" if errcode in TRY_LATER else "refused"
    except (NotSent, Unsettled):
        return False
    async with work.begin(actor) as uow:
        await parcel_store.note_upload(uow.conn, parcel.id, upload, errcode, uow.now)
    return upload != "waiting"


async def tell_waiting(work: Work, mini: Mini) -> int:
    """Tell WeChat of the parcels it does not know; answers how many it knows now."""
    async with work.begin(progress.system(HandlerId(0))) as uow:
        waiting = await parcel_store.list_waiting(uow.conn, UPLOADS_MAX)
    return sum([await tell(work, mini, parcel.id, parcel.handler) for parcel in waiting])


async def watch(uow: UnitOfWork, alarm: Alarm) -> int:
    """Raise the alarms of orders that will miss the platform's time; answers how many orders."""
    before = uow.now - ALARM_AFTER
    late = await parcel_store.count_late(uow.conn, before)
    untold = await parcel_store.count_untold(uow.conn, before)
    for code, counted in ((LATE_ALARM, late), (UNTOLD_ALARM, untold)):
        for handler in sorted(counted):
            await alarm(uow, code, f"handler:{handler}")
    return sum(late.values()) + sum(untold.values())


@recorded
async def receive(uow: UnitOfWork, order: Purchase, by: ActorKind | None = None) -> None:
    """A locked order arrived. Raises `order.not_possible`."""
    await progress.move(uow, order, Act.RECEIVE, by=by)
    await trail.record(uow, RECEIVED.name, order.subject, order=order.id, by=(by or uow.actor.kind).value)


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


async def _entry(uow: UnitOfWork, order: Purchase, parcel: Parcel) -> ShippingItem:
    lines = await store.list_lines(uow.conn, order.id)
    told = "、".join(f"{line.title_zh or line.sku}×{line.quantity}" for line in lines)
    contact = ""
    if carrier_of(parcel.carrier).needs_contact:
        contact = masked_phone(await vault.unseal(uow, order.subject, PHONE, order.phone_sealed))
    return ShippingItem(told, parcel.tracking_no, parcel.carrier, contact)
