"""Write bills as WeChat Pay does: UTF-8 with BOM, CRLF, a header, cells behind backticks, a summary.

Columns after the official pages on the trade bill and the fund-flow bill. Pure: rows in, bytes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from yumen.sandbox.wechatpay.beijing import in_bill, yuan

BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = (
    *("交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "用户标识"),
    *("交易类型", "交易状态", "付款银行", "货币种类", "应结订单金额", "代金券金额"),
)
_REFUND: Final = ("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态")
_TAIL: Final = ("商品名称", "商户数据包", "手续费", "费率", "订单金额")
COLUMNS: Final = {
    "ALL": [*_HEAD, *_REFUND, *_TAIL, "申请退款金额", "费率备注"],
    "SUCCESS": [*_HEAD, *_TAIL, "费率备注"],
    "REFUND": [*_HEAD, "退款申请时间", "退款成功时间", *_REFUND, *_TAIL, "申请退款金额", "费率备注"],
}
OLD_COLUMNS: Final = [*_HEAD, *_REFUND, "商品名称", "商户数据包", "手续费", "费率"]
"""What some old merchants still get."""
FUND_COLUMNS: Final = (
    *("记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型", "收支金额(元)"),
    *("账户结余(元)", "资金变更提交申请人", "备注", "业务凭证号"),
)
FUND_SUMMARY: Final = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")


@dataclass(slots=True)
class TradeRow:
    """One row of the trade bill. Amounts in fen; a refund row has `out_refund_no`."""

    at: float
    appid: str
    mchid: str
    device: str
    transaction_id: str
    out_trade_no: str
    openid: str
    state: str
    bank: str
    goods: str
    attach: str
    rate: str
    fee_fen: int
    settled_fen: int = 0
    coupon_fen: int = 0
    order_fen: int = 0
    refund_id: str = "0"
    out_refund_no: str = "0"
    refund_fen: int = 0
    asked_refund_fen: int = 0
    refund_kind: str = ""
    refund_status: str = ""
    refunded_at: float = 0.0

    def cells(self, columns: Sequence[str]) -> list[str]:
        """The values in the order of these columns."""
        known = {
            "交易时间": in_bill(self.at),
            "公众账号ID": self.appid,
            "商户号": self.mchid,
            "特约商户号": "0",
            "设备号": self.device,
            "微信订单号": self.transaction_id,
            "商户订单号": self.out_trade_no,
            "用户标识": self.openid,
            "交易类型": "JSAPI",
            "交易状态": self.state,
            "付款银行": self.bank,
            "货币种类": "CNY",
            "应结订单金额": yuan(self.settled_fen),
            "代金券金额": yuan(self.coupon_fen),
            "退款申请时间": in_bill(self.at),
            "退款成功时间": in_bill(self.refunded_at) if self.refunded_at else "",
            "微信退款单号": self.refund_id,
            "商户退款单号": self.out_refund_no,
            "退款金额": yuan(self.refund_fen),
            "充值券退款金额": "0.00",
            "退款类型": self.refund_kind,
            "退款状态": self.refund_status,
            "商品名称": self.goods,
            "商户数据包": self.attach,
            "手续费": f"{yuan(self.fee_fen)}000",
            "费率": self.rate,
            "订单金额": yuan(self.order_fen),
            "申请退款金额": yuan(self.asked_refund_fen),
            "费率备注": "",
        }
        return [known.get(name, "") for name in columns]


@dataclass(slots=True)
class FundRow:
    """One row of the fund-flow bill."""

    at: float
    business_no: str
    flow_no: str
    business: str
    income: bool
    fen: int
    balance_fen: int
    voucher: str
    note: str = ""

    def cells(self) -> list[str]:
        """The values in the order of FUND_COLUMNS."""
        direction = "收入" if self.income else "支出"
        amounts = [yuan(self.fen), yuan(self.balance_fen)]
        tail = ["system", self.note, self.voucher]
        return [
            in_bill(self.at), self.business_no, self.flow_no, self.business, self.business, direction, *amounts, *tail
        ]  # fmt: skip


def trade_bill(rows: Sequence[TradeRow], kind: str, columns: Sequence[str] | None = None, off_fen: int = 0) -> bytes:
    """The file. `off_fen` puts the summary's order total off by so much."""
    names = columns or COLUMNS[kind]
    counted = {
        "总交易单数": str(len(rows)),
        "应结订单总金额": yuan(sum(row.settled_fen for row in rows)),
        "退款总金额": yuan(sum(row.refund_fen for row in rows)),
        "充值券退款总金额": "0.00",
        "手续费总金额": f"{yuan(sum(row.fee_fen for row in rows))}000",
        "订单总金额": yuan(sum(row.order_fen for row in rows) + off_fen),
        "申请退款总金额": yuan(sum(row.asked_refund_fen for row in rows)),
    }
    if kind == "SUCCESS":
        counted = {name: counted[name] for name in ("总交易单数", "应结订单总金额", "手续费总金额", "订单总金额")}
    return _file(names, (row.cells(names) for row in rows), list(counted), list(counted.values()))


def fund_bill(rows: Sequence[FundRow]) -> bytes:
    """The file."""
    income, spent = [row.fen for row in rows if row.income], [row.fen for row in rows if not row.income]
    summary = [str(len(rows)), str(len(income)), yuan(sum(income)), str(len(spent)), yuan(sum(spent))]
    return _file(FUND_COLUMNS, (row.cells() for row in rows), FUND_SUMMARY, summary)


def _file(
    names: Sequence[str], rows: Iterable[list[str]], summary_names: Sequence[str], summary: Sequence[str]
) -> bytes:
    lines = [",".join(names)]
    lines += [_line(cells) for cells in rows]
    lines += [",".join(summary_names), _line(summary), ""]
    return BOM + "\r\n".join(lines).encode()


def _line(cells: Sequence[str]) -> str:
    """`` `a,`b ``: no quoting, a value may hold commas; line breaks would break the file and become spaces."""
    line = "`" + ",`".join(cells)
    return line.replace("\r", " ").replace("\n", " ") if "\n" in line or "\r" in line else line
