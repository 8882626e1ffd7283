"""Tell WeChat of parcels (发货信息录入), again and again until it knows or refuses; remind shoppers to confirm.

An order of one parcel is told as a unified delivery, one of several as a split one with all its parcels so far: the
list that is told replaces the one before, so that telling it twice, or late, does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from yumen.customer import identity
from yumen.customer.orders import parcel_store, payment_store, progress, store
from yumen.customer.orders.carriers import carrier_of
from yumen.customer.orders.destination import masked_phone
from yumen.customer.orders.fields import PHONE
from yumen.customer.orders.parcel_store import Parcel
from yumen.customer.orders.states import State
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.clock import real_now
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.ids import HandlerId
from yumen.kit.work import UnitOfWork, Work
from yumen.security import vault
from yumen.wechat import Mini, WechatError
from yumen.wechat import shipping as wechat_shipping
from yumen.wechat.shipping import ShippingItem

UPLOADS_MAX: Final = 200
AGAIN_S: Final = (5, 15, 30, 60, 120, 300, 600)
"""Seconds between tellings while WeChat does not know the payment, or is busy; the last one repeats."""
REMIND_AFTER: Final = timedelta(days=1)
"""So long after the last parcel arrived the shopper is reminded to confirm, once."""
REMINDERS_MAX: Final = 200

KNOWN_THERE: Final = frozenset({wechat_shipping.ALREADY_SHIPPED, wechat_shipping.NOTHING_CHANGED})
TRY_LATER: Final = frozenset({wechat_shipping.PAYMENT_NOT_FOUND, *wechat_shipping.SYSTEM_ERRORS})


@dataclass(frozen=True, slots=True)
class Told:
    """What WeChat is told of one order: `parcels` are those of this telling."""

    appid: str
    transaction_id: str
    openid: str
    parcels: tuple[Parcel, ...]
    items: tuple[ShippingItem, ...]

    @property
    def complete(self) -> bool:
        return any(parcel.last for parcel in self.parcels)


async def tell(work: Work, mini: Mini, parcel_id: str, handler: HandlerId) -> bool:
    """Tell WeChat of one parcel and its siblings; False while it has to be tried again. Safe to repeat."""
    actor = progress.system(handler)
    async with work.begin(actor) as uow:
        parcel = await parcel_store.find(uow.conn, parcel_id)
        if parcel is None or parcel.upload != "waiting":
            return True
        told = await _gather(uow, parcel)
        if told is None:
            await parcel_store.note_upload(uow.conn, [parcel.id], "needless", None, uow.now, None)
            return True
    upload, errcode = await _send(mini, told)
    names = [one.id for one in told.parcels if one.upload != "needless"]
    async with work.begin(actor) as uow:
        wait = timedelta(seconds=AGAIN_S[min(parcel.told, len(AGAIN_S) - 1)])
        again_at = uow.now + wait if upload == "waiting" else None
        await parcel_store.note_upload(uow.conn, names, upload, errcode, uow.now, again_at)
    return upload != "waiting"


async def tell_waiting(work: Work, mini: Mini) -> int:
    """Tell WeChat of the parcels that are due; answers how many it knows now."""
    async with work.begin(progress.system(HandlerId(0))) as uow:
        waiting = await parcel_store.list_to_tell(uow.conn, uow.now, UPLOADS_MAX)
    return sum([await tell(work, mini, parcel.id, parcel.handler) for parcel in waiting])


async def remind(work: Work, mini: Mini) -> int:
    """Remind shoppers whose parcels arrived a day ago to confirm, each order once; answers how many orders."""
    async with work.begin(progress.system(HandlerId(0))) as uow:
        due = await parcel_store.list_to_remind(uow.conn, uow.now - REMIND_AFTER, REMINDERS_MAX)
    for order, handler, arrived_at in due:
        async with work.begin(progress.system(handler)) as uow:
            found = await progress.get(uow, order)
            paid = await _payment(uow, order)
        if paid is not None and paid.transaction_id is not None and found.state is State.SHIPPED:
            try:
                await wechat_shipping.notify_confirm_receive(mini, paid.appid, paid.transaction_id, arrived_at)
            except WechatError as refused:
                if refused.errcode in TRY_LATER:
                    continue
            except (NotSent, Unsettled):
                continue
        async with work.begin(progress.system(handler)) as uow:
            await parcel_store.note_reminded(uow.conn, order, uow.now)
    return len(due)


async def told_of_parcel(uow: UnitOfWork, parcel_id: str) -> dict[str, str] | None:
    """What a shopper may be told of a parcel: `carrier`, `tracking_no`, `goods`; None when there is no such parcel."""
    parcel = await parcel_store.find(uow.conn, parcel_id)
    if parcel is None:
        return None
    item = _item(parcel, await store.list_lines(uow.conn, parcel.order), "")
    return {"carrier": carrier_of(parcel.carrier).name_zh, "tracking_no": parcel.tracking_no, "goods": item.item_desc}


async def _send(mini: Mini, told: Told) -> tuple[str, int | None]:
    """What became of it, and the errcode if there was one."""
    try:
        await wechat_shipping.upload_shipping_info(
            mini, told.appid, told.transaction_id, told.openid, list(told.items), real_now(),
            is_all_delivered=told.complete,
        )  # fmt: skip
    except WechatError as refused:
        if refused.errcode in KNOWN_THERE:
            return "done", refused.errcode
        return "waiting" if refused.errcode in TRY_LATER else "refused", refused.errcode
    except (NotSent, Unsettled):
        return "waiting", None
    return "done", None


async def _gather(uow: UnitOfWork, parcel: Parcel) -> Told | None:
    """What to tell; None when nothing of the order was paid through WeChat."""
    order = await progress.get(uow, parcel.order)
    paid = await _payment(uow, order.id)
    if paid is None or paid.transaction_id is None:
        return None
    lines = await store.list_lines(uow.conn, order.id)
    parcels = await parcel_store.list_of(uow.conn, order.id)
    openid = await identity.openid_of(uow, order.subject, uow.use(identity.Apps).named(paid.appid).key)
    contact = await _contact(uow, order, parcels)
    items = tuple(_item(one, lines, contact) for one in parcels)
    return Told(paid.appid, paid.transaction_id, openid, tuple(parcels), items)


async def _payment(uow: UnitOfWork, order: str) -> payment_store.Payment | None:
    return next((one for one in await payment_store.list_of(uow.conn, order) if one.state == "paid"), None)


async def _contact(uow: UnitOfWork, order: Purchase, parcels: Sequence[Parcel]) -> str:
    if not any(carrier_of(one.carrier).needs_contact for one in parcels):
        return ""
    return masked_phone(await vault.unseal(uow, order.subject, PHONE, order.phone_sealed))


def _item(parcel: Parcel, lines: Sequence[LineRow], contact: str) -> ShippingItem:
    inside = dict(parcel.contents) or {line.number: line.quantity for line in lines}
    told = "、".join(f"{line.title_zh or line.sku}×{inside[line.number]}" for line in lines if line.number in inside)
    return ShippingItem(
        told, parcel.tracking_no, parcel.carrier, contact if carrier_of(parcel.carrier).needs_contact else ""
    )
