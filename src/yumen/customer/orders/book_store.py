"""Rows of the address book and the cart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

Family = Sequence[SubjectId]

SELECT: Final = """
select id, subject_id, recipient_sealed, phone_sealed, address_sealed, preferred, changed_at from orders.address
"""
PUT: Final = """
insert into orders.address
       (id, handler_id, subject_id, recipient_sealed, phone_sealed, address_sealed, preferred, changed_at)
values (%(id)s, %(handler)s, %(subject)s, %(recipient)s, %(phone)s, %(address)s, %(preferred)s, %(now)s)
on conflict (id) do update
   set subject_id = excluded.subject_id, recipient_sealed = excluded.recipient_sealed,
       phone_sealed = excluded.phone_sealed, address_sealed = excluded.address_sealed,
       preferred = excluded.preferred, changed_at = excluded.changed_at
"""
ADDRESSES_MAX: Final = 20
CART_MAX: Final = 50


async def put_address(
    conn: Conn,
    handler: HandlerId,
    subject: SubjectId,
    address: str,
    sealed: Sequence[bytes],
    now: datetime,
    *,
    preferred: bool,
) -> None:
    """`sealed` are recipient, phone and address."""
    recipient, phone, place = sealed
    values = {
        "id": address, "handler": handler, "subject": subject, "recipient": recipient, "phone": phone,
        "address": place, "preferred": preferred, "now": now,
    }  # fmt: skip
    await conn.execute(PUT, values)


async def list_addresses(conn: Conn, family: Family) -> list[DictRow]:
    """The preferred one first, then the latest."""
    query = SELECT + " where subject_id = any(%s) order by preferred desc, changed_at desc, id limit %s"
    return await (await conn.execute(query, (list(family), ADDRESSES_MAX))).fetchall()


async def find_address(conn: Conn, family: Family, address: str) -> DictRow | None:
    query = SELECT + " where id = %s and subject_id = any(%s)"
    return await (await conn.execute(query, (address, list(family)))).fetchone()


async def prefer_none(conn: Conn, family: Family) -> None:
    await conn.execute(
        "update orders.address set preferred = false where subject_id = any(%s) and preferred", (list(family),)
    )


async def delete_address(conn: Conn, family: Family, address: str) -> int:
    query = "delete from orders.address where id = %s and subject_id = any(%s)"
    return (await conn.execute(query, (address, list(family)))).rowcount


async def delete_addresses(conn: Conn, family: Family) -> int:
    return (await conn.execute("delete from orders.address where subject_id = any(%s)", (list(family),))).rowcount


async def lock_person(conn: Conn, person: SubjectId) -> None:
    """Let one unit at a time change this person's book and cart, until it commits."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended('orders', %s))", (person,))


async def put_cart(conn: Conn, subject: SubjectId, sku: str, quantity: int, now: datetime) -> None:
    query = """insert into orders.cart_line (subject_id, sku, quantity, added_at) values (%s, %s, %s, %s)
               on conflict (subject_id, sku) do update set quantity = excluded.quantity"""
    await conn.execute(query, (subject, sku, quantity, now))


async def list_cart(conn: Conn, family: Family) -> list[DictRow]:
    """One row for each article, the person's own first where subjects were merged."""
    query = """select sku, (array_agg(quantity order by subject_id <> %s, added_at desc))[1] as quantity,
                       min(added_at) as added_at
                  from orders.cart_line where subject_id = any(%s) group by sku order by 3, sku limit %s"""
    return await (await conn.execute(query, (family[0], list(family), CART_MAX))).fetchall()


async def take_out(conn: Conn, person: SubjectId, skus: Sequence[str]) -> None:
    """These articles of the person, under whichever subject they were put in."""
    query = """delete from orders.cart_line
                where subject_id in (select id from identity.subject where id = %(person)s or stands_for = %(person)s)
                  and sku = any(%(skus)s)"""
    await conn.execute(query, {"person": person, "skus": list(skus)})


async def delete_cart(conn: Conn, family: Family, skus: Sequence[str] | None = None) -> int:
    """These articles, or all."""
    query = "delete from orders.cart_line where subject_id = any(%s) and (%s::text[] is null or sku = any(%s))"
    named = None if skus is None else list(skus)
    return (await conn.execute(query, (list(family), named, named))).rowcount
