"""What the shopper's catalogue routes take and answer."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from yumen.customer.catalog.browse import Offer, Shown
from yumen.customer.catalog.pricing import Line, Price, Step
from yumen.customer.catalog.store import Category, Sku
from yumen.kit.i18n import Language, text
from yumen.kit.web import PAGE_MAX

LEFT_SHOWN_MAX = 20
"""More pieces than that are nobody's business."""

AppId = Annotated[str, QueryParameter(pattern="^(wx[0-9a-z]{16})?$", description="The mini-program's appid")]
Cursor = Annotated[str, QueryParameter(pattern="^[a-z0-9.]{0,60}$", description="`next_cursor` of the page before")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
CategoryCode = Annotated[str, QueryParameter(pattern="^([a-z0-9][a-z0-9_-]{0,31})?$", description="A category's code")]
Asking = Annotated[
    str,
    QueryParameter(
        name="q", max_length=80, description="Chinese or English words, all wanted; names first, then the newest"
    ),
]
ProductPath = Annotated[str, PathParameter(pattern="^prd_[0-9a-hjkmnp-tv-z]{26}$")]
ImagePath = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
IfNoneMatch = Annotated[str, HeaderParameter(name="If-None-Match", max_length=200)]


class CategoryView(msgspec.Struct):
    """`parent` is the code of the category above."""

    code: str
    parent: str | None
    name: str


class CategoriesView(msgspec.Struct):
    items: list[CategoryView]

    @classmethod
    def of(cls, categories: list[Category], language: Language) -> CategoriesView:
        codes = {category.id: category.code for category in categories}
        return cls(
            [
                CategoryView(c.code, None if c.parent is None else codes.get(c.parent), _in(language, c, "name"))
                for c in categories
            ]
        )


class LineView(msgspec.Struct):
    """One step of a price; `code` names the campaign or the tier."""

    step: Step
    name: str
    code: str
    change_fen: int

    @classmethod
    def of(cls, line: Line, language: Language) -> LineView:
        name = _in(language, line, "name") or text(f"price.{line.step.value}", language)
        return cls(line.step, name, line.code, line.change_fen)


class TileView(msgspec.Struct):
    """A product in a list. `several`: its variants differ in price, and this is the lowest."""

    id: str
    name: str
    image: str | None
    list_fen: int
    price_fen: int
    several: bool
    sold_out: bool

    @classmethod
    def of(cls, offer: Offer, language: Language) -> TileView:
        tile = offer.tile
        return cls(
            tile.ref,
            _in(language, tile, "name"),
            image_path(tile.image_hash),
            offer.list_fen,
            offer.price_fen,
            offer.several,
            tile.sold_out,
        )


class SkuView(msgspec.Struct):
    """`left` is told up to a bound; `lines` explain the price and add up to it."""

    id: str
    code: str
    name: str
    list_fen: int
    price_fen: int
    lines: list[LineView]
    left: int

    @classmethod
    def of(cls, sku: Sku, cost: Price, language: Language) -> SkuView:
        lines = [LineView.of(line, language) for line in cost.lines]
        left = max(0, min(sku.left, LEFT_SHOWN_MAX))
        return cls(sku.ref, sku.code, _in(language, sku, "name"), cost.list_fen, cost.price_fen, lines, left)


class ProductView(msgspec.Struct):
    id: str
    code: str
    name: str
    text: str
    images: list[str]
    skus: list[SkuView]

    @classmethod
    def of(cls, shown: Shown, language: Language) -> ProductView:
        product = shown.product
        return cls(
            product.ref,
            product.code,
            _in(language, product, "name"),
            _in(language, product, "text"),
            [f"/v1/images/{bytes(image).hex()}" for image in product.image_hashes],
            [SkuView.of(sku, cost, language) for sku, cost in shown.variants],
        )


def image_path(content_hash: bytes | None) -> str | None:
    return None if content_hash is None else f"/v1/images/{bytes(content_hash).hex()}"


def _in(language: Language, named: Any, what: str) -> str:
    return str(getattr(named, f"{what}_{language}"))
