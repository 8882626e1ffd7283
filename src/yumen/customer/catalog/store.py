"""Rows of categories, products, SKUs, member prices and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.customer.catalog.pricing import Priced
from yumen.kit.arrays import texts
from yumen.kit.db import Conn
from yumen.kit.ids import BrandId, HandlerId

CATEGORIES_MAX: Final = 500
SKUS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Category:
    """`ancestors` are the numbers from the root down to this one."""

    id: int
    brand: BrandId
    code: str
    parent: int | None
    ancestors: Sequence[int]
    name_en: str
    name_zh: str
    place: int


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    ref: str
    handler: HandlerId
    brand: BrandId
    code: str
    category: int | None
    status: str
    name_en: str
    name_zh: str
    text_en: str
    text_zh: str
    image_hashes: Sequence[bytes]
    publish_from_at: datetime | None
    publish_until_at: datetime | None
    published_at: datetime | None
    changed_at: datetime

    def on_sale(self, at: datetime) -> bool:
        return _on_sale(self.status, self.publish_from_at, self.publish_until_at, at)


@dataclass(frozen=True, slots=True)
class Sku:
    """A variant with all that a price and an order line need. `left` is what was not promised when it was read."""

    id: int
    ref: str
    code: str
    name_en: str
    name_zh: str
    list_fen: int
    weight_g: int
    active: bool
    handler: HandlerId
    brand: BrandId
    product: int
    product_ref: str
    product_name_en: str
    product_name_zh: str
    image_hash: bytes | None
    status: str
    publish_from_at: datetime | None
    publish_until_at: datetime | None
    categories: Sequence[int]
    member_fen: Mapping[str, int]
    left: int
    low_level: int

    def on_sale(self, at: datetime) -> bool:
        return self.active and _on_sale(self.status, self.publish_from_at, self.publish_until_at, at)

    @property
    def priced(self) -> Priced:
        return Priced(self.id, self.list_fen, self.categories, self.member_fen)


_CATEGORY: Final = """
select id, brand_id as brand, code, parent_id as parent, ancestors, name_en, name_zh, place from catalog.category
"""
LIST_CATEGORIES: Final = _CATEGORY + " where brand_id = %s order by place, id limit %s"
FIND_CATEGORY: Final = _CATEGORY + " where handler_id = %s and code = %s"
INSERT_CATEGORY: Final = """
with fresh as (select nextval(pg_get_serial_sequence('catalog.category', 'id')) as id)
insert into catalog.category (id, handler_id, brand_id, code, parent_id, ancestors, name_en, name_zh, place)
overriding system value
select id, %(handler)s, %(brand)s, %(code)s, %(parent)s, %(ancestors)s::bigint[] || id, %(name_en)s, %(name_zh)s,
       %(place)s
  from fresh
"""
UPDATE_CATEGORY: Final = """
update catalog.category set name_en = %(name_en)s, name_zh = %(name_zh)s, place = %(place)s
 where handler_id = %(handler)s and code = %(code)s
"""
_PRODUCT: Final = """
select id, ref, handler_id as handler, brand_id as brand, code, category_id as category, status, name_en, name_zh,
       text_en, text_zh, image_hashes, publish_from_at, publish_until_at, published_at, changed_at
  from catalog.product
"""
FIND_PRODUCT: Final = _PRODUCT + " where handler_id = %s and code = %s"
FIND_PRODUCT_BY_REF: Final = _PRODUCT + " where ref = %s and brand_id = %s"
LIST_PRODUCTS: Final = _PRODUCT + " where handler_id = %s and code > %s order by code limit %s"
PUT_PRODUCT: Final = """
insert into catalog.product (ref, handler_id, brand_id, code, category_id, status, name_en, name_zh, text_en, text_zh,
                             image_hashes, publish_from_at, publish_until_at, changed_at)
values (%(ref)s, %(handler)s, %(brand)s, %(code)s, %(category)s, 'draft', %(name_en)s, %(name_zh)s, %(text_en)s,
        %(text_zh)s, %(image_hashes)s, %(publish_from_at)s, %(publish_until_at)s, %(now)s)
on conflict (handler_id, code) do update
   set category_id = excluded.category_id, name_en = excluded.name_en, name_zh = excluded.name_zh,
       text_en = excluded.text_en, text_zh = excluded.text_zh, image_hashes = excluded.image_hashes,
       publish_from_at = excluded.publish_from_at, publish_until_at = excluded.publish_until_at,
       changed_at = excluded.changed_at
returning id
"""
SET_STATUS: Final = """
update catalog.product
   set status = %(status)s, changed_at = %(now)s,
       published_at = case when %(status)s = 'published' then coalesce(published_at, %(now)s) else published_at end
 where id = %(id)s
