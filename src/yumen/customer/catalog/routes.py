"""Shopper routes: categories, pages and searches, one product, pictures. Visitors may look as well."""

from __future__ import annotations

import hashlib
from typing import Final, TypeVar

import msgspec
from litestar import Response, get
from litestar.params import FromQuery

from yumen.customer.catalog import browse, images, store
from yumen.customer.catalog.browse import Asked, Look, Tiers
from yumen.customer.catalog.listing_store import Sort
from yumen.customer.catalog.shapes import (
    AppId,
    Asking,
    CategoriesView,
    CategoryCode,
    Cursor,
    IfNoneMatch,
    ImagePath,
    Limit,
    ProductPath,
    ProductView,
    TileView,
)
from yumen.customer.catalog.staff_routes import STAFF_ROUTES
from yumen.customer.identity import App, Apps
from yumen.kit.ids import HandlerId
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import Actor, ActorKind, UnitOfWork

T = TypeVar("T")

NOBODY: Final = HandlerId(0)
FOREVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Authorization"}


@get("/v1/categories", opt=allow("catalogue", "read"), summary="The tree of categories, parents before children")
async def list_categories(edge: Edge, appid: AppId = "", if_none_match: IfNoneMatch = "") -> Response[CategoriesView]:
    app = _shop(edge, appid)
    async with edge.unit(_visitor(edge, app)) as uow:
        found = await store.list_categories(uow.conn, app.brand)
    return _tagged(CategoriesView.of(found, edge.language), if_none_match)


@get(
    "/v1/products",
    opt=allow("catalogue", "read"),
    summary="A page of products: of a category, or found by words",
    description="Before login `appid` says whose shop is meant. `sort` does not count for a search. The answer has an "
    "ETag; with `If-None-Match` an unchanged page is 304.",
)
async def list_products(
    edge: Edge,
    appid: AppId = "",
    category: CategoryCode = "",
    words: Asking = "",
    sort: FromQuery[Sort] = Sort.NEWEST,
    cursor: Cursor = "",
    limit: Limit = 20,
    if_none_match: IfNoneMatch = "",
) -> Response[Page[TileView]]:
    app = _shop(edge, appid)
    async with edge.unit(_visitor(edge, app), pipelined=True) as uow:
        wanted = Asked(category, words, sort, cursor, limit)
        offers, following = await browse.list_offers(uow, await _look(uow, edge, app), wanted)
    return _tagged(Page([TileView.of(offer, edge.language) for offer in offers], following), if_none_match)


@get(
    "/v1/products/{product_id:str}", opt=allow("catalogue", "read"), summary="One product with its variants and prices"
)
async def get_product(
    product_id: ProductPath, edge: Edge, appid: AppId = "", if_none_match: IfNoneMatch = ""
) -> Response[ProductView]:
    app = _shop(edge, appid)
    async with edge.unit(_visitor(edge, app), pipelined=True) as uow:
        shown = await browse.get_product(uow, await _look(uow, edge, app), product_id)
    return _tagged(ProductView.of(shown, edge.language), if_none_match)


@get(
    "/v1/images/{image:str}",
    opt=allow("catalogue", "read"),
    media_type="image/*",
    summary="A picture by the hash of its content",
)
async def get_image(image: ImagePath, edge: Edge, if_none_match: IfNoneMatch = "") -> Response[bytes]:
    headers = {"ETag": f'"{image}"', "Cache-Control": FOREVER}
    if _matches(if_none_match, headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    async with edge.unit(Actor(ActorKind.SYSTEM, "visitor", NOBODY)) as uow:
        picture = await images.get(uow, bytes.fromhex(image))
    return Response(picture.content, media_type=picture.media_type, headers=headers)


ROUTES: Final = [list_categories, list_products, get_product, get_image]

__all__ = ["ROUTES", "STAFF_ROUTES"]


def _shop(edge: Edge, appid: str) -> App:
    """The app one looks from: the shopper's, or the one a visitor names. Raises `app.unknown`."""
    apps = edge.use(Apps)
    return apps.named(appid, at="#/query/appid") if edge.token is None else apps.get(edge.app)


def _visitor(edge: Edge, app: App) -> Actor | None:
    return Actor(ActorKind.SYSTEM, "visitor", app.handler) if edge.token is None else None


async def _look(uow: UnitOfWork, edge: Edge, app: App) -> Look:
    tier = None if edge.token is None else await edge.use(Tiers).of(uow, edge.subject)
    return Look(app.brand, tier)


def _tagged(view: T, if_none_match: str) -> Response[T]:
    """The answer with an ETag of what it says, or 304 if the asker has it."""
    tag = f'"{hashlib.sha256(msgspec.json.encode(view)).hexdigest()[:32]}"'
    headers = {"ETag": tag, **ASK_AGAIN}
    if _matches(if_none_match, tag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    return Response(view, headers=headers)


def _matches(if_none_match: str, tag: str) -> bool:
    """RFC 9110 13.1.2: any of the list, weakly compared."""
    return any(one.strip().removeprefix("W/") == tag for one in if_none_match.split(","))
