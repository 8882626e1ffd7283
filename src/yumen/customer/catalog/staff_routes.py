"""Staff and machine routes: products, categories, prices, campaigns, pictures; stock is in `goods_routes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from litestar import delete, get, post, put

from yumen.customer.catalog import campaign_store, campaigns, categories, images, products, store
from yumen.customer.catalog.goods_routes import GOODS_ROUTES
from yumen.customer.catalog.products import Status
from yumen.customer.catalog.shapes import Limit
from yumen.customer.catalog.staff_shapes import (
    CampaignBody,
    CampaignView,
    CategoryBody,
    CodeCursor,
    CodePath,
    ImageView,
    NamePath,
    PriceBody,
    ProductBody,
    StaffProductView,
    StaffSkuView,
)
from yumen.kit.web import Edge, Page, allow
from yumen.kit.web.moments import check_moments
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]


@get("/staff/v1/products", opt=allow("product", "read"), summary="All products by code, published or not")
async def list_all_products(edge: Edge, cursor: CodeCursor = "", limit: Limit = 50) -> Page[StaffProductView]:
    async with edge.unit() as uow:
        found = await store.list_products(uow.conn, uow.handler, cursor, limit + 1)
        skus = await store.list_skus(uow.conn, [product.id for product in found[:limit]])
    views = [StaffProductView.of(product, skus) for product in found[:limit]]
    return Page(views, found[limit - 1].code if len(found) > limit else None)


@get("/staff/v1/products/{code:str}", opt=allow("product", "read"), summary="One product as staff see it")
async def read_product(code: CodePath, edge: Edge) -> StaffProductView:
    return await _product(edge, code)


@put(
    "/staff/v1/products/{code:str}",
    opt=allow("product", "write", bulk=True),
    summary="Write a product whole, by its code",
    description="A new one is a draft. Writing the same again changes nothing; variants left out are sold no more.",
)
async def put_product(code: CodePath, data: ProductBody, edge: Edge) -> StaffProductView:
    check_moments({"/publish_from_at": data.publish_from_at, "/publish_until_at": data.publish_until_at})

    async def story(uow: UnitOfWork) -> Outcome:
        return {"product": (await products.put(uow, data.draft(code))).ref}

    await edge.once(story)
    return await _product(edge, code)


@post("/staff/v1/products/{code:str}/publish", opt=allow("product", "publish"), status_code=200, summary="Publish")
async def publish(code: CodePath, edge: Edge) -> StaffProductView:
    return await _moved(edge, code, Status.PUBLISHED)


@post(
    "/staff/v1/products/{code:str}/unpublish",
    opt=allow("product", "publish"),
    status_code=200,
    summary="Take a product back; it is a draft again",
)
async def unpublish(code: CodePath, edge: Edge) -> StaffProductView:
    return await _moved(edge, code, Status.DRAFT)


@delete(
    "/staff/v1/products/{code:str}",
    opt=allow("product", "publish"),
    status_code=200,
    summary="Archive a product; orders keep it",
)
async def archive(code: CodePath, edge: Edge) -> StaffProductView:
    return await _moved(edge, code, Status.ARCHIVED)


@put(
    "/staff/v1/categories/{code:str}",
    opt=allow("product", "write"),
    status_code=204,
    summary="Write a category; its brand and parent are for life",
)
async def put_category(code: NamePath, data: CategoryBody, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        written = await categories.put(uow, code, data.brand, data.parent, data.name_en, data.name_zh, data.place)
        return {"category": written.id}

    await edge.once(story)


@put(
    "/staff/v1/prices/{code:str}", opt=allow("price", "write"), summary="Set what one SKU costs, for all and for tiers"
)
async def put_price(code: CodePath, data: PriceBody, edge: Edge) -> StaffSkuView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"sku": (await products.set_price(uow, code, data.list_fen, data.member_fen)).ref}

    await edge.once(story)
    async with edge.unit() as uow:
        return StaffSkuView.of(await products.get_sku(uow, code))


@get("/staff/v1/campaigns", opt=allow("price", "read"), summary="All campaigns by code, ended ones too")
async def list_campaigns(edge: Edge, cursor: CodeCursor = "", limit: Limit = 50) -> Page[CampaignView]:
    async with edge.unit() as uow:
        found = await campaign_store.list_campaigns(uow.conn, uow.handler, cursor, limit + 1)
    views = [CampaignView.of(campaign) for campaign in found[:limit]]
    return Page(views, found[limit - 1].code if len(found) > limit else None)


@put("/staff/v1/campaigns/{code:str}", opt=allow("price", "write"), status_code=204, summary="Write a campaign")
async def put_campaign(code: NamePath, data: CampaignBody, edge: Edge) -> None:
    check_moments({"/from_at": data.from_at, "/until_at": data.until_at})
    plan = campaigns.Plan(
        code, data.brand, data.name_en, data.name_zh, data.scope, data.target, data.kind, data.off_bp, data.off_fen,
        data.from_at, data.until_at,
    )  # fmt: skip

    async def story(uow: UnitOfWork) -> Outcome:
        await campaigns.put(uow, plan)
        return {}

    await edge.once(story)


@delete("/staff/v1/campaigns/{code:str}", opt=allow("price", "write"), summary="End a campaign now")
async def end_campaign(code: NamePath, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await campaigns.end(uow, code)
        return {}

    await edge.once(story)


@post(
    "/staff/v1/images",
    opt=allow("product", "write", "image/png", "image/jpeg", "image/webp"),
    status_code=200,
    summary="Put a picture of goods; products name it by its hash",
    description="The body is the picture itself: PNG, JPEG or WebP, at most 1 MiB.",
)
async def put_image(body: bytes, edge: Edge) -> ImageView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"hash": (await images.put(uow, body)).hex()}

    outcome = await edge.once(story)
    return ImageView(str(outcome["hash"]), f"/v1/images/{outcome['hash']}")


STAFF_ROUTES: Final = [
    list_all_products,
    read_product,
    put_product,
    publish,
    unpublish,
    archive,
    put_category,
    put_price,
    list_campaigns,
    put_campaign,
    end_campaign,
    put_image,
    *GOODS_ROUTES,
]


async def _moved(edge: Edge, code: str, status: Status) -> StaffProductView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"product": (await products.set_status(uow, code, status)).ref}

    await edge.once(story)
    return await _product(edge, code)


async def _product(edge: Edge, code: str) -> StaffProductView:
    async with edge.unit() as uow:
        product = await products.get(uow, code)
        return StaffProductView.of(product, await store.list_skus(uow.conn, [product.id]))
