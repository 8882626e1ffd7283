"""Compare each day's trade bill with the ledger, row by row, and keep what differs until a person has settled it.

The bill is fetched and its hash checked by `wechat.pay`; its rows go to the database in pieces, where they are joined
with payments and refunds, so that memory stays bounded however long the day was. Comparing a day again finds the same,
and settles what is gone by itself. What the bill knows to be paid and we do not is asked about at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from yumen.customer.orders import bill_store as store
from yumen.customer.orders import comparison_store as staged
from yumen.customer.orders import progress
from yumen.customer.orders.comparison_store import Found, Window
from yumen.kit.clock import SHANGHAI, shanghai_day
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code, NotSent, Problem, Rejected, Unsettled
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import Failure, Next, Pay, TradeBill, TradeRow, next_of

NOT_FOUND: Final = Code("difference.not_found", 404)
SETTLEMENT_UNFIT: Final = Code("difference.settlement_unfit", 422)
NOT_READY: Final = Code("bill.not_ready", 409)
REFUSED: Final = Code("bill.refused", 409)
AWAY: Final = Code("bill.away", 503)

COMPARED: Final = trail.LeafKind("bill.compared", "day", "rows", "differences", "bill_hash")
SETTLED: Final = trail.LeafKind("difference.settled", "difference", "reason", "settlement")

UNREAD_ALARM: Final = "orders.bill_unread"

FEE_PPM: Final = 6_000
"""0.6 %, the usual rate of retail; a merchant's own is handed in."""
PIECE_ROWS: Final = 5_000
DIFFERENCES_MAX: Final = 10_000
EDGE: Final = timedelta(minutes=10)
DAYS_BACK: Final = 14
"""A worker that stood still for a fortnight misses no day; WeChat Pay keeps bills for three months."""
READY_HOUR: Final = 10
"""Bills of the day before are there from ten o'clock in Beijing (申请交易账单)."""
SETTLEMENTS: Final = frozenset({"repaired", "booked_elsewhere", "platform_error", "paid_by_hand", "written_off"})


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing a day found."""

    day: date
    rows: int
    differences: tuple[Found, ...]


async def reconcile(
    work: Work, pay: Pay, mchid: str, handler: HandlerId, day: date, fee_ppm: int = FEE_PPM
) -> Compared:
    """Fetch and compare the trade bill of one merchant's day (a day in China); None of that day is a bill of no rows.

    Raises NotSent with `Next.LATER` when it is not made yet, `wechat_pay.bill_damaged`, NotSent, Unsettled.
    """
    bill = await wechat_pay.trade_bill(pay, mchid, day)
    actor = progress.system(handler)
    if bill is None:
        async with work.begin(actor) as uow:
            return await compare(uow, mchid, day, None, fee_ppm)
    with bill:
        async with work.begin(actor) as uow:
            return await compare(uow, mchid, day, bill, fee_ppm)


@recorded
async def compare(uow: UnitOfWork, mchid: str, day: date, bill: TradeBill | None, fee_ppm: int = FEE_PPM) -> Compared:
    """Compare a bill in hand. Raises `wechat_pay.bill_damaged`: nothing of it is kept then."""
    window = window_of(mchid, day)
    await staged.begin(uow.conn)
    rows = 0 if bill is None else await _stage(uow, bill)
    found = await staged.compare(uow.conn, window, fee_ppm, uow.now, DIFFERENCES_MAX)
    await staged.follow_up(uow.conn, window, uow.now)
    await staged.end(uow.conn)
    named = [(new_id("cas"), one) for one in found]
    await store.put(uow.conn, uow.handler, window, named, uow.actor.id, uow.now)
    hash_value = None if bill is None else bill.hash_value
    await store.put_bill(uow.conn, uow.handler, window, hash_value, rows, len(found), uow.now)
    await trail.record(
        uow, COMPARED.name, day=int(f"{day:%Y%m%d}"), rows=rows, differences=len(found), bill_hash=_told(hash_value)
    )
    return Compared(day, rows, tuple(found))


@recorded
async def settle(uow: UnitOfWork, difference: str, settlement: str) -> None:
    """A person says what came of a difference. Raises `difference.not_found`, `difference.settlement_unfit`."""
    if settlement not in SETTLEMENTS:
        raise SETTLEMENT_UNFIT(at="/settlement")
    row = await store.settle(uow.conn, uow.handler, difference, settlement, uow.actor.id, uow.now)
    if row is None:
        raise NOT_FOUND()
    await trail.record(uow, SETTLED.name, difference=difference, reason=row["reason"], settlement=settlement)


def window_of(mchid: str, day: date) -> Window:
    """The day from midnight to midnight in China."""
    from_at = datetime.combine(day, time(), SHANGHAI)
    until_at = from_at + timedelta(days=1)
    return Window(mchid, day, from_at, until_at, from_at - EDGE, until_at - EDGE)


def days_due(now: datetime, back: int = DAYS_BACK) -> list[date]:
    """The days whose bill should be there, the oldest first."""
    local = now.astimezone(SHANGHAI)
    last = shanghai_day(now) - timedelta(days=1 if local.hour >= READY_HOUR else 2)
    return [last - timedelta(days=age) for age in reversed(range(back))]


def said(failure: Failure) -> Problem:
    """Why a bill could not be had, for the person who asked for it."""
    if next_of(failure) is Next.LATER:
        return NOT_READY(hour=READY_HOUR)
    return REFUSED(why=failure.upstream or failure.code) if isinstance(failure, Rejected) else AWAY()


def may_wait(failure: Exception, day: date, days: Sequence[date]) -> bool:
    """Need nobody look at it yet? The newest bill may still be being made; who did not answer is asked day by day."""
    if not isinstance(failure, NotSent | Unsettled):
        return False
    return day == days[-1] if next_of(failure) is Next.LATER else day != days[0]


async def _stage(uow: UnitOfWork, bill: TradeBill) -> int:
    """Rows into the database in pieces; parsing runs beside the event loop. Answers how many."""
    rows, written = bill.rows(), 0
    async with uow.conn.cursor() as cursor, cursor.copy(staged.COPY) as copy:
        while piece := await asyncio.to_thread(_piece, rows):
            written += piece[1]
            await copy.write(piece[0])
    return written


def _piece(rows: Iterator[object]) -> tuple[bytes, int] | None:
    """The next rows as COPY wants them; None at the end. No value of a bill holds a tab or a line end."""
    found = list(islice(rows, PIECE_ROWS))
    if not found:
        return None
    lines = [_line(row) for row in found if isinstance(row, TradeRow)]
    return "".join(lines).encode(), len(lines)


def _line(row: TradeRow) -> str:
    if row.is_refund:
        what, number, state = "refund", row.out_refund_no, row.refund_state
        amount_fen, settled_fen = row.refund_fen, row.refund_settled_fen
    else:
        what, number, state = "payment", row.out_trade_no, row.state
        amount_fen, settled_fen = row.total_fen, row.settled_fen
    texts = (what, number, row.transaction_id, row.appid, state, row.currency)
    plain = "\t".join(texts)
    if "\\" in plain or plain.count("\t") >= len(texts):
        plain = "\t".join(text.replace("\\", "\\\\").replace("\t", " ") for text in texts)
    return f"{plain}\t{amount_fen}\t{settled_fen}\t{row.fee_milli_fen}\n"


def _told(hash_value: str | None) -> str | None:
    """As a fact of the trail: the SM3 of the hash that WeChat Pay gave, which is of any kind and length."""
    return None if hash_value is None else sm3(hash_value.encode()).hex()
