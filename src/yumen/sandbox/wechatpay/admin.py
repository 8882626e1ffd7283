"""The admin API of the sandbox, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Api, Route
from yumen.sandbox.wechatpay.bill_desk import BillDesk
from yumen.sandbox.wechatpay.keeper import Keeper
from yumen.sandbox.wechatpay.merchant_desk import MerchantDesk
from yumen.sandbox.wechatpay.payer_desk import PayerDesk
from yumen.sandbox.wechatpay.records import Attempt, Merchant, Notice, NoticeTrouble, Order, Refund, Trouble
from yumen.sandbox.wechatpay.shapes import (
    BillShown,
    CashierAsk,
    CashierSaid,
    ClockAsk,
    FailAsk,
    HandRefund,
    Made,
    MerchantChange,
    Metrics,
    NewFaults,
    NewMerchant,
    NewOrders,
    Overview,
    PayAsk,
    RaceAsk,
    ResetAsk,
    RotationAsk,
    RotationShown,
    SendAsk,
    SettingsChange,
    SettleAsk,
    VolleyAsk,
    VolleyShown,
)
from yumen.sandbox.wechatpay.volley import Volley

ONE: Final = "/api/merchants/{mchid}"


@dataclass(frozen=True, slots=True)
class Desks:
    """Everybody who acts on the admin side."""

    merchants: MerchantDesk
    payer: PayerDesk
    bills: BillDesk
    keeper: Keeper
    volley: Volley


def build_api(desks: Desks) -> Api:
    """All routes."""
    return Api(
        "Yumen WeChat Pay sandbox, admin API. SANDBOX / 沙箱 — this is not WeChat Pay",
        [*_platform(desks), *_money(desks)],
    )


def _platform(desks: Desks) -> list[Route]:
    """The sandbox itself, and merchants with their keys."""
    keeper, merchants, one = desks.keeper, desks.merchants, ONE
    return [
        Route("GET", "/api", keeper.overview, "The sandbox at a glance", Overview),
        Route("POST", "/api/clock", keeper.move_clock, "Move the clock", Overview, ClockAsk),
        Route("PATCH", "/api/settings", keeper.change_settings, "Default vantage", Overview, SettingsChange),
        Route("POST", "/api/reset", keeper.reset, "Forget everything", Overview, ResetAsk),
        Route("GET", "/api/calls", keeper.list_calls, "The newest calls, redacted", list[LogRow]),
        Route("GET", "/api/metrics", keeper.metrics, "Counts since the start", Metrics),
        Route("POST", "/api/rotation", merchants.rotate, "Rotate the certificate", RotationShown, RotationAsk),
        Route("GET", "/api/merchants", merchants.list_all, "All merchants", list[Merchant]),
        Route("POST", "/api/merchants", merchants.create, "Create a merchant", Merchant, NewMerchant),
        Route("GET", one, merchants.show, "One merchant with its keys", Merchant),
        Route("PATCH", one, merchants.change, "Change a merchant", Merchant, MerchantChange),
        Route("POST", f"{one}/troubles", merchants.add_trouble, "The API misbehaves", Merchant, Trouble),
        Route(
            "POST", f"{one}/notice-troubles", merchants.add_notice_trouble, "Notices misbehave", Merchant, NoticeTrouble
        ),
        Route("DELETE", f"{one}/troubles", merchants.end_troubles, "Behave again"),
    ]


def _money(desks: Desks) -> list[Route]:
    """Orders, refunds, notices, bills."""
    payer, bills, one = desks.payer, desks.bills, ONE
    order, refund, bill = f"{one}/orders/{{number}}", f"{one}/refunds/{{number}}", f"{one}/bills/{{date}}"
    return [
        Route("GET", f"{one}/orders", payer.list_orders, "The newest orders", list[Order]),
        Route("POST", f"{one}/orders", payer.put_orders, "Put orders in", Made, NewOrders),
        Route("GET", order, payer.show_order, "One order", Order),
        Route("POST", f"{order}/pay", payer.pay, "The payer pays", Order, PayAsk),
        Route("POST", f"{order}/fail", payer.fail, "The payment fails", Order, FailAsk),
        Route("POST", f"{order}/race", payer.race, "Pay around the close", Order, RaceAsk),
        Route("POST", f"{order}/refund", payer.refund_by_hand, "Refund by hand", Refund, HandRefund),
        Route("POST", "/api/cashier", payer.cashier, "wx.requestPayment", CashierSaid, CashierAsk),
        Route("GET", f"{one}/refunds", payer.list_refunds, "The newest refunds", list[Refund]),
        Route("GET", refund, payer.show_refund, "One refund", Refund),
        Route("POST", f"{refund}/settle", payer.settle_refund, "End a refund", Refund, SettleAsk),
        Route("GET", "/api/notices", payer.list_notices, "The newest notices and their attempts", list[Notice]),
        Route("POST", "/api/notices/hurry", payer.hurry, "All waiting notices are due", Made),
        Route("POST", "/api/notices/{id}/resend", payer.resend, "This notice again", Notice),
        Route("POST", f"{one}/send", payer.send, "One notice, now, genuine or wrong", Attempt, SendAsk),
        Route("GET", bill, bills.show, "One day's bill", BillShown),
        Route("POST", f"{bill}/close", bills.close, "Close the day now", BillShown),
        Route("PUT", f"{bill}/faults", bills.plant, "Plant faults", BillShown, NewFaults),
        Route("POST", f"{one}/volley", desks.volley.start, "Pay and notify in masses", VolleyShown, VolleyAsk),
        Route("GET", "/api/volley", desks.volley.show, "How far the volley is", VolleyShown),
    ]
