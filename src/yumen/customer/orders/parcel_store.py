"""Rows of parcels, and which orders wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

SELECT: Final = """
select id, purchase_id, handler_id, carrier, tracking_no, shipped_at, upload, upload_errcode, uploaded_at, reminded_at,
       contents, last, arrived_at, told
  from orders.parcel
"""
INSERT: Final = """
insert into orders.parcel (id, purchase_id, handler_id, carrier, tracking_no, shipped_at, upload, contents, last,
                           tell_at)
values (%(id)s, %(order)s, %(handler)s, %(carrier)s, %(tracking_no)s, %(shipped_at)s, %(upload)s, %(contents)s,
        %(last)s, case when %(upload)s = 'waiting' then %(shipped_at)s::timestamptz end)
"""
LIST_TO_TELL: Final = SELECT + " where tell_at <= %(now)s order by tell_at limit %(limit)s"
NOTE_UPLOAD: Final = """
update orders.parcel
   set upload = %(upload)s, upload_errcode = %(errcode)s, uploaded_at = %(uploaded_at)s, told = told + 1,
       tell_at = %(tell_at)s
 where id = any(%(parcels)s)
"""
TAKE_TO_REMIND: Final = """
select min(id) as id, purchase_id, handler_id, max(arrived_at) as arrived_at
  from orders.parcel
 where purchase_id in (select purchase_id from orders.parcel
                        where arrived_at <= %(before)s and reminded_at is null order by arrived_at limit %(limit)s)
 group by purchase_id, handler_id
having bool_and(arrived_at is not null and upload = 'done') and bool_or(last)
"""
LATE: Final = """
select count(*) as orders
  from orders.purchase
 where handler_id = %(handler)s and shipped_at is null and state in ('paid', 'partially_refunded')
   and paid_at <= %(before)s
"""
UNTOLD: Final = """
select count(*) as orders
  from orders.parcel l join orders.purchase p on p.id = l.purchase_id
 where l.handler_id = %(handler)s and l.upload in ('waiting', 'refused') and p.paid_at <= %(before)s
"""
PARCELS_MAX: Final = 15


@dataclass(frozen=True, slots=True)
class Parcel:
    """`upload` says whether WeChat knows: waiting, done, refused, needless (nothing was paid through WeChat).
    `contents` are pairs of line number and pieces; with the `last` parcel everything is on its way."""

    id: str
    order: str
    handler: HandlerId
    carrier: str
    tracking_no: str
    shipped_at: datetime
    upload: str
    upload_errcode: int | None = None
    uploaded_at: datetime | None = None
    reminded_at: datetime | None = None
    contents: tuple[tuple[int, int], ...] = ()
    last: bool = True
    arrived_at: datetime | None = None
    told: int = 0


async def insert(conn: Conn, parcel: Parcel) -> None:
    values = {
        "id": parcel.id, "order": parcel.order, "handler": parcel.handler, "carrier": parcel.carrier,
        "tracking_no": parcel.tracking_no, "shipped_at": parcel.shipped_at, "upload": parcel.upload,
        "contents": Jsonb([list(pair) for pair in parcel.contents]), "last": parcel.last,
    }  # fmt: skip
    await conn.execute(INSERT, values)


async def find(conn: Conn, parcel: str) -> Parcel | None:
    rows = await _rows(conn, SELECT + " where id = %s", parcel)
    return rows[0] if rows else None


async def list_of(conn: Conn, order: str) -> list[Parcel]:
    return await _rows(conn, SELECT + " where purchase_id = %s order by id limit 15", order)


async def list_to_tell(conn: Conn, now: datetime, limit: int) -> list[Parcel]:
    """Parcels that WeChat shall be told of (again) by now, the longest due first."""
    rows = await (await conn.execute(LIST_TO_TELL, {"now": now, "limit": limit})).fetchall()
    return [_parcel(row) for row in rows]


async def note_upload(
    conn: Conn, parcels: Sequence[str], upload: str, errcode: int | None, now: datetime, again_at: datetime | None
) -> None:
    """What telling came to; `again_at` where it has to be told once more."""
    values = {
        "parcels": list(parcels), "upload": upload, "errcode": errcode,
        "uploaded_at": now if upload == "done" else None, "tell_at": again_at,
    }  # fmt: skip
    await conn.execute(NOTE_UPLOAD, values)


async def note_arrived(conn: Conn, parcel: str, at: datetime) -> None:
    await conn.execute("update orders.parcel set arrived_at = %s where id = %s and arrived_at is null", (at, parcel))


async def list_to_remind(conn: Conn, before: datetime, limit: int) -> list[tuple[str, HandlerId, datetime]]:
    """Orders of which every parcel arrived, the last before that moment, and nobody was reminded: when it arrived."""
    rows = await (await conn.execute(TAKE_TO_REMIND, {"before": before, "limit": limit})).fetchall()
    return [(row["purchase_id"], HandlerId(row["handler_id"]), row["arrived_at"]) for row in rows]


async def note_reminded(conn: Conn, order: str, now: datetime) -> None:
    await conn.execute("update orders.parcel set reminded_at = %s where purchase_id = %s", (now, order))


async def count_late(conn: Conn, handler: HandlerId, before: datetime) -> int:
    """Orders paid before that moment and not shipped."""
    return await _count(conn, LATE, handler, before)


async def count_untold(conn: Conn, handler: HandlerId, before: datetime) -> int:
    """Parcels of orders paid before that moment, unknown to WeChat."""
    return await _count(conn, UNTOLD, handler, before)


async def _count(conn: Conn, query: str, handler: HandlerId, before: datetime) -> int:
    row = await (await conn.execute(query, {"handler": handler, "before": before})).fetchone()
    return 0 if row is None else int(row["orders"])


async def _rows(conn: Conn, query: str, value: str) -> list[Parcel]:
    return [_parcel(row) for row in await (await conn.execute(query, (value,))).fetchall()]


def _parcel(row: DictRow) -> Parcel:
    return Parcel(
        row["id"], row["purchase_id"], HandlerId(row["handler_id"]), row["carrier"], row["tracking_no"],
        row["shipped_at"], row["upload"], row["upload_errcode"], row["uploaded_at"], row["reminded_at"],
        tuple((number, pieces) for number, pieces in row["contents"]), row["last"], row["arrived_at"], row["told"],
    )  # fmt: skip
