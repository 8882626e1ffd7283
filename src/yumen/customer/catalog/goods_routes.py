"""Staff and machine routes about stock, and the catalogue as a file: in and out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from yumen.customer.catalog import exporting, importing, products, stock, stock_store
from yumen.customer.catalog.shapes import Limit
from yumen.customer.catalog.staff_shapes import (
    AdjustBody,
    CodeCursor,
    CodePath,
    LevelView,
    MovementView,
    RecountView,
    ReportView,
    StaffSkuView,
)
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import UnitOfWork

PIECE_BYTES: Final = 64 * 1024
NUMBER_MAX: Final = 2**53

NumberCursor = Annotated[str, QueryParameter(pattern="^[0-9]{0,15}$", description="`next_cursor` of the page before")]


@get("/staff/v1/stock", opt=allow("stock", "read"), summary="How much there is of each SKU, by code")
async def list_stock(edge: Edge, cursor: CodeCursor = "", limit: Limit = 50) -> Page[LevelView]:
    async with edge.unit() as uow:
        found = await stock_store.list_levels(uow.conn, uow.handler, cursor, limit + 1)
    views = [LevelView(level.code, level.on_hand, level.reserved, level.left, level.low_level) for level in found]
    return Page(views[:limit], found[limit - 1].code if len(found) > limit else None)


@post(
    "/staff/v1/stock/{code:str}/adjust",
    opt=allow("stock", "adjust"),
    status_code=200,
    summary="Receive, count or write off pieces of one SKU",
)
async def adjust_stock(code: CodePath, data: AdjustBody, edge: Edge) -> StaffSkuView:
    async def story(uow: UnitOfWork) -> Mapping[str, str | int | None]:
        sku = await products.get_sku(uow, code)
        change = stock.Adjustment(sku.id, data.reason, data.reference, data.delta, data.counted, data.low_level)
        return {"on_hand": await stock.adjust(uow, change)}

    await edge.once(story)
    async with edge.unit() as uow:
        return StaffSkuView.of(await products.get_sku(uow, code))


@get(
    "/staff/v1/stock/{code:str}/movements", opt=allow("stock", "read"), summary="What moved a SKU's stock, newest first"
)
async def list_movements(
    code: CodePath, edge: Edge, cursor: NumberCursor = "", limit: Limit = 50
) -> Page[MovementView]:
    async with edge.unit() as uow:
        sku = await products.get_sku(uow, code)
        before = int(cursor) if cursor else NUMBER_MAX
        found = await stock_store.list_movements(uow.conn, uow.handler, sku.id, before, limit + 1)
    views = [MovementView(m.delta, m.reason, m.reference, m.actor, m.moved_at) for m in found[:limit]]
    return Page(views, str(found[limit - 1].id) if len(found) > limit else None)


@get("/staff/v1/stock-recount", opt=allow("stock", "read"), summary="Does stock agree with movements and reservations?")
async def recount_stock(edge: Edge) -> RecountView:
    async with edge.unit() as uow:
        return RecountView(list(await stock.recount(uow)))


@post(
    "/staff/v1/catalogue/import",
    opt=allow("catalogue", "import", "text/csv"),
    status_code=200,
    summary="Take in variants as CSV, one a line; the same file again changes nothing",
    description="UTF-8, up to the upload limit; larger files go in parts. A file that was interrupted goes on where it "
    "was when it is sent again. `dry_run` does all of it and keeps nothing. Columns: see the export.",
)
async def import_file(body: bytes, edge: Edge, dry_run: FromQuery[bool] = False) -> ReportView:
    pieces = (body[at : at + PIECE_BYTES] for at in range(0, len(body), PIECE_BYTES))
    report = await importing.load(edge.unit, pieces, hashlib.sha256(body).digest(), dry=dry_run)
    return ReportView.of(report, edge.language)


@get(
    "/staff/v1/catalogue/export",
    opt=allow("catalogue", "export"),
    media_type="text/csv",
    summary="All products with their variants as the CSV that the import reads",
)
async def export_file(edge: Edge) -> Stream:
    headers = {"Content-Disposition": 'attachment; filename="catalogue.csv"'}
    return Stream(exporting.export(edge.unit), media_type="text/csv; charset=utf-8", headers=headers)


GOODS_ROUTES: Final = [list_stock, adjust_stock, list_movements, recount_stock, import_file, export_file]
