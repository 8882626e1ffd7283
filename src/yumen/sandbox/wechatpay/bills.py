"""Bills: ask for a day, get an address for five minutes, fetch the file; and what may be wrong with one on purpose."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from dataclasses import dataclass, replace
from time import time
from typing import Final

from yumen.sandbox.kit.exchange import Answer
from yumen.sandbox.wechatpay.beijing import day_of, day_start
from yumen.sandbox.wechatpay.bill_format import BOM, COLUMNS, OLD_COLUMNS, TradeRow, fund_bill, trade_bill
from yumen.sandbox.wechatpay.bill_rows import DAY_S, fund_rows, trade_rows
from yumen.sandbox.wechatpay.calls import Call, Said
from yumen.sandbox.wechatpay.records import Bill, BillFault, Merchant
from yumen.sandbox.wechatpay.refusals import Refusal
from yumen.sandbox.wechatpay.world import World

READY_S: Final = 34 * 3600.0
"""Ten o'clock of the next day."""
KEPT_S: Final = 92 * DAY_S
TOKEN_LIFE_S: Final = 300.0
HOST: Final = "https://api.mch.weixin.qq.com"
FILE_KIND: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A file that may be fetched for a while, in real time, by one merchant."""

    mchid: str
    content: bytes
    until: float


class Bills:
    """The endpoints about bills."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._tickets: dict[str, Ticket] = {}

    def trade(self, call: Call) -> Said:
        """`GET /v3/bill/tradebill`."""
        kind = _choice(call, "bill_type", ("ALL", "SUCCESS", "REFUND"))
        merchant, bill = self._open(call)
        rows = trade_rows(self.world, merchant, bill.date, kind)
        if not rows and not any(fault.kind == "extra_row" for fault in bill.faults):
            raise Refusal("NO_STATEMENT_EXIST")
        return self._given(call, bill, self.trade_file(merchant, bill, rows, kind))

    def funds(self, call: Call) -> Said:
        """`GET /v3/bill/fundflowbill`; only the basic account has movements here."""
        account = _choice(call, "account_type", ("BASIC", "OPERATION", "FEES"))
        merchant, bill = self._open(call)
        rows = fund_rows(self.world, merchant, bill.date) if account == "BASIC" else []
        if not rows:
            raise Refusal("NO_STATEMENT_EXIST")
        return self._given(call, bill, fund_bill(rows))

    def fetch(self, call: Call) -> Said:
        """`GET /v3/billdownload/file`: not signed; the merchant that asked, within five minutes."""
        ticket = self._tickets.get(call.request.query.get("token", ""))
        if ticket is None or ticket.until < time():
            raise Refusal("INVALID_REQUEST", "下载链接已失效", field="token", location="query")
        if ticket.mchid != call.known().mchid:
            raise Refusal("NO_AUTH", "无权限下载该账单")
        return Said(file=Answer(ticket.content, kind=FILE_KIND))

    def trade_file(self, merchant: Merchant, bill: Bill, rows: list[TradeRow], kind: str = "ALL") -> bytes:
        """The file with its planted faults."""
        rows, summary_off = list(rows), 0
        columns = COLUMNS[kind]
        for fault in bill.faults:
            match fault.kind:
                case "summary":
                    summary_off += fault.fen
                case "old_columns":
                    columns = OLD_COLUMNS
                case "column_added":
                    columns = [*columns, "新增列"]
                case _:
                    rows = _bent(rows, fault, merchant, bill.date)
        content = trade_bill(rows, kind, columns, summary_off)
        kinds = {fault.kind for fault in bill.faults}
        if "no_bom" in kinds:
            content = content.removeprefix(BOM)
        return content.replace(b"\r\n", b"\n") if "lf_only" in kinds else content

    def _open(self, call: Call) -> tuple[Merchant, Bill]:
        merchant, date = call.known(), call.request.query.get("bill_date", "")
        begins = day_start(date)
        if begins is None or not call.now - KEPT_S <= begins <= call.now:
            raise Refusal("INVALID_REQUEST", "bill_date不合法", field="bill_date", value=date[:32], location="query")
        bill = self.world.bill(merchant.mchid, date)
        if not bill.closed and day_of(call.now) == date:
            raise Refusal("INVALID_REQUEST", "不能查询当日账单", field="bill_date", value=date, location="query")
        if self._used(bill, "creating") or (not bill.closed and call.now < begins + READY_S):
            raise Refusal("STATEMENT_CREATING")
        return merchant, bill

    def _given(self, call: Call, bill: Bill, content: bytes) -> Said:
        zipped = _choice(call, "tar_type", ("", "GZIP")) == "GZIP"
        value = hashlib.sha1(content).hexdigest()  # noqa: S324 - the protocol's
        kinds = {fault.kind for fault in bill.faults}
        if self._used(bill, "wrong_hash"):
            value = value[::-1]
        if "truncated" in kinds:
            content = content[: len(content) * 2 // 3]
        if zipped:
            content = gzip.compress(content, 6, mtime=0)
            content = content[: len(content) * 2 // 3] if "truncated_gzip" in kinds else content
        now, token = time(), secrets.token_urlsafe(48)
        self._tickets = {name: ticket for name, ticket in self._tickets.items() if ticket.until >= now}
        self._tickets[token] = Ticket(bill.mchid, content, now + TOKEN_LIFE_S)
        host = call.request.headers.get("host", "")
        base = f"{'https' if call.request.secure else 'http'}://{host}" if host else HOST
        url = f"{base}/v3/billdownload/file?token={token}{'&tartype=gzip' if zipped else ''}"
        return Said({"hash_type": "SHA1", "hash_value": value, "download_url": url})

    def _used(self, bill: Bill, kind: str) -> bool:
        """Is that fault on? One that is on for so many calls loses one."""
        fault = next((fault for fault in bill.faults if fault.kind == kind), None)
        if fault is None:
            return False
        if fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                bill.faults.remove(fault)
            self.world.save_bill(bill)
        return True


def _bent(rows: list[TradeRow], fault: BillFault, merchant: Merchant, date: str) -> list[TradeRow]:
    """The rows with one fault more. A fault about a number that is not there changes nothing."""
    if fault.kind == "extra_row":
        return [*rows, _invented(merchant, date, fault)]
    at = next((n for n, row in enumerate(rows) if fault.number in ("", row.out_refund_no, row.out_trade_no)), None)
    if fault.number:
        exact = [n for n, row in enumerate(rows) if row.out_refund_no == fault.number]
        paid = [n for n, row in enumerate(rows) if row.out_trade_no == fault.number and row.state == "SUCCESS"]
        at = next(iter(exact + paid), None)
    if at is None:
        return rows
    row = rows[at]
    match fault.kind:
        case "missing_row":
            return rows[:at] + rows[at + 1 :]
        case "row_twice":
            return [*rows[: at + 1], row, *rows[at + 1 :]]
        case "amount" if row.state == "REFUND":
            changed = replace(
                row, refund_fen=row.refund_fen + fault.fen, asked_refund_fen=row.asked_refund_fen + fault.fen
            )
        case "amount":
            changed = replace(row, order_fen=row.order_fen + fault.fen, settled_fen=row.settled_fen + fault.fen)
        case "fee":
            changed = replace(row, fee_fen=row.fee_fen + fault.fen)
        case "state" if row.state == "REFUND":
            changed = replace(row, refund_status="CLOSED")
        case "state":
            changed = replace(row, state="REVOKED")
        case _:
            return rows
    return [*rows[:at], changed, *rows[at + 1 :]]


def _invented(merchant: Merchant, date: str, fault: BillFault) -> TradeRow:
    begins = day_start(date)
    assert begins is not None
    return TradeRow(
        at=begins + DAY_S - 1,
        appid=merchant.appids[0],
        mchid=merchant.mchid,
        device="",
        transaction_id=f"42009999{date.replace('-', '')}{secrets.randbelow(10**12):012d}",
        out_trade_no=fault.number or f"EXTRA{secrets.token_hex(6)}",
        openid="o" + secrets.token_urlsafe(21)[:27],
        state="SUCCESS",
        bank="OTHERS",
        goods="SANDBOX extra row",
        attach="",
        rate=f"{merchant.fee_per_million / 10_000:.2f}%",
        fee_fen=0,
        settled_fen=fault.fen,
        order_fen=fault.fen,
    )


def _choice(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    value = call.request.query.get(name, allowed[0])
    if value not in allowed:
        raise Refusal("PARAM_ERROR", f"{name}不合法", field=name, value=value[:32], location="query")
    return value
