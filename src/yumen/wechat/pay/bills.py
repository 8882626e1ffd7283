"""Fetch a day's bill and hold it, its hash checked, as long as its rows are read.

The file is streamed to an unnamed temporary file (it names payers, so nothing of it stays on disk), gzipped as it
comes, and read row by row in bounded memory. Bills are ready at 10:00 Beijing time for the day before, for three
months. Source: pay.weixin.qq.com, 申请交易账单, 申请资金账单, 下载账单 (4013071254).
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Final, Generic, Literal, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from yumen.kit.crypto import Sm3
from yumen.kit.errors import Rejected
from yumen.wechat.pay.answers import BillAnswer
from yumen.wechat.pay.bill_rows import (
    DAMAGED,
    LINE_BYTES_MAX,
    FlowRow,
    FlowSummary,
    TradeRow,
    TradeSummary,
    flow_rows,
    trade_rows,
)
from yumen.wechat.pay.client import Line, Pay
from yumen.wechat.pay.errors import Call, Next, next_of, unverified
from yumen.wechat.pay.transport import Outgoing

TradeKind = Literal["ALL", "SUCCESS", "REFUND"]
Account = Literal["BASIC", "OPERATION", "FEES"]

PIECE_BYTES: Final = 1 << 18
PLAIN_BYTES_MAX: Final = 16 << 30
GZIP_MAGIC: Final = b"\x1f\x8b"
DOWNLOAD_PATH: Final = "/v3/billdownload/file"
UNREADABLE: Final = (OSError, EOFError, zlib.error)

Item = TypeVar("Item")


class Hash(Protocol):
    """A running digest."""

    def update(self, data: bytes, /) -> object: ...

    def digest(self) -> bytes: ...


HASHES: Final[dict[str, Callable[[], Hash]]] = {
    "SHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "SHA256": hashlib.sha256,
    "SM3": Sm3,
}


@dataclass(slots=True)
class Bill(Generic[Item]):
    """One verified file; a context manager that lets go of it. `rows` may be read more than once."""

    day: date
    hash_value: str
    file: IO[bytes] = field(repr=False)
    reader: Callable[[Iterable[bytes]], Iterator[Item]] = field(repr=False)

    def rows(self) -> Iterator[Item]:
        """Every row, then the summary. Raises `wechat_pay.bill_damaged`."""
        return self.reader(_lines(self.file))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


TradeBill = Bill[TradeRow | TradeSummary]
FlowBill = Bill[FlowRow | FlowSummary]


async def trade_bill(
    pay: Pay, mchid: str, day: date, kind: TradeKind = "ALL", folder: Path | None = None
) -> TradeBill | None:
    """All payments and refunds of a Beijing day; None when there was none. `folder` holds the temporary file.

    Raises NotSent with `Next.LATER` when the bill is not made yet, `wechat_pay.bill_damaged` when its hash is wrong;
    NotSent, Rejected, Unsettled.
    """
    target = f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type={kind}&tar_type=GZIP"
    found = await _fetch(pay.line(mchid), target, folder)
    return None if found is None else Bill(day, found[0], found[1], trade_rows)


async def fund_flow_bill(
    pay: Pay, mchid: str, day: date, account: Account = "BASIC", folder: Path | None = None
) -> FlowBill | None:
    """All movements of one account on a Beijing day; None when there was none. Raises as `trade_bill`."""
    target = f"/v3/bill/fundflowbill?bill_date={day.isoformat()}&account_type={account}&tar_type=GZIP"
    found = await _fetch(pay.line(mchid), target, folder)
    return None if found is None else Bill(day, found[0], found[1], flow_rows)


async def _fetch(line: Line, target: str, folder: Path | None) -> tuple[str, IO[bytes]] | None:
    try:
        where = await line.ask(Call.BILL, Outgoing("GET", target), BillAnswer)
    except Rejected as refused:
        if next_of(refused) is Next.NOTHING:
            return None
        raise
    make_hash = HASHES.get(where.hash_type.upper())
    if make_hash is None:
        raise unverified(Call.BILL, "hash_type")
    with ExitStack() as unless_good:
        file: IO[bytes] = unless_good.enter_context(tempfile.TemporaryFile(dir=folder))
        await line.download(_target(where.download_url), file.write)
        await asyncio.to_thread(_check_hash, file, make_hash(), where.hash_value)
        unless_good.pop_all()  # the bill closes it
        return where.hash_value.lower(), file


def _target(url: str) -> str:
    """Path and query of the download, which goes to WeChat Pay's own hosts whatever the answer says."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise unverified(Call.BILL, "download_url") from None
    if parts.path != DOWNLOAD_PATH or not parts.query or not parts.query.isascii() or " " in parts.query:
        raise unverified(Call.BILL, "download_url")
    return f"{parts.path}?{parts.query}"


def _check_hash(file: IO[bytes], running: Hash, said: str) -> None:
    """The hash is of the uncompressed file. Raises `wechat_pay.bill_damaged`."""
    size = 0
    try:
        plain = _opened(file)
        while piece := plain.read(PIECE_BYTES):
            size += len(piece)
            if size > PLAIN_BYTES_MAX:
                break
            running.update(piece)
    except UNREADABLE:
        raise DAMAGED(why="cut", line=0) from None
    if size > PLAIN_BYTES_MAX or running.digest().hex() != said.lower():
        raise DAMAGED(why="hash", line=0)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Line by line, none longer than what a row reader refuses anyway."""
    try:
        plain = _opened(file)
        while line := plain.readline(LINE_BYTES_MAX + 1):
            yield line
    except UNREADABLE:
        raise DAMAGED(why="cut", line=0) from None


def _opened(file: IO[bytes]) -> IO[bytes]:
    """From its beginning, uncompressed when it is gzip."""
    file.seek(0)
    zipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    return io.BufferedReader(gzip.GzipFile(fileobj=file), PIECE_BYTES) if zipped else file
