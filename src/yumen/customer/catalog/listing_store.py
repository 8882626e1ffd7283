"""Rows of what is listed: pages in an order, searches by words, and how a product is put up or taken down.

A page goes along an index of its order (`*_newest`, `*_price`), so it costs the same in a long list. A search puts
products first whose name holds all the words, then those that hold them anywhere, the newest first in both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.kit.ids import BrandId, HandlerId

CURSOR_INVALID: Final = Code("catalog.cursor_invalid", 400)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MEMBER_FEN: Final = msgspec.json.Decoder(list[dict[str, int]])
_NUMBER_MAX: Final = 2**53
_FEN_MAX: Final = 2**40


class Sort(StrEnum):
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


class Tile(msgspec.Struct, frozen=True):
    """A product as a list shows it. `price_fen` is the lowest list price of its variants; `sold_out`: none has a piece.

    `skus`, `list_fen` and `member_fen` (tier to price) go together, one for each active variant; the last is JSON until
    somebody has a tier.
    """

    id: int
    ref: str
    name_en: str
    name_zh: str
    image_hash: bytes | None
    listed_at: datetime
    price_fen: int
    categories: Sequence[int]
    skus: Sequence[int]
    list_fen: Sequence[int]
    member_json: str
    sold_out: bool

    @property
    def member_fen(self) -> Sequence[Mapping[str, int]]:
        return _MEMBER_FEN.decode(self.member_json)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended. `named` says whether the search was still among the names."""

    key: int
    product: int
    named: bool = False

    @classmethod
    def read(cls, cursor: str) -> Place | None:
        """Raises `catalog.cursor_invalid`."""
        if not cursor:
            return None
        kind, *numbers = cursor.split(".")
        if kind not in ("l", "n") or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
            raise CURSOR_INVALID(at="#/query/cursor")
        key, product = (int(number) for number in numbers)
        if key > _NUMBER_MAX or product > _NUMBER_MAX:
            raise CURSOR_INVALID(at="#/query/cursor")
        return cls(key, product, kind == "n")

    def write(self) -> str:
        return f"{'n' if self.named else 'l'}.{self.key}.{self.product}"

    @classmethod
    def of(cls, tile: Tile, sort: Sort, named: bool = False) -> Place:
        key = (tile.listed_at - _EPOCH) // _MICROSECOND if sort is Sort.NEWEST else tile.price_fen
        return cls(key, tile.id, named)


@dataclass(frozen=True, slots=True)
class Words:
    """A search: `tsquery` of the words that must all be there."""

    query: str
    named: bool


_TILE: Final = """
select l.product_id, l.ref, l.name_en, l.name_zh, l.image_hash, l.listed_at, l.price_fen, l.categories, l.skus,
       l.list_fen, l.member_fen::text,
       not exists (select from catalog.stock s where s.sku_id = any(l.skus) and s.on_hand > s.reserved)
"""
_PAGE: Final = """
    select {columns} from {table} l
     where {scope} and (l.{key}, l.product_id) {after} (%(key)s, %(product)s)
       and l.from_at <= %(now)s and l.until_at > %(now)s{words}
     order by l.{key} {order}, l.product_id {order} limit %(limit)s
"""
_OF_LISTING: Final = _TILE + f"  from ({_PAGE}) as l order by l.{{key}} {{order}}, l.product_id {{order}}"
_OF_SHELF: Final = (
    _TILE
    + f"  from ({_PAGE}) as o join catalog.listing l using (product_id)"
    + " order by o.{key} {order}, o.product_id {order}"
)
_SHOWN: Final = (
    "l.product_id, l.ref, l.name_en, l.name_zh, l.image_hash, l.listed_at, l.price_fen, l.categories, l.skus,"
    " l.list_fen, l.member_fen"
)
_ORDERS: Final = {
    Sort.NEWEST: {"key": "listed_at", "after": "<", "order": "desc"},
    Sort.CHEAPEST: {"key": "price_fen", "after": ">", "order": "asc"},
    Sort.DEAREST: {"key": "price_fen", "after": "<", "order": "desc"},
}
_NAMED: Final = " and l.name_words @@ %(words)s::tsquery"
_ANYWHERE: Final = " and l.words @@ %(words)s::tsquery and not l.name_words @@ %(words)s::tsquery"
_IN_CATEGORY: Final = " and l.categories @> array[%(category)s::bigint]"
_CATEGORY: Final = (
    "l.category_id = (select id from catalog.category where handler_id = %(handler)s and code = %(category)s"
    " and brand_id = %(brand)s)"
)
OF_BRAND: Final = {
    sort: _OF_LISTING.format(columns=_SHOWN, table="catalog.listing", scope="l.brand_id = %(brand)s", words="", **order)
    for sort, order in _ORDERS.items()
}
OF_CATEGORY: Final = {
    sort: _OF_SHELF.format(
        columns=f"l.product_id, l.{order['key']}",
        table="catalog.shelf",
        scope=_CATEGORY,
        words="",
        **order,
    )
    for sort, order in _ORDERS.items()
}
SEARCH: Final = {
    (named, narrowed): _OF_LISTING.format(
        columns=_SHOWN,
        table="catalog.listing",
        scope="l.brand_id = %(brand)s",
        words=(_NAMED if named else _ANYWHERE) + (_IN_CATEGORY if narrowed else ""),
        **_ORDERS[Sort.NEWEST],
    )
    for named in (True, False)
    for narrowed in (True, False)
}
LIST_UP: Final = """
insert into catalog.listing (product_id, brand_id, ref, name_en, name_zh, image_hash, categories, skus, list_fen,
                             member_fen, listed_at, price_fen, from_at, until_at, name_words, words)
values (%(product)s, %(brand)s, %(ref)s, %(name_en)s, %(name_zh)s, %(image_hash)s, %(categories)s, %(skus)s,
        %(list_fen)s, %(member_fen)s, %(listed_at)s, %(price_fen)s,
        coalesce(%(from_at)s::timestamptz, '-infinity'), coalesce(%(until_at)s::timestamptz, 'infinity'),
        %(name_words)s::tsvector, %(words)s::tsvector)
"""
SHELVE: Final = """
insert into catalog.shelf (category_id, product_id, listed_at, price_fen, from_at, until_at)
select category_id, %(product)s, %(listed_at)s, %(price_fen)s, coalesce(%(from_at)s::timestamptz, '-infinity'),
       coalesce(%(until_at)s::timestamptz, 'infinity')
  from unnest(%(categories)s::bigint[]) as c (category_id)
"""


