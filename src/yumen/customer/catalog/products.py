"""Write products with their variants and prices, publish them, take them back.

A product is written whole, by its code: writing the same again changes nothing, so that an ERP may send all it has.
Variants that are not named any more are sold no more; nothing is deleted, since orders point here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from yumen.customer.catalog import listing_store, store
from yumen.customer.catalog.reserving import UNKNOWN_SKU
from yumen.customer.catalog.store import Category, Product, Sku
from yumen.customer.catalog.words import indexed, vector
from yumen.kit.errors import Code
from yumen.kit.ids import BrandId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

UNKNOWN: Final = Code("product.unknown", 404)
UNKNOWN_BRAND: Final = Code("catalog.brand_unknown", 422)
UNKNOWN_CATEGORY: Final = Code("catalog.category_unknown", 422)
UNKNOWN_IMAGE: Final = Code("catalog.image_unknown", 422)
OTHER_BRAND: Final = Code("product.brand_fixed", 409)
SKU_TAKEN: Final = Code("sku.of_other_product", 409)
SKUS_UNFIT: Final = Code("product.skus_unfit", 422)
WINDOW_UNFIT: Final = Code("product.window_unfit", 422)
NOT_READY: Final = Code("product.not_ready", 409)

CHANGED: Final = trail.LeafKind("catalog.product_changed", "product", "skus")
STATUS_CHANGED: Final = trail.LeafKind("catalog.product_status_changed", "product", "status")
PRICE_CHANGED: Final = trail.LeafKind("catalog.price_changed", "sku", "list_fen", "before_fen", "tiers")

SKUS_MAX: Final = store.SKUS_MAX
IMAGES_MAX: Final = 9


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU as it is to be. `member_fen` gives the price of each tier that has one."""

    code: str
    name_en: str
    name_zh: str
    list_fen: int
    weight_g: int = 0
    active: bool = True
    member_fen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A product as it is to be. `brand` and `category` are codes, images are hashes of pictures put before."""

    code: str
    brand: str
    category: str | None
    name_en: str
    name_zh: str
    text_en: str
    text_zh: str
    images: Sequence[bytes]
    variants: Sequence[Variant]
    publish_from_at: datetime | None = None
    publish_until_at: datetime | None = None


@recorded
async def put(uow: UnitOfWork, draft: Draft) -> Product:
    """Write a product; a new one is a draft. Nothing is recorded where nothing changed. Raises what `write` does."""
    product, skus = await write(uow, draft)
    if not skus:
        return uow.unchanged(product)
    await trail.record(uow, CHANGED.name, product=product.ref, skus=skus)
    return product


async def write(uow: UnitOfWork, draft: Draft) -> tuple[Product, int]:
    """Write a product as part of an act; answers it and how many variants were written, 0 where nothing changed.

    Raises `catalog.brand_unknown`, `catalog.category_unknown`, `catalog.image_unknown`, `product.brand_fixed`,
    `product.skus_unfit`, `product.window_unfit`, `sku.of_other_product`.
    """
    brand, category = await _checked(uow, draft)
    known = await store.find_product(uow.conn, uow.handler, draft.code)
    if known is not None:
        if known.brand != brand:
            raise OTHER_BRAND(at="/brand")
        skus = await store.list_skus(uow.conn, [known.id])
        codes = {variant.code for variant in draft.variants}
        if _shape(known, [sku for sku in skus if sku.active or sku.code in codes]) == _wanted(draft, category):
            return known, 0
    number = await store.put_product(uow.conn, _row(uow, draft, brand, category))
    kept = [await _put_variant(uow, number, place, variant) for place, variant in enumerate(draft.variants)]
    await store.retire_skus(uow.conn, number, kept)
    product = await get(uow, draft.code)
    await _relist(uow, product)
    return product, len(kept)


@recorded
async def set_status(uow: UnitOfWork, code: str, status: Status) -> Product:
    """Publish, take back (`draft`) or archive.

    Raises `product.unknown`; `product.not_ready` for one that has no variant to sell.
    """
    product, changed = await move(uow, code, status)
    if not changed:
        return uow.unchanged(product)
    await trail.record(uow, STATUS_CHANGED.name, product=product.ref, status=status.value)
    return product


async def move(uow: UnitOfWork, code: str, status: Status) -> tuple[Product, bool]:
    """Set the status as part of an act; False where it was so. Raises what `set_status` does."""
    product = await get(uow, code)
    if product.status == status.value:
        return product, False
    if status is Status.PUBLISHED and not any(sku.active for sku in await store.list_skus(uow.conn, [product.id])):
        raise NOT_READY()
    await store.set_status(uow.conn, product.id, status.value, uow.now)
    product = await get(uow, code)
    await _relist(uow, product)
    return product, True


@recorded
async def set_price(uow: UnitOfWork, sku_code: str, list_fen: int, member_fen: Mapping[str, int]) -> Sku:
    """Change what one SKU costs. Raises `sku.unknown`."""
    sku = await get_sku(uow, sku_code)
    if sku.list_fen == list_fen and dict(sku.member_fen) == dict(member_fen):
        return uow.unchanged(sku)
    await store.set_list_fen(uow.conn, sku.id, list_fen)
    await store.put_member_prices(uow.conn, sku.id, member_fen)
    product = await store.find_product_by_ref(uow.conn, sku.brand, sku.product_ref)
    if product is not None:
        await _relist(uow, product)
    await trail.record(
        uow, PRICE_CHANGED.name, sku=sku.ref, list_fen=list_fen, before_fen=sku.list_fen, tiers=len(member_fen)
    )
    return await get_sku(uow, sku_code)


async def get(uow: UnitOfWork, code: str) -> Product:
    """Raises `product.unknown`."""
    product = await store.find_product(uow.conn, uow.handler, code)
    if product is None:
        raise UNKNOWN()
    return product


async def get_sku(uow: UnitOfWork, code: str) -> Sku:
    """Raises `sku.unknown`."""
    sku = await store.find_sku(uow.conn, uow.handler, code)
    if sku is None:
        raise UNKNOWN_SKU()
    return sku


async def _relist(uow: UnitOfWork, product: Product) -> None:
    """Make lists and searches say what the product says."""
    await listing_store.take_down(uow.conn, product.id)
    skus = [sku for sku in await store.list_skus(uow.conn, [product.id]) if sku.active]
    if product.status != Status.PUBLISHED.value or not skus:
        return
    names = [product.name_en, product.name_zh, product.code]
    others = [
        product.text_en,
        product.text_zh,
        *(text for sku in skus for text in (sku.name_en, sku.name_zh, sku.code)),
    ]
    await listing_store.put_up(
        uow.conn,
        {
            "product": product.id,
            "brand": product.brand,
            "ref": product.ref,
            "name_en": product.name_en,
            "name_zh": product.name_zh,
            "image_hash": next(iter(product.image_hashes), None),
            "skus": [sku.id for sku in skus],
            "list_fen": [sku.list_fen for sku in skus],
            "categories": list(skus[0].categories),
            "listed_at": product.published_at,
            "price_fen": min(sku.list_fen for sku in skus),
            "from_at": product.publish_from_at,
            "until_at": product.publish_until_at,
            "name_words": vector(indexed(names)),
            "words": vector(indexed([*names, *others])),
        },
        [sku.member_fen for sku in skus],
    )


async def _checked(uow: UnitOfWork, draft: Draft) -> tuple[BrandId, Category | None]:
    """What the draft's codes stand for, after looking at what the database cannot say kindly."""
    codes = [variant.code for variant in draft.variants]
    if not 1 <= len(codes) <= SKUS_MAX or len(set(codes)) != len(codes):
        raise SKUS_UNFIT(at="/skus", skus_max=SKUS_MAX)
    if draft.publish_from_at and draft.publish_until_at and draft.publish_until_at <= draft.publish_from_at:
        raise WINDOW_UNFIT(at="/publish_until_at")
    brand = await store.find_brand(uow.conn, uow.handler, draft.brand)
    if brand is None:
        raise UNKNOWN_BRAND(at="/brand")
    category = None
    if draft.category is not None:
        category = await store.find_category(uow.conn, uow.handler, draft.category)
        if category is None or category.brand != brand:
            raise UNKNOWN_CATEGORY(at="/category")
    there = await store.list_images(uow.conn, draft.images)
    for at, image in enumerate(draft.images):
        if image not in there:
            raise UNKNOWN_IMAGE(at=f"/images/{at}")
    return brand, category


