"""发货信息管理 as WeChat answers it: take shipping information, tell how a trade stands, remind its person.

What is kept is what the last upload listed: an assumption, the page does not say whether lists add up.
"""

from __future__ import annotations

from typing import Final

from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.shipping_fields import EXPRESS, Upload, number, read_key, read_upload, word
from yumen.sandbox.wechat.trade_records import REFUNDED, SHIPPED, TO_SHIP, Trade
from yumen.sandbox.wechat.trades import DAY_S, Trades

FINISHED_MAX: Final = 2
PAGE_MAX: Final = 100
SUB_ORDERS_MAX: Final = 50
PATH_MAX: Final = 1024
PRESALE: Final = 1
TEST_ORDER: Final = 2
DELAY_MIN_S: Final = 15 * DAY_S
DELAY_MAX_S: Final = 330 * DAY_S
CARRIERS: Final = (
    ("SF", "顺丰速运"), ("STO", "申通快递"), ("YTO", "圆通速递"), ("ZTO", "中通快递"), ("YD", "韵达速递"),
    ("EMS", "EMS"), ("JD", "京东快递"), ("JTSD", "极兔速递"), ("DBL", "德邦快递"), ("DHL", "DHL"),
)  # fmt: skip


class Shipping:
    """The endpoints."""

    def __init__(self, trades: Trades) -> None:
        self.trades = trades
        self.world = trades.world

    def upload(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/upload_shipping_info`."""
        fields = call.fields or {}
        trade = self._find(call, *read_key(fields))
        self._take(call, trade, read_upload(fields, fields.get("upload_time")), _payer(fields))
        return {}

    def upload_combined(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/upload_combined_shipping_info`: all sub-orders, or none."""
        fields = call.fields or {}
        read_key(fields)
        parts = fields.get("sub_orders")
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise Refusal(47001)
        if not 1 <= len(parts) <= SUB_ORDERS_MAX:
            raise Refusal(10060014)
        openid, at = _payer(fields), fields.get("upload_time")
        ready = [(self._find(call, *read_key(part)), read_upload(part, at)) for part in parts]
        for trade, upload in ready:
            self._check(trade, upload, openid)
        for trade, upload in ready:
            self._take(call, trade, upload, openid)
        return {}

    def get_order(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/get_order`."""
        return {"order": _shown(self._named(call))}

    def get_order_list(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/get_order_list`: newest first; `last_index` names the last one seen (10060011)."""
        fields, app = call.fields or {}, call.known_app()
        span = fields.get("pay_time_range", {})
        if not isinstance(span, dict):
            raise Refusal(47001)
        begin, end = number(span, "begin_time"), number(span, "end_time", 1 << 40)
        state, openid, last = number(fields, "order_state"), word(fields, "openid"), word(fields, "last_index")
        size = number(fields, "page_size", PAGE_MAX)
        if not 1 <= size <= PAGE_MAX:
            raise Refusal(10060014)
        mine = [trade for trade in reversed(self.world.trades.values()) if trade.appid == app.appid]
        names = [trade.transaction_id for trade in mine]
        if last and last not in names:
            raise Refusal(10060011)
        found = [
            trade
            for trade in mine[names.index(last) + 1 if last else 0 :]
            if begin <= trade.paid_at <= end and state in {0, trade.state} and openid in {"", trade.openid}
            if trade.visible_at <= call.now
        ]
        page = found[:size]
        index = page[-1].transaction_id if page else last
        return {"order_list": [_shown(trade) for trade in page], "last_index": index, "has_more": len(found) > size}

    def notify_confirm_receive(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/notify_confirm_receive`: once, express, shipped, and after it arrived."""
        trade = self._named(call)
        if trade.state != SHIPPED:
            raise Refusal(10060028)
        if trade.logistics_type != EXPRESS:
            raise Refusal(10060032)
        if number(call.fields or {}, "received_time") <= (trade.shipped_at or 0.0):
            raise Refusal(10060029)
        if trade.reminded_to_confirm:
            raise Refusal(10060030)
        trade.reminded_to_confirm = True
        self._keep(trade)
        return {}

    def set_msg_jump_path(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/set_msg_jump_path`: where the platform's messages lead."""
        path = call.text("path")
        if not path or len(path) > PATH_MAX:
            raise Refusal(10060014)
        app = call.known_app()
        app.trade_rules.jump_path = path
        self.world.keep("app", app.appid, app)
        return {}

    def is_trade_managed(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/is_trade_managed`."""
        return {"is_trade_managed": _own(call).trade_rules.managed}

    def is_confirmation_completed(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/is_trade_management_confirmation_completed`: it was shipped at least once."""
        return {"completed": _own(call).trade_rules.shipped_once}

    def op_special_order(self, call: Call) -> Fields:
        """`POST /wxa/sec/order/opspecialorder`: presale (15 to 330 days after payment), or a test order."""
        fields = call.fields or {}
        name, kind = word(fields, "order_id"), number(fields, "type")
        trade = self.world.trades.get(name) or self.world.trade_by_number(call.known_app().appid, name)
        if kind not in {PRESALE, TEST_ORDER}:
            raise Refusal(268546000)
        if trade is None or trade.appid != call.known_app().appid:
            raise Refusal(268546002)
        if kind == PRESALE:
            delay_to = number(fields, "delay_to")
            if not DELAY_MIN_S < delay_to - trade.paid_at <= DELAY_MAX_S:
                raise Refusal(268546001)
            trade.ships_by = float(delay_to)
        else:
            trade.reminded_to_ship = True
        self._keep(trade)
        return {}

    def get_delivery_list(self, call: Call) -> Fields:
        """`POST /cgi-bin/express/delivery/open_msg/get_delivery_list`: some of the carriers."""
        carriers = [{"delivery_id": name, "delivery_name": title} for name, title in CARRIERS]
        return {"delivery_list": carriers, "count": len(carriers)}

    def _take(self, call: Call, trade: Trade, upload: Upload, openid: str) -> None:
        self._check(trade, upload, openid)
        app = call.known_app()
        trade.logistics_type, trade.delivery_mode = upload.logistics_type, upload.delivery_mode
        trade.parcels, trade.uploaded_at = upload.parcels, upload.uploaded_at
        if upload.all_delivered:
            trade.finished += 1
            trade.state, trade.shipped_at = SHIPPED, trade.shipped_at or call.now
            self.trades.finished(app, trade)
        self._keep(trade)
        if not app.trade_rules.shipped_once:
            app.trade_rules.shipped_once = True
            self.world.keep("app", app.appid, app)

    def _check(self, trade: Trade, upload: Upload, openid: str) -> None:
        if openid != trade.openid:
            raise Refusal(10060031)
        if trade.state == REFUNDED or trade.state not in {TO_SHIP, SHIPPED}:
            raise Refusal(10060004)
        kept = (trade.logistics_type, trade.delivery_mode, [_said(parcel) for parcel in trade.parcels])
        asked = (upload.logistics_type, upload.delivery_mode, [_said(parcel) for parcel in upload.parcels])
        if kept == asked and upload.all_delivered == bool(trade.finished):
            raise Refusal(10060023)
        if trade.finished and not upload.all_delivered:
            raise Refusal(10060002)
        if trade.finished >= FINISHED_MAX:
            raise Refusal(10060003)
        if trade.parcels and upload.uploaded_at <= trade.uploaded_at:
            raise Refusal(10060014)

    def _named(self, call: Call) -> Trade:
        fields = call.fields or {}
        names = [word(fields, name) for name in ("transaction_id", "merchant_id", "merchant_trade_no")]
        if not names[0] and not (names[1] and names[2]):
            raise Refusal(10060014)
        return self._find(call, *names)

    def _find(self, call: Call, transaction_id: str, mchid: str, out_trade_no: str) -> Trade:
        """10060001 where it is unknown, another app's, or too young to be seen."""
        name = transaction_id or self.world.trade_names.get((mchid, out_trade_no), "")
        trade = self.world.trades.get(name)
        if trade is None or trade.appid != call.known_app().appid or trade.visible_at > call.now:
            raise Refusal(10060001)
        return trade

    def _keep(self, trade: Trade) -> None:
        self.world.keep("trade", trade.transaction_id, trade)


def _payer(fields: Fields) -> str:
    payer = fields.get("payer")
    if not isinstance(payer, dict):
        raise Refusal(47001)
    if not word(payer, "openid"):
        raise Refusal(10060014)
    return word(payer, "openid")


def _own(call: Call) -> App:
    if call.text("appid") != call.known_app().appid:
        raise Refusal(40013)
    return call.known_app()


def _said(parcel: object) -> tuple[object, ...]:
    return tuple(getattr(parcel, name) for name in ("tracking_no", "express_company", "goods_desc", "contact"))


def _shown(trade: Trade) -> Fields:
    parcels = [
        {
            "tracking_no": parcel.tracking_no,
            "express_company": parcel.express_company,
            "goods_desc": parcel.goods_desc,
            "upload_time": parcel.upload_time,
            "contact": parcel.contact,
        }
        for parcel in trade.parcels
    ]
    return {
        "transaction_id": trade.transaction_id,
        "merchant_id": trade.mchid,
        "sub_merchant_id": "",
        "merchant_trade_no": trade.out_trade_no,
        "description": trade.description,
        "paid_amount": trade.paid_fen,
        "openid": trade.openid,
        "trade_create_time": int(trade.created_at),
        "pay_time": int(trade.paid_at),
        "order_state": trade.state,
        "in_complaint": False,
        "shipping": {
            "delivery_mode": trade.delivery_mode,
            "logistics_type": trade.logistics_type,
            "finish_shipping": bool(trade.finished),
            "finish_shipping_count": trade.finished,
            "goods_desc": "、".join(parcel.goods_desc for parcel in trade.parcels),
            "shipping_list": parcels,
        },
    }
