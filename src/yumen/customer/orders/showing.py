"""Open what is sealed in an order for whoever has to act on it: a parcel, an invoice, a claim. Each look is a leaf.

A warehouse gets recipient and address while the parcel is not received; who issues invoices gets what is to stand on
one; who judges a claim gets its story and pictures. Everybody else sees the masked order (`staff_shapes`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from yumen.customer.orders import claim_store, invoices, progress
from yumen.customer.orders.after_sales import NOT_FOUND as NO_CLAIM
from yumen.customer.orders.claim_store import Claim
from yumen.customer.orders.destination import Destination, unpacked
from yumen.customer.orders.fields import ADDRESS, PHONE, PICTURE, RECIPIENT, STORY
from yumen.customer.orders.invoices import Invoice
from yumen.customer.orders.states import NOT_POSSIBLE, State
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

NO_PICTURE: Final = Code("claim.no_such_picture", 404)

DESTINATION_SHOWN: Final = trail.LeafKind("order.destination_shown", "order")
INVOICE_SHOWN: Final = trail.LeafKind("invoice.shown", "order")
CLAIM_SHOWN: Final = trail.LeafKind("claim.shown", "claim")
PICTURE_SHOWN: Final = trail.LeafKind("claim.evidence_shown", "claim", "number")


@dataclass(frozen=True, slots=True)
class Told:
    """A claim with what the shopper says, and how many pictures there are of it."""

    claim: Claim
    story: str = field(repr=False)
    pictures: int


@recorded
async def destination(uow: UnitOfWork, order_id: str) -> Destination:
    """Who gets the parcel and where. Raises `order.not_found`; `order.not_possible` for one that nothing is sent of."""
    order = await progress.get(uow, order_id)
    if not progress.is_paid(order) or order.state is State.REFUNDED or order.facts.received_at is not None:
        raise NOT_POSSIBLE(state=order.state.value, act="deliver")
    sealed = ((RECIPIENT, order.recipient_sealed), (PHONE, order.phone_sealed), (ADDRESS, order.address_sealed))
    recipient, phone, place = await vault.unseal_many(uow, [(order.subject, kind, value) for kind, value in sealed])
    await trail.record(uow, DESTINATION_SHOWN.name, order.subject, order=order.id)
    return Destination(recipient, phone, unpacked(place))


@recorded
async def invoice(uow: UnitOfWork, order_id: str) -> Invoice:
    """What is to stand on the invoice. Raises `order.not_found`, `invoice.not_found`."""
    order = await progress.get(uow, order_id)
    row = await claim_store.find_invoice(uow.conn, order.id)
    if row is None:
        raise invoices.NOT_FOUND()
    await trail.record(uow, INVOICE_SHOWN.name, order.subject, order=order.id)
    return await invoices.opened(uow, row)


@recorded
async def claim(uow: UnitOfWork, claim_id: str) -> Told:
    """What the shopper says about it. Raises `claim.not_found`."""
    found = await _claim(uow, claim_id)
    story = ""
    if found.story_sealed is not None:
        story = await vault.unseal(uow, found.subject, STORY, found.story_sealed)
    pictures = await claim_store.count_evidence(uow.conn, found.id)
    await trail.record(uow, CLAIM_SHOWN.name, found.subject, claim=found.id)
    return Told(found, story, pictures)


@recorded
async def picture(uow: UnitOfWork, claim_id: str, number: int) -> bytes:
    """One picture of the evidence, from 1. Raises `claim.not_found`, `claim.no_such_picture`."""
    found = await _claim(uow, claim_id)
    sealed = await claim_store.find_evidence(uow.conn, found.id, number)
    if sealed is None:
        raise NO_PICTURE()
    await trail.record(uow, PICTURE_SHOWN.name, found.subject, claim=found.id, number=number)
    return await vault.unseal_bytes(uow, found.subject, PICTURE, sealed)


async def _claim(uow: UnitOfWork, claim_id: str) -> Claim:
    found = await claim_store.find(uow.conn, uow.handler, claim_id)
    if found is None:
        raise NO_CLAIM()
    return found
