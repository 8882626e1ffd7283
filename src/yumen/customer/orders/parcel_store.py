"""Rows of parcels, and which orders wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

SELECT: Final = """
select id, purchase_id, handler_id, carrier, tracking_no, shipped_at, upload, upload_errcode, uploaded_at, reminded_at
  from orders.parcel
"""
INSERT: Final = """
insert into orders.parcel (id, purchase_id, handler_id, carrier, tracking_no, shipped_at, upload)
values (%(id)s, %(order)s, %(handler)s, %(carrier)s, %(tracking_no)s, %(shipped_at)s, %(upload)s)
"""
LIST_WAITING: Final = SELECT + " where upload = 'waiting' order by shipped_at limit %(limit)s"
LATE: Final = """
select handler_id, count(*) as orders
  from orders.purchase
 where shipped_at is null and state in ('paid', 'partially_refunded') and paid_at <= %(before)s
 group by handler_id limit 1000
"""
UNTOLD: Final = """
select l.handler_id, count(*) as orders
  from orders.parcel l join orders.purchase p on p.id = l.purchase_id
 where l.upload in ('waiting', 'refused') and p.paid_at <= %(before)s
 group by l.handler_id limit 1000
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """`upload` says whether WeChat knows: waiting, done, refused, needless (nothing was paid through WeChat)."""

    id: str
    order: str
    handler: HandlerId
    carrier: str
    tracking_no: str
    shipped_at: datetime
    upload: str
    upload_errcode: int | None
    uploaded_at: datetime | None
    reminded_at: datetime | None


async def insert(conn: Conn, parcel: Parcel) -> None:
    values = {
        "id": parcel.id, "order": parcel.order, "handler": parcel.handler, "carrier": parcel.carrier,
        "tracking_no": parcel.tracking_no, "shipped_at": parcel.shipped_at, "upload": parcel.upload,
    }  # fmt: skip
    await conn.execute(INSERT, values)


async def find(conn: Conn, parcel: str) -> Parcel | None:
    rows = await _rows(conn, SELECT + " where id = %s", parcel)
    return rows[0] if rows else None


async def list_of(conn: Conn, order: str) -> list[Parcel]:
    return await _rows(conn, SELECT + " where purchase_id = %s order by id limit 15", order)


async def list_waiting(conn: Conn, limit: int) -> list[Parcel]:
    """Parcels that WeChat does not know of yet, the oldest first."""
    rows = await (await conn.execute(LIST_WAITING, {"limit": limit})).fetchall()
    return [_parcel(row) for row in rows]


async def note_upload(conn: Conn, parcel: str, upload: str, errcode: int | None, now: datetime) -> None:
    query = "update orders.parcel set upload = %s, upload_errcode = %s, uploaded_at = %s where id = %s"
    await conn.execute(query, (upload, errcode, now if upload == "done" else None, parcel))


async def note_reminded(conn: Conn, parcel: str, now: datetime) -> None:
    await conn.execute("update orders.parcel set reminded_at = %s where id = %s", (now, parcel))


async def count_late(conn: Conn, before: datetime) -> dict[HandlerId, int]:
    """Orders paid before that moment and not shipped."""
    rows = await (await conn.execute(LATE, {"before": before})).fetchall()
    return {HandlerId(row["handler_id"]): row["orders"] for row in rows}


async def count_untold(conn: Conn, before: datetime) -> dict[HandlerId, int]:
    """Orders paid before that moment and shipped, but unknown to WeChat."""
    rows = await (await conn.execute(UNTOLD, {"before": before})).fetchall()
    return {HandlerId(row["handler_id"]): row["orders"] for row in rows}


async def _rows(conn: Conn, query: str, value: str) -> list[Parcel]:
    return [_parcel(row) for row in await (await conn.execute(query, (value,))).fetchall()]


def _parcel(row: DictRow) -> Parcel:
    return Parcel(
        row["id"], row["purchase_id"], HandlerId(row["handler_id"]), row["carrier"], row["tracking_no"],
        row["shipped_at"], row["upload"], row["upload_errcode"], row["uploaded_at"], row["reminded_at"],
    )  # fmt: skip
