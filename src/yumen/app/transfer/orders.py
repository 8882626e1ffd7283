"""Bring orders as finished history: what was bought elsewhere, never paid, sent or given back by us.

Recipient and address do not come along: nothing here needs them. What another system pays back later is brought again
and only ever grows; a total that changed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from yumen.app.transfer import order_store
from yumen.app.transfer.kind import EXTERNAL, FEN, MOMENT, TAKEN, UNCHANGED, Kind, Verdict, moment, refused
from yumen.app.transfer.knowing import MEMBER_UNKNOWN, known_members
from yumen.app.transfer.lines import FIELD_UNFIT, Cells, Column
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork

DIFFERS: Final = Code("transfer.order_differs", 409)

LINES_MAX: Final = 200
FEN_MAX: Final = 100_000_000_000
COLUMNS: Final = {
    "external_id": Column(EXTERNAL, needed=True),
    "number": Column(re.compile(r"[A-Za-z0-9._:-]{1,128}"), needed=True),
    "state": Column(re.compile("completed|cancelled|refunded|partially_refunded"), needed=True),
    "total_fen": Column(FEN, needed=True),
    "refunded_fen": Column(FEN),
    "placed_at": Column(MOMENT, needed=True),
    "lines": Column(re.compile(r"\[.*\]", re.DOTALL)),
}


class PastLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of an order as it was."""

    sku: Annotated[str, Meta(min_length=1, max_length=64)]
    quantity: Annotated[int, Meta(ge=1, le=100_000)]
    due_fen: Annotated[int, Meta(ge=0, le=FEN_MAX)]
    title: Annotated[str, Meta(max_length=120)] = ""


@dataclass(frozen=True, slots=True)
class PastOrder:
    """One finished order of another system."""

    external: str
    number: str
    state: str
    total_fen: int
    refunded_fen: int
    placed_at: datetime
    lines: list[PastLine]

    def __repr__(self) -> str:
        """Never whose."""
        return f"PastOrder({self.state})"


def orders(now: datetime) -> Kind[PastOrder]:
    return Kind("orders", COLUMNS, partial(judge, now), _names, _take)


def judge(now: datetime, cells: Cells) -> PastOrder:
    """Raises `transfer.field_unfit`."""
    order = PastOrder(
        cells["external_id"], cells["number"], cells["state"], int(cells["total_fen"]),
        int(cells.get("refunded_fen", "0")), moment(cells, "placed_at", now), _lines(cells.get("lines", "[]")),
    )  # fmt: skip
    back = {"completed": 0, "cancelled": 0, "refunded": order.total_fen}.get(order.state)
    for field, fits in (
        ("total_fen", order.total_fen <= FEN_MAX),
        ("refunded_fen", order.refunded_fen <= order.total_fen and back in (None, order.refunded_fen)),
        ("placed_at", datetime(2000, 1, 1, tzinfo=UTC) < order.placed_at <= now),
    ):
        if not fits:
            raise FIELD_UNFIT(at=f"/{field}")
    return order


def _lines(text: str) -> list[PastLine]:
    try:
        told = msgspec.json.decode(text, type=list[PastLine])
    except msgspec.DecodeError:
        raise FIELD_UNFIT(at="/lines") from None
    if len(told) > LINES_MAX:
        raise FIELD_UNFIT(at="/lines")
    return told


def _names(order: PastOrder) -> Sequence[Hashable]:
    return [order.number]


async def _take(uow: UnitOfWork, source: str, items: Sequence[PastOrder], dry: bool) -> list[Verdict]:
    persons = await known_members(uow, source, [item.external for item in items])
    known = await order_store.find(uow.conn, uow.handler, source, [item.number for item in items])
    verdicts: list[Verdict] = []
    rows: list[order_store.PastRow] = []
    for item, person in zip(items, persons, strict=True):
        before = known.get(item.number)
        if person is None:
            verdicts.append(refused(MEMBER_UNKNOWN.name, "external_id"))
        elif before is not None and (
            (before["person"], before["total_fen"]) != (person, item.total_fen)
            or before["refunded_fen"] > item.refunded_fen
        ):
            verdicts.append(refused(DIFFERS.name, "number"))
        elif before is not None and (before["state"], before["refunded_fen"]) == (item.state, item.refunded_fen):
            verdicts.append(UNCHANGED)
        else:
            verdicts.append(TAKEN)
            lines: list[object] = msgspec.to_builtins(item.lines)
            rows.append((item.number, person, item.state, item.total_fen, item.refunded_fen, lines, item.placed_at))
    if rows and not dry:
        await order_store.put(uow.conn, uow.handler, source, rows, uow.now)
    return verdicts
