"""Shopper routes: cart, addresses; orders and their payment. And the hook WeChat Pay notifies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from litestar import Request, delete, get, post, put
from litestar.params import PathParameter

from yumen.customer.identity import Apps
from yumen.customer.orders import (
    addresses,
    cart,
    cashier,
    checkout,
    hooks,
    payment,
    progress,
    shipping,
    store,
    views,
)
from yumen.customer.orders.buying_routes import BUYING_ROUTES
from yumen.customer.orders.cashier import Wanted
from yumen.customer.orders.claim_routes import CLAIM_ROUTES
from yumen.customer.orders.shapes import (
    AddressesView,
    AddressPath,
    AddressView,
    CartLineView,
    CartView,
    Cursor,
    Limit,
    MadeView,
    OrderPath,
    OrderTile,
    OrderView,
    PaymentView,
    PlaceBody,
    QuantityBody,
    SkuPath,
    StateView,
)
from yumen.customer.orders.staff_routes import STAFF_ROUTES
from yumen.customer.orders.states import Act
from yumen.kit.ids import SubjectId
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import UnitOfWork
from yumen.wechat.pay import Pay

Outcome = Mapping[str, str | int | None]
Merchant = Annotated[str, PathParameter(pattern="^[0-9]{8,10}$", description="The merchant's number (mchid)")]
NEWEST: Final = "ord_~"
"""Sorts after every order."""


@get("/v1/cart", opt=allow("cart", "read"), summary="What I mean to buy")
async def read_cart(edge: Edge) -> CartView:
    async with edge.unit() as uow:
        held = await cart.wanted(uow, edge.subject)
    return CartView([CartLineView(sku, quantity) for sku, quantity in held.items()])


@put("/v1/cart/{sku:str}", opt=allow("cart", "edit"), status_code=204, summary="So many pieces; 0 takes it out")
async def put_cart(sku: SkuPath, data: QuantityBody, edge: Edge) -> None:
    await edge.once(lambda uow: _cart_put(uow, edge.subject, sku, data.quantity))


@delete("/v1/cart", opt=allow("cart", "edit"), summary="Empty the cart")
async def empty_cart(edge: Edge) -> None:
    async with edge.unit() as uow:
        await cart.empty(uow, edge.subject)


@get("/v1/addresses", opt=allow("address", "read"), summary="My addresses, the preferred one first")
async def list_addresses(edge: Edge) -> AddressesView:
    async with edge.unit() as uow:
        return AddressesView([AddressView.of(entry) for entry in await addresses.list_of(uow, edge.subject)])


@post("/v1/addresses", opt=allow("address", "edit"), status_code=201, summary="Keep an address")
async def add_address(data: PlaceBody, edge: Edge) -> MadeView:
    outcome = await edge.once(lambda uow: _address_put(uow, edge.subject, data, None))
    return MadeView(str(outcome["address"]))


@put("/v1/addresses/{address_id:str}", opt=allow("address", "edit"), summary="Change an address")
async def change_address(address_id: AddressPath, data: PlaceBody, edge: Edge) -> MadeView:
    outcome = await edge.once(lambda uow: _address_put(uow, edge.subject, data, address_id))
    return MadeView(str(outcome["address"]))


@delete("/v1/addresses/{address_id:str}", opt=allow("address", "edit"), summary="Forget an address")
async def remove_address(address_id: AddressPath, edge: Edge) -> None:
    async with edge.unit() as uow:
        await addresses.remove(uow, edge.subject, address_id)


@get("/v1/orders", opt=allow("order", "read"), summary="My orders, the newest first")
async def list_orders(edge: Edge, cursor: Cursor = "", limit: Limit = 20) -> Page[OrderTile]:
    async with edge.unit() as uow:
        family = await progress.family(uow, edge.subject)
        found = await store.list_of(uow.conn, family, cursor or NEWEST, limit + 1)
    tiles = [OrderTile.of(order) for order in found[:limit]]
    return Page(tiles, tiles[-1].id if len(found) > limit else None)


@get("/v1/orders/{order_id:str}", opt=allow("order", "read"), summary="One of my orders")
async def read_order(order_id: OrderPath, edge: Edge) -> OrderView:
    async with edge.unit() as uow:
        return await views.of_shopper(uow, edge.subject, order_id)


@post(
    "/v1/orders/{order_id:str}/payment",
    opt=allow("order", "pay"),
    status_code=200,
    summary="Open WeChat Pay's cashier",
    description="Answers the argument of wx.requestPayment. What the cashier's callback says proves nothing: ask "
    "`/v1/orders/{order_id}/payment/check` afterwards.",
)
async def open_payment(order_id: OrderPath, edge: Edge) -> PaymentView:
    pay, app = edge.use(Pay), edge.use(Apps).get(edge.app)
    mchid = pay.merchants.of_app(app.appid).mchid
    wanted = Wanted(edge.subject, order_id, mchid, app.appid, edge.app)
    attempt, openid = await cashier.intend(edge.work, edge.actor, wanted)
    parameters = await payment.make_ready(edge.work, pay, openid, attempt)
    return PaymentView(**parameters.for_mini())


@post(
    "/v1/orders/{order_id:str}/payment/check",
    opt=allow("order", "pay"),
    status_code=200,
    summary="Ask WeChat Pay whether it is paid",
)
async def check_payment(order_id: OrderPath, edge: Edge) -> StateView:
    async with edge.unit() as uow:
        await progress.get_of(uow, edge.subject, order_id)
    await payment.ask_all(edge.work, edge.use(Pay), order_id, edge.actor.handler)
    return await _state(edge, order_id)


@post("/v1/orders/{order_id:str}/cancel", opt=allow("order", "cancel"), status_code=200, summary="Cancel it, unpaid")
async def cancel_order(order_id: OrderPath, edge: Edge) -> StateView:
    await edge.once(lambda uow: _cancelled(uow, edge.subject, order_id))
    return await _state(edge, order_id)


@post("/v1/orders/{order_id:str}/receive", opt=allow("order", "receive"), status_code=200, summary="It has arrived")
async def receive_order(order_id: OrderPath, edge: Edge) -> StateView:
    await edge.once(lambda uow: _received(uow, edge.subject, order_id))
    return await _state(edge, order_id)


@post(
    "/hooks/wechatpay/{mchid:str}",
    opt=allow("wechat_pay", "notify", "application/json"),
    status_code=204,
    summary="WeChat Pay's notifications",
    description="Payments and refunds, signed by WeChat Pay. 204 when it is kept, else it is sent again.",
)
async def receive_notice(mchid: Merchant, edge: Edge, request: Request[Any, Any, Any]) -> None:
    await hooks.receive(edge.work, edge.use(Pay), mchid, request.headers, await request.body())


async def _state(edge: Edge, order_id: str) -> StateView:
    async with edge.unit() as uow:
        order = await progress.get_of(uow, edge.subject, order_id)
    return StateView(order.id, order.state)


async def _cart_put(uow: UnitOfWork, person: SubjectId, sku: str, quantity: int) -> Outcome:
    await cart.put(uow, person, sku, quantity)
    return {"quantity": quantity}


async def _address_put(uow: UnitOfWork, person: SubjectId, data: PlaceBody, address: str | None) -> Outcome:
    named = await addresses.put(uow, person, data.to(), preferred=data.preferred, address=address)
    return {"address": named}


async def _cancelled(uow: UnitOfWork, person: SubjectId, order_id: str) -> Outcome:
    await checkout.cancel(uow, await progress.lock_of(uow, person, order_id), Act.CANCEL)
    return {"order": order_id}


async def _received(uow: UnitOfWork, person: SubjectId, order_id: str) -> Outcome:
    await shipping.receive(uow, await progress.lock_of(uow, person, order_id))
    return {"order": order_id}


ROUTES: Final = [
    read_cart,
    put_cart,
    empty_cart,
    list_addresses,
    add_address,
    change_address,
    remove_address,
    list_orders,
    read_order,
    open_payment,
    check_payment,
    cancel_order,
    receive_order,
    *BUYING_ROUTES,
    *CLAIM_ROUTES,
]
HOOK_ROUTES: Final = [receive_notice]

__all__ = ["HOOK_ROUTES", "ROUTES", "STAFF_ROUTES"]
