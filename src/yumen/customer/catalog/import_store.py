"""Rows of imports and exports: how far a file has come, and every variant as a file tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, new_id

BEGIN: Final = """
insert into catalog.import (id, handler_id, file_hash, begun_at)
values (%(id)s, %(handler)s, %(file_hash)s, %(now)s)
on conflict (handler_id, file_hash) where ended_at is null do update set begun_at = excluded.begun_at
returning id, rows_done
"""
LIST_VARIANTS: Final = """
select k.code as sku, p.code as product, b.code as brand, coalesce(c.code, '') as category, p.status, p.name_en,
       p.name_zh, p.text_en, p.text_zh, p.image_hashes, k.name_en as variant_en, k.name_zh as variant_zh, k.list_fen,
       k.weight_g, k.active, s.on_hand, p.publish_from_at, p.publish_until_at, p.code as product_code, k.place, k.id,
       coalesce((select jsonb_object_agg(m.tier, m.price_fen) from catalog.member_price m where m.sku_id = k.id),
                '{}'::jsonb) as member_fen
  from (select id, code, brand_id, category_id, status, name_en, name_zh, text_en, text_zh, image_hashes,
               publish_from_at, publish_until_at
          from catalog.product where handler_id = %(handler)s and code > %(after)s order by code limit %(limit)s) p
  join catalog.sku k on k.product_id = p.id
  join catalog.stock s on s.sku_id = k.id
  join identity.brand b on b.id = p.brand_id
  left join catalog.category c on c.id = p.category_id
 order by p.code, k.place, k.id
"""


async def begin(conn: Conn, handler: HandlerId, file_hash: bytes, now: datetime) -> tuple[str, int]:
    """The run of this file that has not ended, or a new one; and how many of its rows are done."""
    values = {"id": new_id("imp"), "handler": handler, "file_hash": file_hash, "now": now}
    row = await (await conn.execute(BEGIN, values)).fetchone()
    assert row is not None
    return str(row["id"]), int(row["rows_done"])


async def go_on(conn: Conn, run: str, rows_done: int) -> None:
    await conn.execute("update catalog.import set rows_done = %s where id = %s", (rows_done, run))


async def end(conn: Conn, run: str, now: datetime) -> None:
    await conn.execute("update catalog.import set ended_at = %s where id = %s", (now, run))


async def list_variants(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[DictRow]:
    """All variants of the next `limit` products, by product code."""
    found = await conn.execute(LIST_VARIANTS, {"handler": handler, "after": after, "limit": limit})
    return await found.fetchall()