"""
PUT_SKU: Final = """
insert into catalog.sku (ref, handler_id, product_id, code, name_en, name_zh, list_fen, weight_g, place, active)
values (%(ref)s, %(handler)s, %(product)s, %(code)s, %(name_en)s, %(name_zh)s, %(list_fen)s, %(weight_g)s, %(place)s,
        %(active)s)
on conflict (handler_id, code) do update
   set name_en = excluded.name_en, name_zh = excluded.name_zh, list_fen = excluded.list_fen,
       weight_g = excluded.weight_g, place = excluded.place, active = excluded.active
 where sku.product_id = excluded.product_id
returning id
"""
PUT_MEMBER_PRICES: Final = """
with gone as (delete from catalog.member_price where sku_id = %(sku)s and tier <> all(%(tiers)s::text[]))
insert into catalog.member_price (sku_id, tier, price_fen)
select %(sku)s, tier, price_fen from unnest(%(tiers)s::text[], %(prices)s::bigint[]) as p (tier, price_fen)
on conflict (sku_id, tier) do update set price_fen = excluded.price_fen
"""
_SKU: Final = """
select k.id, k.ref, k.code, k.name_en, k.name_zh, k.list_fen, k.weight_g, k.active, k.handler_id as handler,
       p.brand_id as brand, k.product_id as product, p.ref as product_ref, p.name_en as product_name_en,
       p.name_zh as product_name_zh, p.image_hashes[1] as image_hash, p.status, p.publish_from_at, p.publish_until_at,
       coalesce(c.ancestors, '{}') as categories,
       coalesce((select jsonb_object_agg(m.tier, m.price_fen) from catalog.member_price m where m.sku_id = k.id),
                '{}'::jsonb) as member_fen,
       s.on_hand - s.reserved as left, s.low_level
  from catalog.sku k
  join catalog.product p on p.id = k.product_id
  join catalog.stock s on s.sku_id = k.id
  left join catalog.category c on c.id = p.category_id
