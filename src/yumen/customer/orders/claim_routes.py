"""Shopper routes after the sale: claims with their evidence, and the invoice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from litestar import Request, get, post, put

from yumen.customer.orders import after_sales, invoices
from yumen.customer.orders.after_sales import Wanted
from yumen.customer.orders.invoices import Invoice
from yumen.customer.orders.quote import QUANTITY_UNFIT
from yumen.customer.orders.shapes import (
    ClaimBody,
    ClaimPath,
    InvoiceBody,
    InvoiceView,
    MadeView,
    OrderPath,
    ReturnBody,
)
from yumen.customer.profile import uploads
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]


@post("/v1/orders/{order_id:str}/claims", opt=allow("claim", "open"), status_code=201, summary="Ask for money back")
async def open_claim(order_id: OrderPath, data: ClaimBody, edge: Edge) -> MadeView:
    pieces = {line.number: line.quantity for line in data.lines}
    if len(pieces) != len(data.lines):
        raise QUANTITY_UNFIT(at="/lines", lines_max=50, quantity_max=99)
    wanted = Wanted(data.kind, data.reason, pieces, data.story)

    async def story(uow: UnitOfWork) -> Outcome:
        return {"claim": await after_sales.open_claim(uow, edge.subject, order_id, wanted)}

    return MadeView(str((await edge.once(story))["claim"]))


@post(
    "/v1/claims/{claim_id:str}/pictures",
    opt=allow("claim", "open", *uploads.TYPES, form=uploads.PART),
    status_code=204,
    summary="Add a picture as evidence",
    description="The body is the picture itself, or a form with the file `picture`, as `wx.uploadFile` posts it: PNG, "
    "JPEG or WebP, at most 200 KiB. Its metadata is taken out.",
)
async def add_picture(claim_id: ClaimPath, request: Request[Any, Any, Any], edge: Edge) -> None:
    picture = await uploads.picture_of(request)

    async def story(uow: UnitOfWork) -> Outcome:
        return {"number": await after_sales.add_picture(uow, edge.subject, claim_id, picture)}

    await edge.once(story)


@post("/v1/claims/{claim_id:str}/withdraw", opt=allow("claim", "open"), status_code=204, summary="Give a claim up")
async def withdraw_claim(claim_id: ClaimPath, edge: Edge) -> None:
    await _act(edge, claim_id, lambda uow: after_sales.withdraw(uow, edge.subject, claim_id))


@post(
    "/v1/claims/{claim_id:str}/return", opt=allow("claim", "open"), status_code=204, summary="The goods are sent back"
)
async def send_back(claim_id: ClaimPath, data: ReturnBody, edge: Edge) -> None:
    await _act(
        edge,
        claim_id,
        lambda uow: after_sales.send_back(uow, edge.subject, claim_id, data.carrier, data.tracking_no),
    )


@put("/v1/orders/{order_id:str}/invoice", opt=allow("invoice", "ask"), status_code=204, summary="Ask for an invoice")
async def ask_invoice(order_id: OrderPath, data: InvoiceBody, edge: Edge) -> None:
    wanted = Invoice(data.kind, data.title, data.tax_number, data.email)
    await _act(edge, order_id, lambda uow: invoices.ask(uow, edge.subject, order_id, wanted))


@get("/v1/orders/{order_id:str}/invoice", opt=allow("invoice", "ask"), summary="What I asked to be on the invoice")
async def read_invoice(order_id: OrderPath, edge: Edge) -> InvoiceView:
    async with edge.unit() as uow:
        found = await invoices.get(uow, edge.subject, order_id)
    return InvoiceView(found.kind, found.title, found.tax_number, found.email, found.state)


async def _act(edge: Edge, name: str, act: Callable[[UnitOfWork], Awaitable[None]]) -> None:
    """Once for each Idempotency-Key."""

    async def story(uow: UnitOfWork) -> Outcome:
        await act(uow)
        return {"done": name}

    await edge.once(story)


CLAIM_ROUTES: Final = [open_claim, add_picture, withdraw_claim, send_back, ask_invoice, read_invoice]
