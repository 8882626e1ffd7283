"""Fill a shop with the made-up brand Velvet Pine 绒松: what the demo and the tests browse. Goods are in `seed.toml`.

Doing it again changes nothing.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from yumen.customer.catalog import categories, drawing, images, products, stock
from yumen.customer.catalog.drawing import Shape, colour, disc
from yumen.customer.catalog.products import Draft, Status, Variant
from yumen.kit.work import UnitOfWork

REFERENCE: Final = "seed"


class SeedVariant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    suffix: str
    en: str
    zh: str
    fen: int
    pieces: int = 40
    weight_g: int = 0


class SeedProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`form` names a profile, `tints` the colours of body and accent, `ground` that of the paper."""

    code: str
    category: str
    en: str
    zh: str
    text_en: str
    text_zh: str
    form: str
    tints: Annotated[list[str], Meta(min_length=2, max_length=3)]
    ground: str
    skus: list[SeedVariant]


class SeedCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    en: str
    zh: str
    parent: str | None = None


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    forms: dict[str, list[tuple[float, float]]]
    category: list[SeedCategory]
    product: list[SeedProduct]


async def sow(uow: UnitOfWork, brand: str) -> int:
    """Put the goods up in the shop of that brand (its code); answers how many products there are."""
    goods = goods_of_the_demo()
    for place, category in enumerate(goods.category):
        await categories.put(uow, category.code, brand, category.parent, category.en, category.zh, place)
    for product in goods.product:
        await _put(uow, goods, product, brand)
    return len(goods.product)


async def _put(uow: UnitOfWork, goods: Seed, product: SeedProduct, brand: str) -> None:
    image = await images.put(uow, picture_of(goods, product))
    variants = [Variant(f"{product.code}-{sku.suffix}", sku.en, sku.zh, sku.fen, sku.weight_g) for sku in product.skus]
    texts = product.en, product.zh, product.text_en, product.text_zh
    await products.put(uow, Draft(product.code, brand, product.category, *texts, [image], variants))
    for variant, sku in zip(variants, product.skus, strict=True):
        known = await products.get_sku(uow, variant.code)
        received = stock.Adjustment(known.id, stock.Reason.RECEIVED, REFERENCE, delta=sku.pieces, low_level=3)
        await stock.adjust(uow, received)
    await products.set_status(uow, product.code, Status.PUBLISHED)


def picture_of(goods: Seed, product: SeedProduct) -> bytes:
    """The product's form on its paper, with the dot of the gate beside it. Pure."""
    body, accent = colour(product.tints[0]), colour(product.tints[1])
    shapes = [disc(_shade(colour(product.ground)), 50, 52, 34), Shape(body, goods.forms[product.form])]
    cap = goods.forms.get(f"{product.form}_cap")
    if cap is not None:
        shapes.append(Shape(accent, cap, straight=True))
    return drawing.picture(colour(product.ground), [*shapes, disc(accent, 82, 18, 3.2)])


@cache
def goods_of_the_demo() -> Seed:
    """Read once."""
    text = (resources.files("yumen.customer.catalog") / "seed.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Seed)


def _shade(paper: drawing.Colour) -> drawing.Colour:
    red, green, blue = (round(part * 0.95) for part in paper)
    return red, green, blue
