"""Put an order together as its shopper sees it."""

from __future__ import annotations

from yumen.customer.orders import claim_store, parcel_store, progress, refund_store, store
from yumen.customer.orders.destination import masked_phone, unpacked
from yumen.customer.orders.fields import ADDRESS, PHONE, RECIPIENT
from yumen.customer.orders.shapes import ClaimView, OrderLineView, OrderView, ParcelView, RefundView
from yumen.customer.orders.store import Purchase
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault


async def of_shopper(uow: UnitOfWork, person: SubjectId, order_id: str) -> OrderView:
    """The person's own order. Raises `order.not_found`."""
    return await whole(uow, await progress.get_of(uow, person, order_id))


async def whole(uow: UnitOfWork, order: Purchase) -> OrderView:
    """Everything about an order, its destination opened."""
    recipient, phone, address = await vault.unseal_many(
        uow,
        [
            (order.subject, RECIPIENT, order.recipient_sealed),
            (order.subject, PHONE, order.phone_sealed),
            (order.subject, ADDRESS, order.address_sealed),
        ],
    )
    facts = order.facts
    return OrderView(
        id=order.id,
        state=order.state,
        lines=[OrderLineView.of(line) for line in await store.list_lines(uow.conn, order.id)],
        goods_fen=order.goods_fen,
        shipping_fen=order.shipping_fen,
        total_fen=order.total_fen,
        paid_fen=facts.paid_fen,
        refunded_fen=facts.refunded_fen,
        recipient=recipient,
        phone_masked=masked_phone(phone),
        place=unpacked(address),
        parcels=[
            ParcelView(one.id, one.carrier, one.tracking_no, one.shipped_at, one.arrived_at, one.last)
            for one in await parcel_store.list_of(uow.conn, order.id)
        ],
        refunds=[
            RefundView(one.id, one.amount_fen, one.cause, one.state, one.asked_at, one.settled_at)
            for one in await refund_store.list_of(uow.conn, order.id)
        ],
        claims=[ClaimView.of(one) for one in await claim_store.list_of(uow.conn, order.id)],
        placed_at=order.placed_at,
        pay_by_at=order.pay_by_at,
        paid_at=order.paid_at,
        shipped_at=facts.shipped_at,
        received_at=facts.received_at,
        completed_at=facts.completed_at,
    )
