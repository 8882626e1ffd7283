"""Staff routes: find orders, ship, pay back, answer claims, settle what bill and ledger disagree about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post
from litestar.params import QueryParameter

from yumen.customer.orders import (
    after_sales,
    bill_store,
    checkout,
    claim_store,
    hooks,
    invoices,
    payment_store,
    progress,
    reconciliation,
    refund,
    refund_store,
    search,
    shipping,
    store,
)
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.shapes import (
    ClaimPath,
    Cursor,
    Limit,
    MadeView,
    OrderPath,
    OrderTile,
)
from yumen.customer.orders.showing_routes import SHOWING_ROUTES
from yumen.customer.orders.staff_shapes import (
    ArrivedBody,
    BillView,
    CompareBody,
    ComparedView,
    DifferencePath,
    DifferenceView,
    FindBody,
    ParcelPath,
    RefundBody,
    RefundPath,
    RefusedView,
    SettleBody,
    ShipBody,
    StaffClaimView,
    StaffOrderView,
    StuckRefundView,
    TakeBackBody,
    staff_order,
)
from yumen.customer.orders.states import Act, State
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.web import Edge, Page, allow
from yumen.kit.web.moments import check_moments
from yumen.kit.work import UnitOfWork
from yumen.wechat.pay import Pay

Outcome = Mapping[str, str | int | None]
ClaimState = Literal["opened", "approved", "returned", "refunding", "settled", "rejected", "withdrawn", "lapsed"]
InState = Annotated[State | None, QueryParameter(name="state")]
InClaimState = Annotated[ClaimState, QueryParameter(name="state")]
OnlyOpen = Annotated[bool, QueryParameter(name="open")]
NEWEST: Final = "ord_~"
REFUSED_DAYS: Final = timedelta(days=30)
STUCK_MAX: Final = 100


class Found(msgspec.Struct):
    items: list[OrderTile]


@get("/staff/v1/orders", opt=allow("orders", "read"), summary="Orders, the newest first")
async def list_orders(edge: Edge, in_state: InState = None, cursor: Cursor = "", limit: Limit = 50) -> Page[OrderTile]:
    async with edge.unit() as uow:
        found = await store.list_of_handler(uow.conn, uow.handler, in_state, cursor or NEWEST, limit + 1)
    tiles = [OrderTile.of(order) for order in found[:limit]]
    return Page(tiles, tiles[-1].id if len(found) > limit else None)


@post(
    "/staff/v1/orders/find",
    opt=allow("orders", "find"),
    status_code=200,
    summary="Find orders by the recipient's phone number or name",
    description="Every search is counted and leaves a leaf in the trail.",
)
async def find_orders(data: FindBody, edge: Edge) -> Found:
    async with edge.unit() as uow:
        if data.phone is not None:
            found = await search.by_phone(uow, data.phone)
        else:
            found = await search.by_recipient(uow, data.recipient or "")
    return Found([OrderTile.of(order) for order in found])


@get("/staff/v1/orders/{order_id:str}", opt=allow("orders", "read"), summary="One order, its recipient masked")
async def read_order(order_id: OrderPath, edge: Edge) -> StaffOrderView:
    async with edge.unit() as uow:
        return await staff_order(uow, await progress.get(uow, order_id))


@post("/staff/v1/orders/{order_id:str}/ship", opt=allow("orders", "ship"), status_code=201, summary="It was shipped")
async def ship(order_id: OrderPath, data: ShipBody, edge: Edge) -> MadeView:
    contents = {line.number: line.quantity for line in data.lines}
    return await _made(
        edge,
        lambda uow: shipping.ship(uow, order_id, data.carrier, data.tracking_no, contents, last=not data.more_follow),
    )


@post(
    "/staff/v1/orders/{order_id:str}/parcels/{parcel_id:str}/arrived",
    opt=allow("orders", "ship"),
    status_code=204,
    summary="The carrier handed the parcel over",
)
async def parcel_arrived(order_id: OrderPath, parcel_id: ParcelPath, data: ArrivedBody, edge: Edge) -> None:
    check_moments({"/arrived_at": data.arrived_at})
    await _done(edge, lambda uow: shipping.arrived(uow, order_id, parcel_id, data.arrived_at))


@post("/staff/v1/orders/{order_id:str}/refund", opt=allow("orders", "refund"), status_code=201, summary="Pay back")
async def pay_back(order_id: OrderPath, data: RefundBody, edge: Edge) -> MadeView:
    pieces = {line.number: line.quantity for line in data.lines}
    return await _made(
        edge,
        lambda uow: refund.by_staff(uow, order_id, data.amount_fen, pieces, data.cause, restock=data.restock),
    )


@post(
    "/staff/v1/orders/{order_id:str}/cancel", opt=allow("orders", "refund"), status_code=204, summary="Cancel, unpaid"
)
async def cancel(order_id: OrderPath, edge: Edge) -> None:
    async def act(uow: UnitOfWork) -> None:
        await checkout.cancel(uow, await progress.lock(uow, order_id), Act.CANCEL)

    await _done(edge, act)


@post(
    "/staff/v1/orders/{order_id:str}/invoice/issued", opt=allow("orders", "invoice"), status_code=204, summary="Issued"
)
async def invoice_issued(order_id: OrderPath, edge: Edge) -> None:
    await _done(edge, lambda uow: invoices.note_issued(uow, order_id))


@get("/staff/v1/claims", opt=allow("orders", "read"), summary="Claims, the oldest first")
async def list_claims(
    edge: Edge, in_state: InClaimState = "opened", cursor: Cursor = "", limit: Limit = 50
) -> Page[StaffClaimView]:
    async with edge.unit() as uow:
        found = await claim_store.list_of_handler(uow.conn, uow.handler, in_state, cursor, limit + 1)
    items = [StaffClaimView.of(claim) for claim in found[:limit]]
    return Page(items, items[-1].id if len(found) > limit else None)


@post(
    "/staff/v1/claims/{claim_id:str}/approve",
    opt=allow("orders", "refund"),
    status_code=204,
    summary="Agree",
)
async def approve_claim(claim_id: ClaimPath, edge: Edge) -> None:
    await _done(edge, lambda uow: after_sales.approve(uow, claim_id))


@post(
    "/staff/v1/claims/{claim_id:str}/reject",
    opt=allow("orders", "refund"),
    status_code=204,
    summary="Disagree",
)
async def reject_claim(claim_id: ClaimPath, edge: Edge) -> None:
    await _done(edge, lambda uow: after_sales.reject(uow, claim_id))


@post(
    "/staff/v1/claims/{claim_id:str}/take-back",
    opt=allow("orders", "refund"),
    status_code=204,
    summary="Goods are back",
)
async def take_back(claim_id: ClaimPath, data: TakeBackBody, edge: Edge) -> None:
    await _done(edge, lambda uow: after_sales.take_back(uow, claim_id, restock=data.restock))


@get("/staff/v1/refunds/stuck", opt=allow("orders", "read"), summary="Refunds that need a person")
async def list_stuck(edge: Edge) -> list[StuckRefundView]:
    async with edge.unit() as uow:
        found = await refund_store.list_stuck(uow.conn, uow.handler, STUCK_MAX)
    return [
        StuckRefundView(one.id, one.order, one.amount_fen, one.cause, one.state, one.asked_at, one.settled_at)
        for one in found
    ]


@post(
    "/staff/v1/refunds/{refund_id:str}/again", opt=allow("orders", "refund"), status_code=204, summary="Try again anew"
)
async def refund_again(refund_id: RefundPath, edge: Edge) -> None:
    """A failed refund is followed by one of a new number."""
    await _done(edge, lambda uow: refund.again(uow, refund_id))


@get("/staff/v1/bills", opt=allow("reconciliation", "read"), summary="Days whose bill was compared")
async def list_bills(edge: Edge, limit: Limit = 50) -> list[BillView]:
    async with edge.unit() as uow:
        return [BillView(**row) for row in await bill_store.list_bills(uow.conn, uow.handler, limit)]


@post("/staff/v1/bills/compare", opt=allow("reconciliation", "settle"), status_code=200, summary="Compare a day now")
async def compare_bill(data: CompareBody, edge: Edge) -> ComparedView:
    check_moments({"/day": data.day})
    pay = edge.use(Pay)
    handler = hooks.handler_of(edge.work, pay, data.mchid)
    if handler != edge.actor.handler:
        raise reconciliation.NOT_FOUND()
    fee_ppm = edge.use(Shop).fee_ppm.get(data.mchid, reconciliation.FEE_PPM)
    try:
        found = await reconciliation.reconcile(edge.work, pay, data.mchid, handler, data.day, fee_ppm)
    except (NotSent, Rejected, Unsettled) as failure:
        raise reconciliation.said(failure) from failure
    return ComparedView(found.day, found.rows, len(found.differences))


@get("/staff/v1/differences", opt=allow("reconciliation", "read"), summary="Where bill and ledger disagree")
async def list_differences(
    edge: Edge, only_open: OnlyOpen = True, cursor: Cursor = "", limit: Limit = 50
) -> Page[DifferenceView]:
    async with edge.unit() as uow:
        rows = await bill_store.list_differences(uow.conn, uow.handler, cursor, limit + 1, only_open=only_open)
    items = [DifferenceView(**row) for row in rows[:limit]]
    return Page(items, items[-1].id if len(rows) > limit else None)


@post(
    "/staff/v1/differences/{difference_id:str}/settle",
    opt=allow("reconciliation", "settle"),
    status_code=204,
    summary="Say what came of a difference",
)
async def settle_difference(difference_id: DifferencePath, data: SettleBody, edge: Edge) -> None:
    await _done(edge, lambda uow: reconciliation.settle(uow, difference_id, data.settlement))


@get("/staff/v1/payment-notices/refused", opt=allow("reconciliation", "read"), summary="What was not believed")
async def list_refused(edge: Edge) -> list[RefusedView]:
    mine = {one.mchid for one in edge.use(Pay).merchants.all() if _is_mine(edge, one.mchid)}
    async with edge.unit() as uow:
        since: date = shanghai_day(uow.now - REFUSED_DAYS)
        rows = await payment_store.list_refused(uow.conn, since)
    return [RefusedView(**row) for row in rows if row["mchid"] in mine]


def _is_mine(edge: Edge, mchid: str) -> bool:
    return hooks.handler_of(edge.work, edge.use(Pay), mchid) == edge.actor.handler


async def _made(edge: Edge, act: Callable[[UnitOfWork], Awaitable[str]]) -> MadeView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"made": await act(uow)}

    return MadeView(str((await edge.once(story))["made"]))


async def _done(edge: Edge, act: Callable[[UnitOfWork], Awaitable[object]]) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await act(uow)
        return {"done": 1}

    await edge.once(story)


STAFF_ROUTES: Final = [
    list_orders, find_orders, read_order, ship, parcel_arrived, pay_back, cancel, invoice_issued, list_claims,
    approve_claim, reject_claim, take_back, list_stuck, refund_again, list_bills, compare_bill, list_differences,
    settle_difference, list_refused, *SHOWING_ROUTES,
]  # fmt: skip
