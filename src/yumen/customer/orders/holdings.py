"""What orders keep about a person, how it is handed over, and what law keeps when the person leaves (PIPL art. 45, 47).

Orders, claims and invoices are kept three years after the contract ended (E-Commerce Law art. 31), under a key that
leaving the membership does not destroy; the address book goes with the membership.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

import msgspec

from yumen.customer.identity import subjects
from yumen.customer.orders import addresses, book_store, claim_store, invoices, store
from yumen.customer.orders.destination import Place, unpacked
from yumen.customer.orders.fields import (
    ADDRESS,
    BOOK_ADDRESS,
    BOOK_PHONE,
    BOOK_RECIPIENT,
    INVOICE_EMAIL,
    INVOICE_TITLE,
    LAST_ON,
    PHONE,
    PICTURE,
    RECIPIENT,
    SPENT,
    STORY,
    TAX_NUMBER,
    TIMES,
)
from yumen.customer.orders.store import Purchase
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import After, Erased, Holding, Keep, RetentionClass

KEEP: Final = Keep(days=1096, after=After.CONTRACT_ENDED, law="retention.transaction")
KEEP_BOOK: Final = Keep(days=15, after=After.ACCOUNT_CLOSED, law="retention.account_closed")
HANDED_MAX: Final = 1000
LAST_ID: Final = "~"


async def hand_over_orders(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Each order, who got its parcel, and where."""
    found = await _orders(uow, subject)
    told = await vault.unseal_many(
        uow,
        [
            (order.subject, kind, sealed)
            for order in found
            for kind, sealed in (
                (RECIPIENT, order.recipient_sealed),
                (PHONE, order.phone_sealed),
                (ADDRESS, order.address_sealed),
            )
        ],
    )
    parts = iter(told)
    rows = [(order.id, next(parts), next(parts), unpacked(next(parts))) for order in found]
    return {
        "orders": [_told(order) for order in found],
        "recipient": [{"order": order, "recipient": recipient} for order, recipient, _, _ in rows],
        "phone": [{"order": order, "phone": phone} for order, _, phone, _ in rows],
        "address": [{"order": order, "address": _plain(place)} for order, _, _, place in rows],
    }


async def keep_orders(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Nothing is erased while law keeps it."""
    return Erased(0, kept=len(await _orders(uow, subject)))


async def hand_over_claims(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    claims = await claim_store.list_claims_of(uow.conn, await subjects.family(uow.conn, subject))
    told = [(claim, claim.story_sealed) for claim in claims if claim.story_sealed is not None]
    opened = await vault.unseal_many(uow, [(claim.subject, STORY, sealed) for claim, sealed in told])
    return {"story": [{"claim": claim.id, "story": story} for (claim, _), story in zip(told, opened, strict=True)]}


async def keep_claims(uow: UnitOfWork, subject: SubjectId) -> Erased:
    claims = await claim_store.list_claims_of(uow.conn, await subjects.family(uow.conn, subject))
    return Erased(0, kept=len(claims))


async def hand_over_evidence(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """The pictures as they are kept, in base64."""
    pictures = []
    for claim in await claim_store.list_claims_of(uow.conn, await subjects.family(uow.conn, subject)):
        for number in range(1, await claim_store.count_evidence(uow.conn, claim.id) + 1):
            sealed = await claim_store.find_evidence(uow.conn, claim.id, number)
            assert sealed is not None, "evidence is numbered without gaps"
            content = await vault.unseal_bytes(uow, claim.subject, PICTURE, sealed)
            pictures.append({"claim": claim.id, "picture": b64encode(content).decode()})
    return {"picture": pictures}


async def hand_over_invoices(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    found: dict[str, list[object]] = {"title": [], "tax_number": [], "email": []}
    for order in await _orders(uow, subject):
        row = await claim_store.find_invoice(uow.conn, order.id)
        if row is None:
            continue
        told = await invoices.opened(uow, row)
        for name, value in (("title", told.title), ("tax_number", told.tax_number), ("email", told.email)):
            if value:
                found[name].append({"order": order.id, name: value})
    return found


async def hand_over_book(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    entries = await addresses.list_of(uow, subject)
    return {
        "recipient": [entry.destination.recipient for entry in entries],
        "phone": [entry.destination.phone for entry in entries],
        "address": [_plain(entry.destination.place) for entry in entries],
    }


async def erase_book(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """The addresses, and the cart with them."""
    family = await subjects.family(uow.conn, subject)
    await book_store.delete_cart(uow.conn, family)
    return Erased(await book_store.delete_addresses(uow.conn, family))


async def _orders(uow: UnitOfWork, subject: SubjectId) -> list[Purchase]:
    return await store.list_of(uow.conn, await subjects.family(uow.conn, subject), LAST_ID, HANDED_MAX)


def _told(order: Purchase) -> Mapping[str, object]:
    return {
        "order": order.id,
        "state": order.state.value,
        "placed_at": order.placed_at.isoformat(),
        "paid_fen": order.facts.paid_fen,
        "refunded_fen": order.facts.refunded_fen,
    }


def _plain(place: Place) -> object:
    return msgspec.to_builtins(place)


ORDER_HOLDING: Final = Holding(
    name="orders.purchase",
    module="customer.orders",
    fields=(RECIPIENT, PHONE, ADDRESS, TIMES, SPENT, LAST_ON),
    retention=RetentionClass.TRANSACTION,
    keep=KEEP,
    hand_over=hand_over_orders,
    erase=keep_orders,
)
CLAIM_HOLDING: Final = Holding(
    name="orders.claim",
    module="customer.orders",
    fields=(STORY,),
    retention=RetentionClass.TRANSACTION,
    keep=KEEP,
    hand_over=hand_over_claims,
    erase=keep_claims,
)
EVIDENCE_HOLDING: Final = Holding(
    name="orders.evidence",
    module="customer.orders",
    fields=(PICTURE,),
    retention=RetentionClass.TRANSACTION,
    keep=KEEP,
    hand_over=hand_over_evidence,
    erase=keep_claims,
)
INVOICE_HOLDING: Final = Holding(
    name="orders.invoice",
    module="customer.orders",
    fields=(INVOICE_TITLE, TAX_NUMBER, INVOICE_EMAIL),
    retention=RetentionClass.TRANSACTION,
    keep=KEEP,
    hand_over=hand_over_invoices,
    erase=keep_orders,
)
BOOK_HOLDING: Final = Holding(
    name="orders.address",
    module="customer.orders",
    fields=(BOOK_RECIPIENT, BOOK_PHONE, BOOK_ADDRESS),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP_BOOK,
    hand_over=hand_over_book,
    erase=erase_book,
)
HOLDINGS: Final = (ORDER_HOLDING, CLAIM_HOLDING, EVIDENCE_HOLDING, INVOICE_HOLDING, BOOK_HOLDING)