async def list_page(
    conn: Conn,
    handler: HandlerId,
    brand: BrandId,
    category: str,
    sort: Sort,
    after: Place | None,
    now: datetime,
    limit: int,
) -> list[Tile]:
    """One page of a brand, or of a category (its code) with all below it."""
    query = OF_CATEGORY[sort] if category else OF_BRAND[sort]
    bounds = {
        "handler": handler,
        "brand": brand,
        "category": category,
        "now": now,
        "limit": limit,
        **_after(after, sort),
    }
    return await _tiles(conn, query, bounds, prepare=True)


async def search(
    conn: Conn,
    brand: BrandId,
    category: int | None,
    words: Words,
    after: Place | None,
    now: datetime,
    limit: int,
) -> list[Tile]:
    """One page of those whose name holds all the words (`named`), or of the others that hold them anywhere."""
    bounds = {
        "brand": brand, "category": category, "words": words.query, "now": now, "limit": limit,
        **_after(after, Sort.NEWEST),
    }  # fmt: skip
    # planned anew each time: how common the words are decides between the index of words and that of the order
    return await _tiles(conn, SEARCH[words.named, category is not None], bounds, prepare=False)


async def take_down(conn: Conn, product: int) -> None:
    await conn.execute("delete from catalog.listing where product_id = %s", (product,))
    await conn.execute("delete from catalog.shelf where product_id = %s", (product,))


async def put_up(conn: Conn, values: Mapping[str, object], member_fen: Sequence[Mapping[str, int]]) -> None:
    """List a product that is not listed."""
    await conn.execute(LIST_UP, {**values, "member_fen": Jsonb([dict(one) for one in member_fen])})
    await conn.execute(SHELVE, values)


async def _tiles(conn: Conn, query: str, bounds: Mapping[str, object], *, prepare: bool) -> list[Tile]:
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(query, bounds, prepare=prepare)
        return [Tile(*row) for row in await cursor.fetchall()]


def _after(after: Place | None, sort: Sort) -> dict[str, object]:
    if sort is Sort.NEWEST:
        key: object = "infinity" if after is None else _EPOCH + after.key * _MICROSECOND
    elif sort is Sort.CHEAPEST:
        key = -1 if after is None else min(after.key, _FEN_MAX)
    else:
        key = _FEN_MAX if after is None else min(after.key, _FEN_MAX)
    product = after.product if after is not None else 0 if sort is Sort.CHEAPEST else _NUMBER_MAX
    return {"key": key, "product": product}


__all__ = ["CURSOR_INVALID", "Place", "Sort", "Tile", "Words", "list_page", "put_up", "search", "take_down"]
