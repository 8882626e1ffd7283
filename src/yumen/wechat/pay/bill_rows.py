"""Read the rows of a bill: BOM, header, rows whose values begin with a backtick, then a summary of two lines.

Columns are found by their Chinese names, so that a new one does no harm. Money becomes whole fen, fees whole
thousandths of a fen; the payer's openid is not read at all. The summary has to be the sum of the rows, else the file
was cut. Source: pay.weixin.qq.com, 申请交易账单 and 申请资金账单, with their pages on the format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from yumen.kit.errors import Code
from yumen.wechat.pay.bill_values import BadValue, Fen, MilliFen, count, fen, milli_fen, moment

DAMAGED: Final = Code("wechat_pay.bill_damaged", 502)

LINE_BYTES_MAX: Final = 65_536
BOM: Final = "\ufeff"
TICK: Final = "`"
SEPARATOR: Final = ",`"

T = TypeVar("T")
S = TypeVar("S")
Values = list[str]
Reader = Callable[[Mapping[str, int]], Callable[[Values], T]]


class TradeRow(msgspec.Struct, frozen=True, gc=False):
    """One payment or one refund. A refund's `state` is that of the day and never brought up to date."""

    at: datetime
    appid: str
    mchid: str
    transaction_id: str
    out_trade_no: str
    trade_type: str
    state: str
    currency: str
    total_fen: Fen
    settled_fen: Fen
    refund_id: str
    out_refund_no: str
    refund_fen: Fen
    refund_settled_fen: Fen
    refund_state: str
    fee_milli_fen: MilliFen

    @property
    def is_refund(self) -> bool:
        return bool(self.out_refund_no)


class FlowRow(msgspec.Struct, frozen=True, gc=False):
    """One movement of money in one account. `amount_fen` is negative when it went out."""

    at: datetime
    business_no: str
    flow_no: str
    business: str
    kind: str
    amount_fen: Fen
    balance_fen: Fen
    voucher_no: str


@dataclass(frozen=True, slots=True)
class TradeSummary:
    """What the file says its rows sum up to."""

    rows: int
    settled_fen: Fen
    refund_settled_fen: Fen
    fee_milli_fen: MilliFen
    total_fen: Fen
    refund_fen: Fen


@dataclass(frozen=True, slots=True)
class FlowSummary:
    rows: int
    in_rows: int
    in_fen: Fen
    out_rows: int
    out_fen: Fen


def trade_rows(lines: Iterable[bytes]) -> Iterator[TradeRow | TradeSummary]:
    """The rows in the order of the file, then the summary, checked against them. Raises `wechat_pay.bill_damaged`."""
    rows = settled = back_settled = fee = total = back = 0
    for item in _items(lines, _trade_reader, _trade_summary_reader):
        if isinstance(item, TradeRow):
            rows += 1
            settled += item.settled_fen
            back_settled += item.refund_settled_fen
            fee += item.fee_milli_fen
            total += item.total_fen
            back += item.refund_fen
        elif item != TradeSummary(rows, Fen(settled), Fen(back_settled), MilliFen(fee), Fen(total), Fen(back)):
            raise DAMAGED(why="summary", line=0)
        yield item


def flow_rows(lines: Iterable[bytes]) -> Iterator[FlowRow | FlowSummary]:
    """The movements, then the summary, checked against them. Raises `wechat_pay.bill_damaged`."""
    in_rows = in_fen = out_rows = out_fen = 0
    for item in _items(lines, _flow_reader, _flow_summary_reader):
        if isinstance(item, FlowRow):
            in_rows += item.amount_fen >= 0
            in_fen += max(0, item.amount_fen)
            out_rows += item.amount_fen < 0
            out_fen -= min(0, item.amount_fen)
        elif item != FlowSummary(in_rows + out_rows, in_rows, Fen(in_fen), out_rows, Fen(out_fen)):
            raise DAMAGED(why="summary", line=0)
        yield item


def _items(lines: Iterable[bytes], row_reader: Reader[T], summary_reader: Reader[S]) -> Iterator[T | S]:
    """Rows and at last the summary; a file that ends without one was cut."""
    read: Callable[[Values], T | S] | None = None
    width, summing = 0, False
    for number, raw in enumerate(lines, start=1):
        line = _text(raw, number)
        if line.startswith(TICK):
            yield _row(read, width, line, number)
            if summing:
                return
        elif line:
            if summing:
                raise DAMAGED(why="line", line=number)
            summing = read is not None
            columns = _columns(line)
            width = len(columns)
            read = _header(summary_reader if summing else row_reader, columns, number)
    raise DAMAGED(why="cut", line=0)