"""
GET_SKUS: Final = _SKU + " where k.id = any(%(of)s::bigint[]) order by k.id limit %(limit)s"
FIND_SKUS: Final = (
    _SKU + " where k.ref = any(%(of)s::text[]) and k.handler_id = %(handler)s order by k.id limit %(limit)s"
)
FIND_SKU: Final = _SKU + " where k.handler_id = %(handler)s and k.code = any(%(of)s::text[]) limit %(limit)s"
LIST_SKUS: Final = _SKU + " where k.product_id = any(%(of)s::bigint[]) order by k.place, k.id limit %(limit)s"
LIST_SKUS_AFTER: Final = _SKU + " where k.handler_id = %(handler)s and k.code > %(of)s order by k.code limit %(limit)s"


async def list_categories(conn: Conn, brand: BrandId) -> list[Category]:
    rows = await (await conn.execute(LIST_CATEGORIES, (brand, CATEGORIES_MAX))).fetchall()
    return [Category(**row) for row in rows]


async def find_category(conn: Conn, handler: HandlerId, code: str) -> Category | None:
    row = await (await conn.execute(FIND_CATEGORY, (handler, code))).fetchone()
    return None if row is None else Category(**row)


async def find_category_code(conn: Conn, category: int | None) -> str | None:
    row = await (await conn.execute("select code from catalog.category where id = %s", (category,))).fetchone()
    return None if row is None else str(row["code"])


async def insert_category(conn: Conn, values: Mapping[str, object]) -> None:
    await conn.execute(INSERT_CATEGORY, values)


async def update_category(conn: Conn, values: Mapping[str, object]) -> None:
    await conn.execute(UPDATE_CATEGORY, values)


async def find_brand(conn: Conn, handler: HandlerId, code: str) -> BrandId | None:
    found = await conn.execute("select id from identity.brand where handler_id = %s and code = %s", (handler, code))
    row = await found.fetchone()
    return None if row is None else BrandId(row["id"])


async def find_product(conn: Conn, handler: HandlerId, code: str) -> Product | None:
    row = await (await conn.execute(FIND_PRODUCT, (handler, code))).fetchone()
    return None if row is None else Product(**row)


async def find_product_by_ref(conn: Conn, brand: BrandId, ref: str) -> Product | None:
    row = await (await conn.execute(FIND_PRODUCT_BY_REF, (ref, brand))).fetchone()
    return None if row is None else Product(**row)


async def list_products(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[Product]:
    """By code, one page."""
    rows = await (await conn.execute(LIST_PRODUCTS, (handler, after, limit))).fetchall()
    return [Product(**row) for row in rows]


async def put_product(conn: Conn, values: Mapping[str, object]) -> int:
    return int(_must(await (await conn.execute(PUT_PRODUCT, values)).fetchone())["id"])


async def set_status(conn: Conn, product: int, status: str, now: datetime) -> None:
    await conn.execute(SET_STATUS, {"id": product, "status": status, "now": now})


async def put_sku(conn: Conn, values: Mapping[str, object]) -> int | None:
    """The number of the SKU, with its stock row; None when the code belongs to another product."""
    row = await (await conn.execute(PUT_SKU, values)).fetchone()
    if row is None:
        return None
    await conn.execute(
        "insert into catalog.stock (sku_id, handler_id) values (%s, %s) on conflict do nothing",
        (row["id"], values["handler"]),
    )
    return int(row["id"])


async def retire_skus(conn: Conn, product: int, kept: Sequence[int]) -> None:
    """The variants of a product that are not named any more are sold no more."""
    await conn.execute(
        "update catalog.sku set active = false where product_id = %s and active and id <> all(%s)",
        (product, list(kept)),
    )


async def set_list_fen(conn: Conn, sku: int, list_fen: int) -> None:
    await conn.execute("update catalog.sku set list_fen = %s where id = %s", (list_fen, sku))


async def put_member_prices(conn: Conn, sku: int, member_fen: Mapping[str, int]) -> None:
    values = {"sku": sku, "tiers": list(member_fen), "prices": list(member_fen.values())}
    await conn.execute(PUT_MEMBER_PRICES, values)


async def get_skus(conn: Conn, ids: Sequence[int]) -> dict[int, Sku]:
    """By number, those that there are; of whatever handler."""
    return {sku.id: sku for sku in await _skus(conn, GET_SKUS, {"of": list(ids), "limit": len(ids)})}


async def find_skus(conn: Conn, handler: HandlerId, refs: Sequence[str]) -> dict[str, Sku]:
    """By outside id, those that this handler has."""
    return await read_skus(await ask_skus(conn, handler, refs))


async def ask_skus(conn: Conn, handler: HandlerId, refs: Sequence[str]) -> AsyncCursor[DictRow]:
    """Where they will come: in a pipeline another statement may be sent before they are read."""
    return await conn.execute(FIND_SKUS, {"of": texts(refs), "handler": handler, "limit": len(refs)})


async def read_skus(asked: AsyncCursor[DictRow]) -> dict[str, Sku]:
    """What was asked, by outside id."""
    return {row["ref"]: Sku(**row) for row in await asked.fetchall()}


async def find_sku(conn: Conn, handler: HandlerId, code: str) -> Sku | None:
    return next(iter(await _skus(conn, FIND_SKU, {"of": [code], "handler": handler, "limit": 1})), None)


async def list_skus(conn: Conn, products: Sequence[int]) -> list[Sku]:
    """All variants of these products, each product's in their order."""
    return await _skus(conn, LIST_SKUS, {"of": list(products), "limit": SKUS_MAX * len(products)})


async def list_skus_after(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[Sku]:
    """By code, one page."""
    return await _skus(conn, LIST_SKUS_AFTER, {"of": after, "handler": handler, "limit": limit})


async def put_image(conn: Conn, content_hash: bytes, media_type: str, content: bytes, now: datetime) -> bool:
    """False when it was there."""
    put = await conn.execute(
        "insert into catalog.image (hash, media_type, content, put_at) values (%s, %s, %s, %s) on conflict do nothing",
        (content_hash, media_type, content, now),
    )
    return bool(put.rowcount)


async def find_image(conn: Conn, content_hash: bytes) -> DictRow | None:
    found = await conn.execute("select media_type, content from catalog.image where hash = %s", (content_hash,))
    return await found.fetchone()


async def list_images(conn: Conn, hashes: Sequence[bytes]) -> frozenset[bytes]:
    """Which of these pictures there are."""
    found = await conn.execute("select hash from catalog.image where hash = any(%s) limit 100", (list(hashes),))
    return frozenset(bytes(row["hash"]) for row in await found.fetchall())


async def _skus(conn: Conn, query: str, bounds: Mapping[str, object]) -> list[Sku]:
    return [Sku(**row) for row in await (await conn.execute(query, bounds)).fetchall()]


def _on_sale(status: str, from_at: datetime | None, until_at: datetime | None, at: datetime) -> bool:
    return status == "published" and (from_at is None or from_at <= at) and (until_at is None or at < until_at)


def _must(row: DictRow | None) -> DictRow:
    assert row is not None
    return row
