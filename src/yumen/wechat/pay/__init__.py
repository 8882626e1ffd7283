"""WeChat Pay, API v3, as a direct merchant: order, ask, close, refund, bills, notifications. Money is whole fen.

    from yumen.wechat import pay
    ready = await pay.prepay(edge.use(pay.Pay), mchid, order)

Every failure says what may be done next: `pay.next_of(failure)`.
"""

from yumen.wechat.pay.answers import Amount, Payer, Refund, RefundAmount, RefundState, TradeState, Transaction
from yumen.wechat.pay.bill_rows import FlowRow, FlowSummary, TradeRow, TradeSummary
from yumen.wechat.pay.bill_values import Fen, MilliFen
from yumen.wechat.pay.bills import Bill, FlowBill, TradeBill, fund_flow_bill, trade_bill
from yumen.wechat.pay.client import Pay
from yumen.wechat.pay.errors import Call, Failure, Next, next_of
from yumen.wechat.pay.jsapi import (
    Order,
    PaymentParameters,
    Prepay,
    close,
    payment_parameters,
    prepay,
    query_by_out_trade_no,
    query_by_transaction_id,
)
from yumen.wechat.pay.merchants import Merchant, Merchants, from_settings
from yumen.wechat.pay.notifications import (
    Notice,
    OtherNotice,
    PaidNotice,
    RefundNotice,
    RefundReport,
    read_notification,
)
from yumen.wechat.pay.refunds import Card, RefundOrder, pay_out_abnormal, query_refund, refund
from yumen.wechat.pay.verification import Unverified, Why

__all__ = [
    "Amount",
    "Bill",
    "Call",
    "Card",
    "Failure",
    "Fen",
    "FlowBill",
    "FlowRow",
    "FlowSummary",
    "Merchant",
    "Merchants",
    "MilliFen",
    "Next",
    "Notice",
    "Order",
    "OtherNotice",
    "PaidNotice",
    "Pay",
    "Payer",
    "PaymentParameters",
    "Prepay",
    "Refund",
    "RefundAmount",
    "RefundNotice",
    "RefundOrder",
    "RefundReport",
    "RefundState",
    "TradeBill",
    "TradeRow",
    "TradeState",
    "TradeSummary",
    "Transaction",
    "Unverified",
    "Why",
    "close",
    "from_settings",
    "fund_flow_bill",
    "next_of",
    "pay_out_abnormal",
    "payment_parameters",
    "prepay",
    "query_by_out_trade_no",
    "query_by_transaction_id",
    "query_refund",
    "read_notification",
    "refund",
    "trade_bill",
]