def _columns(line: str) -> Mapping[str, int]:
    return {name.strip(): place for place, name in enumerate(line.removeprefix(BOM).split(","))}


def _header(reader: Reader[T], columns: Mapping[str, int], number: int) -> Callable[[Values], T]:
    try:
        return reader(columns)
    except KeyError:
        raise DAMAGED(why="line", line=number) from None


def _row(read: Callable[[Values], T] | None, width: int, line: str, number: int) -> T:
    """Values may hold commas, and nothing is quoted: what parts them is a comma with a backtick behind it."""
    values = line[1:].split(SEPARATOR)
    if read is None or len(values) != width:
        raise DAMAGED(why="line", line=number)
    try:
        return read(values)
    except (BadValue, KeyError):
        raise DAMAGED(why="line", line=number) from None


def _text(raw: bytes, number: int) -> str:
    if len(raw) > LINE_BYTES_MAX:
        raise DAMAGED(why="line", line=number)
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise DAMAGED(why="line", line=number) from None


def _trade_reader(columns: Mapping[str, int]) -> Callable[[Values], TradeRow]:
    """Of the bills ALL, SUCCESS and REFUND; a bill of payments only has no columns of refunds."""
    names = ("交易时间", "公众账号ID", "商户号", "微信订单号", "商户订单号", "交易类型", "交易状态", "货币种类")
    at, appid, mchid, transaction, order, kind, state, currency = (columns[name] for name in names)
    settled, fee = columns["应结订单金额"], columns["手续费"]
    total = columns.get("订单金额", settled)
    has_refunds = "商户退款单号" in columns
    refund_names = ("微信退款单号", "商户退款单号", "退款金额", "退款状态") if has_refunds else ()
    refunds = [columns[name] for name in refund_names]
    asked = columns.get("申请退款金额", columns.get("退款金额", 0))

    def read(values: Values) -> TradeRow:
        refund_id, refund_no, back_settled, refund_state = (
            [values[place] for place in refunds] if has_refunds else ["0", "0", "0.00", ""]
        )
        return TradeRow(
            moment(values[at]), values[appid], values[mchid], values[transaction], values[order], values[kind],
            values[state], values[currency], fen(values[total]), fen(values[settled]),
            "" if refund_id == "0" else refund_id, "" if refund_no == "0" else refund_no,
            fen(values[asked]) if has_refunds else Fen(0), fen(back_settled), refund_state, milli_fen(values[fee]),
        )  # fmt: skip

    return read


def _trade_summary_reader(columns: Mapping[str, int]) -> Callable[[Values], TradeSummary]:
    rows, settled, fee = (columns[name] for name in ("总交易单数", "应结订单总金额", "手续费总金额"))
    total = columns.get("订单总金额", settled)
    back_settled = columns.get("退款总金额")
    back = columns.get("申请退款总金额", back_settled)

    def read(values: Values) -> TradeSummary:
        return TradeSummary(
            count(values[rows]),
            fen(values[settled]),
            Fen(0) if back_settled is None else fen(values[back_settled]),
            milli_fen(values[fee]),
            fen(values[total]),
            Fen(0) if back is None else fen(values[back]),
        )

    return read


def _flow_reader(columns: Mapping[str, int]) -> Callable[[Values], FlowRow]:
    names = ("记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型")
    at, business_no, flow_no, business, kind, direction = (columns[name] for name in names)
    amount, balance, voucher = (columns[name] for name in ("收支金额(元)", "账户结余(元)", "业务凭证号"))

    def read(values: Values) -> FlowRow:
        sign = {"收入": 1, "支出": -1}[values[direction]]
        return FlowRow(
            moment(values[at]), values[business_no], values[flow_no], values[business], values[kind],
            Fen(sign * fen(values[amount])), fen(values[balance]), values[voucher],
        )  # fmt: skip

    return read


def _flow_summary_reader(columns: Mapping[str, int]) -> Callable[[Values], FlowSummary]:
    names = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")
    rows, in_rows, in_fen, out_rows, out_fen = (columns[name] for name in names)

    def read(values: Values) -> FlowSummary:
        return FlowSummary(
            count(values[rows]), count(values[in_rows]), fen(values[in_fen]), count(values[out_rows]),
            fen(values[out_fen]),
        )  # fmt: skip

    return read
