"""Show a shop's goods to whoever looks: pages, searches, one product, each with what it costs this person now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from yumen.customer.catalog import campaign_store, listing_store, store
from yumen.customer.catalog.listing_store import Place, Sort, Tile, Words
from yumen.customer.catalog.pricing import Campaign, Price, Priced, price
from yumen.customer.catalog.products import UNKNOWN
from yumen.customer.catalog.store import Product, Sku
from yumen.customer.catalog.words import asked, query
from yumen.kit.errors import Code
from yumen.kit.ids import BrandId, SubjectId
from yumen.kit.work import UnitOfWork

NO_SUCH_CATEGORY: Final = Code("catalog.no_such_category", 404)


@dataclass(frozen=True, slots=True)
class Tiers:
    """Which tier a person has, or None: loyalty knows, and is handed in (it is a later chapter)."""

    of: Callable[[UnitOfWork, SubjectId], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which shop. Members of a tier see its prices."""

    brand: BrandId
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is wanted: a category's code or all, words or none (then `sort` counts), from where on."""

    category: str = ""
    words: str = ""
    sort: Sort = Sort.NEWEST
    cursor: str = ""
    limit: int = 20


class Offer(msgspec.Struct, frozen=True):
    """A product in a list, with the prices of its cheapest variant now; `several` if its variants differ in price."""

    tile: Tile
    list_fen: int
    price_fen: int
    several: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A product with its variants, each with its price now."""

    product: Product
    variants: Sequence[tuple[Sku, Price]]


async def list_offers(uow: UnitOfWork, look: Look, wanted: Asked) -> tuple[Sequence[Offer], str | None]:
    """One page and the cursor of the next. Raises `catalog.no_such_category`, `catalog.cursor_invalid`."""
    after = Place.read(wanted.cursor)
    asked_running = await campaign_store.ask_running(uow.conn, look.brand, uow.now)
    if wanted.words:
        tiles, cursor = await _search(uow, look, await _category(uow, look, wanted), wanted, after)
    else:
        tiles = await listing_store.list_page(
            uow.conn, uow.handler, look.brand, wanted.category, wanted.sort, after, uow.now, wanted.limit + 1
        )
        if not tiles:
            await _category(uow, look, wanted)
        cursor = Place.of(tiles[wanted.limit - 1], wanted.sort).write() if len(tiles) > wanted.limit else None
    campaigns = await campaign_store.read_running(asked_running)
    return [_offer(tile, campaigns, look.tier, uow.now) for tile in tiles[: wanted.limit]], cursor


async def get_product(uow: UnitOfWork, look: Look, ref: str) -> Shown:
    """One product that is on sale. Raises `product.unknown`."""
    product = await store.find_product_by_ref(uow.conn, look.brand, ref)
    if product is None or not product.on_sale(uow.now):
        raise UNKNOWN()
    campaigns = await campaign_store.list_running(uow.conn, look.brand, uow.now)
    skus = [sku for sku in await store.list_skus(uow.conn, [product.id]) if sku.active]
    return Shown(product, [(sku, price(sku.priced, campaigns, look.tier, uow.now)) for sku in skus])


async def _category(uow: UnitOfWork, look: Look, wanted: Asked) -> int | None:
    """The number of the category that is meant, if any. Raises `catalog.no_such_category`."""
    if not wanted.category:
        return None
    found = await store.find_category(uow.conn, uow.handler, wanted.category)
    if found is None or found.brand != look.brand:
        raise NO_SUCH_CATEGORY(at="#/query/category")
    return found.id


async def _search(
    uow: UnitOfWork, look: Look, category: int | None, wanted: Asked, after: Place | None
) -> tuple[list[Tile], str | None]:
    words = asked(wanted.words)
    if not words:
        return [], None
    tiles: list[Tile] = []
    if after is None or after.named:
        tiles = await listing_store.search(
            uow.conn, look.brand, category, Words(query(words), True), after, uow.now, wanted.limit + 1
        )
    named = len(tiles)
    if named <= wanted.limit:
        rest = None if after is None or after.named else after
        tiles += await listing_store.search(
            uow.conn,
            look.brand,
            category,
            Words(query(words), False),
            rest,
            uow.now,
            wanted.limit + 1 - named,
        )
    if len(tiles) <= wanted.limit:
        return tiles, None
    return tiles, Place.of(tiles[wanted.limit - 1], Sort.NEWEST, named=wanted.limit <= named).write()


def _offer(tile: Tile, campaigns: Sequence[Campaign], tier: str | None, now: datetime) -> Offer:
    touching = [one for one in campaigns if one.touches(tile.skus, tile.categories)]
    if tier is None and not touching:
        return Offer(tile, tile.price_fen, tile.price_fen, tile.price_fen != max(tile.list_fen))
    prices = [
        price(Priced(sku, fen, tile.categories, member), touching, tier, now)
        for sku, fen, member in zip(tile.skus, tile.list_fen, tile.member_fen, strict=True)
    ]
    lowest = min(prices, key=lambda found: found.price_fen)
    several = any(found.price_fen != lowest.price_fen for found in prices)
    return Offer(tile, lowest.list_fen, lowest.price_fen, several)