def _row(uow: UnitOfWork, draft: Draft, brand: BrandId, category: Category | None) -> dict[str, object]:
    return {
        "ref": new_id("prd"),
        "handler": uow.handler,
        "brand": brand,
        "code": draft.code,
        "category": None if category is None else category.id,
        "name_en": draft.name_en,
        "name_zh": draft.name_zh,
        "text_en": draft.text_en,
        "text_zh": draft.text_zh,
        "image_hashes": list(draft.images),
        "publish_from_at": draft.publish_from_at,
        "publish_until_at": draft.publish_until_at,
        "now": uow.now,
    }


async def _put_variant(uow: UnitOfWork, product: int, place: int, variant: Variant) -> int:
    sku = await store.put_sku(
        uow.conn,
        {
            "ref": new_id("sku"),
            "handler": uow.handler,
            "product": product,
            "code": variant.code,
            "name_en": variant.name_en,
            "name_zh": variant.name_zh,
            "list_fen": variant.list_fen,
            "weight_g": variant.weight_g,
            "place": place,
            "active": variant.active,
        },
    )
    if sku is None:
        raise SKU_TAKEN(at=f"/skus/{place}/code", sku=variant.code)
    await store.put_member_prices(uow.conn, sku, variant.member_fen)
    return sku


def _wanted(draft: Draft, category: Category | None) -> tuple[object, ...]:
    return (
        None if category is None else category.id,
        (draft.name_en, draft.name_zh, draft.text_en, draft.text_zh),
        list(draft.images),
        (draft.publish_from_at, draft.publish_until_at),
        [(v.code, v.name_en, v.name_zh, v.list_fen, v.weight_g, v.active, dict(v.member_fen)) for v in draft.variants],
    )


def _shape(product: Product, skus: Sequence[Sku]) -> tuple[object, ...]:
    """A product as `_wanted` tells it."""
    return (
        product.category,
        (product.name_en, product.name_zh, product.text_en, product.text_zh),
        [bytes(image) for image in product.image_hashes],
        (product.publish_from_at, product.publish_until_at),
        [(s.code, s.name_en, s.name_zh, s.list_fen, s.weight_g, s.active, dict(s.member_fen)) for s in skus],
    )


__all__ = ["Draft", "Status", "Variant", "get", "get_sku", "move", "put", "set_price", "set_status", "write"]
