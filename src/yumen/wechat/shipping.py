"""发货信息管理 under Tencent's names: tell WeChat that an order was shipped, ask how it stands, remind the shopper.

Trades of physical goods have to be shipped within 48 hours and the parcel told to WeChat, which holds the money until
then. Source: developers.weixin.qq.com, 小程序发货信息管理服务.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import msgspec

from yumen.kit.clock import SHANGHAI
from yumen.wechat.answers import Empty
from yumen.wechat.mini import Mini

EXPRESS: Final = 1
CITY: Final = 2
VIRTUAL: Final = 3
SELF_PICK_UP: Final = 4

UNIFIED: Final = 1
SPLIT: Final = 2

ITEM_DESC_MAX: Final = 120
PARCELS_MAX: Final = 15

PAYMENT_NOT_FOUND: Final = 10060001
ALREADY_SHIPPED: Final = 10060002
RESHIPPING_USED: Final = 10060003
STATE_UNFIT: Final = 10060004
NOTHING_CHANGED: Final = 10060023
REMINDER_USED: Final = 10060030
SYSTEM_ERRORS: Final = frozenset({10060012, 10060019})

LogisticsType = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class ShippingItem:
    """One entry of shipping_list. `receiver_contact` is masked, last four digits plain; 顺丰 (SF) wants it."""

    item_desc: str
    tracking_no: str = ""
    express_company: str = ""
    receiver_contact: str = field(default="", repr=False)


class OrderShipping(msgspec.Struct, frozen=True):
    """`finish_shipping_count`: 0 not shipped, 1 once, 2 shipped again."""

    delivery_mode: int = 0
    logistics_type: int = 0
    finish_shipping: bool = False
    finish_shipping_count: int = 0


class TradeOrder(msgspec.Struct, frozen=True):
    """An order as shipping management has it. `order_state`: 1 to ship, 2 shipped, 3 received, 4 complete, 5 refunded,
    6 funds waiting for settlement."""

    transaction_id: str = ""
    merchant_id: str = ""
    merchant_trade_no: str = ""
    order_state: int = 0
    in_complaint: bool = False
    paid_amount: int = 0
    shipping: OrderShipping = OrderShipping()


class OrderAnswer(msgspec.Struct):
    order: TradeOrder


class Delivery(msgspec.Struct, frozen=True):
    """A carrier as WeChat calls it: `SF`, `STO`, `YTO` …"""

    delivery_id: str
    delivery_name: str


class DeliveriesAnswer(msgspec.Struct):
    delivery_list: list[Delivery] = []


class ManagedAnswer(msgspec.Struct):
    is_trade_managed: bool = False


async def upload_shipping_info(
    mini: Mini,
    appid: str,
    transaction_id: str,
    openid: str,
    shipping_list: list[ShippingItem],
    upload_time: datetime,
    *,
    logistics_type: LogisticsType = 1,
    is_all_delivered: bool = True,
) -> None:
    """uploadShippingInfo: tell it, by transaction_id. Several entries are split delivery. A later one needs a later
    time; re-shipping is allowed once. Raises WechatError with the errcodes above."""
    split = len(shipping_list) > 1 or not is_all_delivered
    body: dict[str, object] = {
        "order_key": {"order_number_type": 2, "transaction_id": transaction_id},
        "logistics_type": logistics_type,
        "delivery_mode": SPLIT if split else UNIFIED,
        "shipping_list": [_entry(item) for item in shipping_list],
        "upload_time": upload_time.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
        "payer": {"openid": openid},
    }
    if split:
        body["is_all_delivered"] = is_all_delivered
    await mini.authorized(Empty, appid, "/wxa/sec/order/upload_shipping_info", {}, body, repeatable=True)


async def get_order(mini: Mini, appid: str, transaction_id: str) -> TradeOrder:
    """getOrder: how it stands. Raises WechatError (10060001: not known there, yet or at all)."""
    body = {"transaction_id": transaction_id}
    answer = await mini.authorized(OrderAnswer, appid, "/wxa/sec/order/get_order", {}, body, repeatable=True)
    return answer.order


async def notify_confirm_receive(mini: Mini, appid: str, transaction_id: str, received_time: datetime) -> None:
    """notifyConfirmReceive: remind the shopper to confirm, once an order, express only, after the parcel arrived."""
    body = {"transaction_id": transaction_id, "received_time": int(received_time.timestamp())}
    await mini.authorized(Empty, appid, "/wxa/sec/order/notify_confirm_receive", {}, body)


async def get_delivery_list(mini: Mini, appid: str) -> list[Delivery]:
    """getDeliveryList: the carriers whose ids `express_company` takes."""
    path = "/cgi-bin/express/delivery/open_msg/get_delivery_list"
    return (await mini.authorized(DeliveriesAnswer, appid, path, {}, {}, repeatable=True)).delivery_list


async def is_trade_managed(mini: Mini, appid: str) -> bool:
    """isTradeManaged: must this app tell its shippings at all?"""
    body = {"appid": appid}
    answer = await mini.authorized(ManagedAnswer, appid, "/wxa/sec/order/is_trade_managed", {}, body, repeatable=True)
    return answer.is_trade_managed


def _entry(item: ShippingItem) -> dict[str, object]:
    entry: dict[str, object] = {"item_desc": item.item_desc[:ITEM_DESC_MAX]}
    if item.tracking_no:
        entry |= {"tracking_no": item.tracking_no, "express_company": item.express_company}
    if item.receiver_contact:
        entry["contact"] = {"receiver_contact": item.receiver_contact}
    return entry
