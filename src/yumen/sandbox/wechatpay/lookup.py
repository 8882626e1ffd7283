"""Find what an admin call names, or say that it is not there."""

from __future__ import annotations

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechatpay.beijing import day_start
from yumen.sandbox.wechatpay.codes import DATE_INVALID, MERCHANT_UNKNOWN, ORDER_UNKNOWN, REFUND_UNKNOWN
from yumen.sandbox.wechatpay.records import Merchant, Order, Refund
from yumen.sandbox.wechatpay.world import World


def get_merchant(world: World, ask: Ask) -> Merchant:
    """The merchant in the path."""
    merchant = world.merchants.get(ask.parts.get("mchid", ""))
    if merchant is None:
        raise MERCHANT_UNKNOWN()
    return merchant


def get_order(world: World, ask: Ask) -> Order:
    """The order in the path."""
    order = world.orders.get((get_merchant(world, ask).mchid, ask.parts["number"]))
    if order is None:
        raise ORDER_UNKNOWN()
    return order


def get_refund(world: World, ask: Ask) -> Refund:
    """The refund in the path."""
    refund = world.refunds.get((get_merchant(world, ask).mchid, ask.parts["number"]))
    if refund is None:
        raise REFUND_UNKNOWN()
    return refund


def get_date(ask: Ask) -> str:
    """The day in the path."""
    if day_start(ask.parts["date"]) is None:
        raise DATE_INVALID()
    return ask.parts["date"]
