"""发票: take down what the shopper wants on the invoice, sealed. Issuing it is the tax platform's business."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from psycopg.rows import DictRow

from yumen.customer.orders import claim_store as store
from yumen.customer.orders import progress
from yumen.customer.orders.fields import INVOICE_EMAIL, INVOICE_TITLE, TAX_NUMBER
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

UNFIT: Final = Code("invoice.unfit", 422)
NOT_POSSIBLE: Final = Code("invoice.not_possible", 409)
NOT_FOUND: Final = Code("invoice.not_found", 404)

ASKED: Final = trail.LeafKind("invoice.asked", "order", "of")
ISSUED: Final = trail.LeafKind("invoice.issued", "order")

TITLE_MAX: Final = 100
_TAX_NUMBER: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{15,20}")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True, slots=True)
class Invoice:
    """`tax_number` is that of a company (统一社会信用代码)."""

    kind: Literal["person", "company"]
    title: str = field(repr=False)
    tax_number: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    state: str = "asked"


@recorded
async def ask(uow: UnitOfWork, person: SubjectId, order_id: str, wanted: Invoice) -> None:
    """Ask for one, or change what was asked while it is not issued. Raises `invoice.…`, `order.not_found`."""
    title = " ".join(wanted.title.split())
    if not title or len(title) > TITLE_MAX:
        raise UNFIT(at="/title", part="title")
    if wanted.kind == "company" and not _TAX_NUMBER.fullmatch(wanted.tax_number):
        raise UNFIT(at="/tax_number", part="tax_number")
    if wanted.email and not _EMAIL.fullmatch(wanted.email):
        raise UNFIT(at="/email", part="email")
    order = await progress.lock_of(uow, person, order_id)
    if not progress.is_paid(order) or not order.total_fen or order.facts.refunded_fen == order.total_fen:
        raise NOT_POSSIBLE(state=order.state.value)
    told = [(INVOICE_TITLE, title)]
    told += [(TAX_NUMBER, wanted.tax_number)] if wanted.kind == "company" else []
    told += [(INVOICE_EMAIL, wanted.email)] if wanted.email else []
    sealed = dict(
        zip(
            (one.name for one, _ in told),
            await vault.seal_many(uow, [(order.subject, one, value) for one, value in told]),
            strict=True,
        )
    )
    values = {
        "order": order.id, "handler": uow.handler, "subject": order.subject, "kind": wanted.kind,
        "title": sealed["title"], "tax_number": sealed.get("tax_number"), "email": sealed.get("email"), "now": uow.now,
    }  # fmt: skip
    if not await store.put_invoice(uow.conn, values):
        raise NOT_POSSIBLE(state="issued")
    await trail.record(uow, ASKED.name, order.subject, order=order.id, of=wanted.kind)


async def get(uow: UnitOfWork, person: SubjectId, order_id: str) -> Invoice:
    """What was asked for, opened. Raises `invoice.not_found`, `order.not_found`."""
    order = await progress.get_of(uow, person, order_id)
    row = await store.find_invoice(uow.conn, order.id)
    if row is None:
        raise NOT_FOUND()
    return await opened(uow, row)


@recorded
async def note_issued(uow: UnitOfWork, order_id: str) -> None:
    """The tax platform issued it. Raises `invoice.not_found`."""
    order = await progress.get(uow, order_id)
    if not await store.note_issued(uow.conn, uow.handler, order_id, uow.now):
        raise NOT_FOUND()
    await trail.record(uow, ISSUED.name, order.subject, order=order_id)


async def opened(uow: UnitOfWork, row: DictRow) -> Invoice:
    """A row as it was told."""
    columns = (("title", INVOICE_TITLE), ("tax_number", TAX_NUMBER), ("email", INVOICE_EMAIL))
    there = [(name, one) for name, one in columns if row[f"{name}_sealed"] is not None]
    subject = SubjectId(row["subject_id"])
    told = await vault.unseal_many(uow, [(subject, one, row[f"{name}_sealed"]) for name, one in there])
    known = dict(zip((name for name, _ in there), told, strict=True))
    return Invoice(row["kind"], known["title"], known.get("tax_number", ""), known.get("email", ""), row["state"])
