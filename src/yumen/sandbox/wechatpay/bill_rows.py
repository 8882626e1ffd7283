"""Read one day's rows out of orders and refunds: payments by success time, refunds by acceptance time."""

from __future__ import annotations

from yumen.sandbox.wechatpay.beijing import day_start
from yumen.sandbox.wechatpay.bill_format import FundRow, TradeRow
from yumen.sandbox.wechatpay.records import Merchant, Order, Refund
from yumen.sandbox.wechatpay.world import World

DAY_S = 86400.0


def trade_rows(world: World, merchant: Merchant, date: str, kind: str = "ALL") -> list[TradeRow]:
    """Payments first, then refunds, each by time. `kind` is ALL, SUCCESS or REFUND."""
    begins = day_start(date)
    assert begins is not None
    ends = begins + DAY_S
    rows: list[TradeRow] = []
    if kind != "REFUND":
        paid = [o for o in _orders(world, merchant) if begins <= o.paid_at < ends]
        paid.sort(key=lambda order: (order.paid_at, order.transaction_id))
        rows += [_payment(merchant, order) for order in paid]
    if kind != "SUCCESS":
        refunds = [r for r in world.refunds.values() if r.mchid == merchant.mchid and begins <= r.made_at < ends]
        refunds.sort(key=lambda refund: (refund.made_at, refund.refund_id))
        rows += [_refund(merchant, world.orders[r.mchid, r.out_trade_no], r, ends) for r in refunds]
    return rows


def fund_rows(world: World, merchant: Merchant, date: str) -> list[FundRow]:
    """Every movement of the basic account on that day, with the balance after it."""
    begins = day_start(date)
    assert begins is not None
    moves: list[tuple[float, str, str, str, int]] = []
    for order in _orders(world, merchant):
        moves.append((order.paid_at, order.transaction_id, order.out_trade_no, "交易", order.total_fen))
        moves.append(
            (
                order.paid_at,
                order.transaction_id,
                order.out_trade_no,
                "扣除交易手续费",
                -_payment(merchant, order).fee_fen,
            )
        )
    for refund in world.refunds.values():
        if refund.mchid == merchant.mchid and refund.status != "CLOSED":
            row = _refund(merchant, world.orders[refund.mchid, refund.out_trade_no], refund, 0.0)
            net = row.asked_refund_fen + row.fee_fen  # the fee comes back within the refund
            moves.append((refund.made_at, refund.transaction_id, refund.out_refund_no, "退款", -net))
    moves.sort(key=lambda move: move[0])
    rows, balance = [], 0
    for number, (at, business_no, voucher, business, fen) in enumerate(moves):
        balance += fen
        if begins <= at < begins + DAY_S and fen:
            flow = f"{business_no}{number:04d}"
            rows.append(FundRow(at, business_no, flow, business, fen > 0, abs(fen), balance, voucher))
    return rows


def fee_fen(merchant: Merchant, fen: int) -> int:
    """The fee, half a fen rounded up."""
    return (fen * merchant.fee_per_million + 500_000) // 1_000_000


def _orders(world: World, merchant: Merchant) -> list[Order]:
    return [order for order in world.orders.values() if order.mchid == merchant.mchid and order.transaction_id]


def _payment(merchant: Merchant, order: Order) -> TradeRow:
    settled = order.total_fen - (0 if order.coupon_cash else order.coupon_fen)
    return TradeRow(
        at=order.paid_at,
        appid=order.appid,
        mchid=order.mchid,
        device=order.device_id,
        transaction_id=order.transaction_id,
        out_trade_no=order.out_trade_no,
        openid=order.openid,
        state="SUCCESS",
        bank=order.bank_type,
        goods=order.description,
        attach=order.attach or "",
        rate=_rate(merchant),
        fee_fen=fee_fen(merchant, settled),
        settled_fen=settled,
        coupon_fen=order.coupon_fen,
        order_fen=order.total_fen,
    )


def _refund(merchant: Merchant, order: Order, refund: Refund, day_ends: float) -> TradeRow:
    """`day_ends` is when the snapshot of the refund's state was taken."""
    returned = refund.refund_fen if order.coupon_cash else refund.payer_refund_fen
    done = 0 < refund.settled_at < day_ends
    return TradeRow(
        at=refund.made_at,
        appid=order.appid,
        mchid=order.mchid,
        device=order.device_id,
        transaction_id=order.transaction_id,
        out_trade_no=order.out_trade_no,
        openid=order.openid,
        state="REFUND",
        bank="OTHERS",
        goods=order.description,
        attach=order.attach or "",
        rate=_rate(merchant),
        fee_fen=-fee_fen(merchant, returned),
        refund_id=refund.refund_id,
        out_refund_no=refund.out_refund_no,
        refund_fen=returned,
        asked_refund_fen=refund.refund_fen,
        refund_kind=refund.channel,
        refund_status=refund.status if done else "PROCESSING",
        refunded_at=refund.settled_at if done and refund.status == "SUCCESS" else 0.0,
    )


def _rate(merchant: Merchant) -> str:
    return f"{merchant.fee_per_million / 10_000:.2f}%"
