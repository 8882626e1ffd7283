"""Staff routes that open what is sealed in an order, for who sends parcels, issues invoices or judges claims."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, get
from litestar.params import PathParameter, QueryParameter

from yumen.customer.orders import claim_store, showing
from yumen.customer.orders.destination import Place
from yumen.customer.orders.shapes import ClaimLine, ClaimPath, Cursor, InvoiceView, Limit, OrderPath
from yumen.customer.orders.staff_shapes import StaffClaimView
from yumen.customer.profile.pictures import media_type
from yumen.kit.web import Edge, Page, allow

InvoiceState = Annotated[Literal["asked", "issued"], QueryParameter(name="state")]
NumberPath = Annotated[int, PathParameter(ge=1, le=100, description="From 1")]
LOGGED: Final = "Every look leaves a leaf in the trail."


class DestinationView(msgspec.Struct):
    """What a label says. `phone` is E.164."""

    order: str
    recipient: str
    phone: str
    place: Place


class AskedInvoiceView(msgspec.Struct):
    """An invoice that was asked for; `amount_fen` is what was paid and not given back."""

    order: str
    kind: str
    state: str
    amount_fen: int
    asked_at: datetime
    issued_at: datetime | None


class ClaimDetail(msgspec.Struct):
    """A claim with its pieces (none: the whole order), its story and how many pictures it has."""

    claim: StaffClaimView
    lines: list[ClaimLine]
    story: str
    pictures: int


@get(
    "/staff/v1/orders/{order_id:str}/destination",
    opt=allow("orders", "deliver"),
    summary="Who gets the parcel and where, until it is received",
    description=LOGGED,
)
async def read_destination(order_id: OrderPath, edge: Edge) -> DestinationView:
    async with edge.unit() as uow:
        to = await showing.destination(uow, order_id)
    return DestinationView(order_id, to.recipient, to.phone, to.place)


@get(
    "/staff/v1/invoices", opt=allow("orders", "read"), summary="Invoices that were asked for, of the oldest order first"
)
async def list_invoices(
    edge: Edge, in_state: InvoiceState = "asked", cursor: Cursor = "", limit: Limit = 50
) -> Page[AskedInvoiceView]:
    async with edge.unit() as uow:
        rows = await claim_store.list_invoices(uow.conn, uow.handler, in_state, cursor, limit + 1)
    items = [AskedInvoiceView(**row) for row in rows[:limit]]
    return Page(items, items[-1].order if len(rows) > limit else None)


@get(
    "/staff/v1/orders/{order_id:str}/invoice",
    opt=allow("orders", "invoice"),
    summary="What is to stand on the invoice",
    description=LOGGED,
)
async def read_invoice(order_id: OrderPath, edge: Edge) -> InvoiceView:
    async with edge.unit() as uow:
        asked = await showing.invoice(uow, order_id)
    return InvoiceView(asked.kind, asked.title, asked.tax_number, asked.email, asked.state)


@get(
    "/staff/v1/claims/{claim_id:str}",
    opt=allow("orders", "judge"),
    summary="One claim, with what the shopper says",
    description=LOGGED,
)
async def read_claim(claim_id: ClaimPath, edge: Edge) -> ClaimDetail:
    async with edge.unit() as uow:
        told = await showing.claim(uow, claim_id)
    lines = [ClaimLine(number, quantity) for number, quantity in sorted(told.claim.pieces.items())]
    return ClaimDetail(StaffClaimView.of(told.claim), lines, told.story, told.pictures)


@get(
    "/staff/v1/claims/{claim_id:str}/pictures/{number:int}",
    opt=allow("orders", "judge"),
    media_type="image/*",
    summary="One picture of a claim's evidence",
    description=LOGGED,
)
async def read_picture(claim_id: ClaimPath, number: NumberPath, edge: Edge) -> Response[bytes]:
    async with edge.unit() as uow:
        picture = await showing.picture(uow, claim_id, number)
    return Response(picture, media_type=media_type(picture), headers={"Cache-Control": "private, no-store"})


SHOWING_ROUTES: Final = [read_destination, list_invoices, read_invoice, read_claim, read_picture]
