"""A catalogue goes in and out as a file: exact, repeatable, resumable, with each fault in its place."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from yumen.customer.catalog import exporting, importing
from yumen.customer.catalog.importing import ROWS_A_UNIT, Report
from yumen.kit.db import Role
from yumen.kit.work import UnitOfWork

HEAD = "sku,product,brand,name_en,name_zh,list_fen,member_fen,on_hand,status\n"


def line(sku: str, product: str = "", fen: int = 100, on_hand: str = "5", status: str = "published") -> str:
    return f"{sku},{product or sku},velvet,Bowl {sku},碗,{fen},gold=90,{on_hand},{status}\n"


def many(count: int) -> str:
    return HEAD + "".join(line(f"S{number:04}", f"P{number // 2:04}") for number in range(count))


async def load(shop: Any, text: str, *, dry: bool = False, pieces: Iterator[bytes] | None = None) -> Report:
    data = text.encode()
    return await importing.load(shop.unit, pieces or iter([data]), hashlib.sha256(data).digest(), dry=dry)


async def export(shop: Any) -> str:
    return b"".join([piece async for piece in exporting.export(shop.unit)]).decode()


async def test_a_file_is_taken_in_and_again_changes_nothing(shop: Any) -> None:
    report = await load(shop, many(5))
    assert (report.rows, report.taken, report.unchanged, report.faults_all) == (5, 5, 0, 0)
    again = await load(shop, many(5))
    assert (again.taken, again.unchanged) == (0, 5)
    assert len(await shop.house.leaves("catalog.imported")) == 1
    sku = await shop.sku("S0001")
    assert (sku.list_fen, sku.member_fen, sku.left, sku.status) == (100, {"gold": 90}, 5, "published")
    assert await shop.unequal() == []


async def test_a_dry_run_tells_the_same_and_keeps_nothing(shop: Any) -> None:
    text = many(5) + line("S9", fen=0)
    dry = await load(shop, text, dry=True)
    assert (dry.run, dry.rows, dry.taken, dry.faults_all) == ("", 6, 5, 1)
    assert await shop.house.rows("select from catalog.product") == []
    assert await shop.house.rows("select from catalog.import") == []
    real = await load(shop, text)
    assert (real.taken, real.faults_all) == (5, 1)


async def test_faults_have_their_row_and_column_and_stop_nothing_else(shop: Any) -> None:
    await shop.put("TAKEN")
    text = (
        HEAD
        + line("A")
        + line("B", fen=0)
        + line("C").replace("velvet", "nobody")
        + line("TAKEN", "OTHER")
        + "too,few\n"
        + line("D")
    )
    report = await load(shop, text)
    assert report.taken == 2
    assert [
        (fault.row, fault.column, fault.problem.code.name) for fault in sorted(report.faults, key=lambda f: f.row)
    ] == [
        (2, "list_fen", "import.cell_unfit"),
        (3, "brand", "catalog.brand_unknown"),
        (4, "sku", "sku.of_other_product"),
        (5, "", "import.cells_unfit"),
    ]
    assert (await shop.sku("D")).active


async def test_an_interrupted_run_goes_on_where_it_was(shop: Any) -> None:
    text = many(2 * ROWS_A_UNIT + 10)
    data = text.encode()

    def broken() -> Iterator[bytes]:
        yield data[: len(data) * 3 // 4]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await load(shop, text, pieces=broken())
    (row,) = await shop.house.rows("select rows_done, ended_at from catalog.import")
    assert row == {"rows_done": ROWS_A_UNIT, "ended_at": None}
    report = await load(shop, text)
    assert (report.skipped, report.taken) == (ROWS_A_UNIT, ROWS_A_UNIT + 10)
    assert len(await shop.house.rows("select from catalog.sku")) == 2 * ROWS_A_UNIT + 10
    assert await shop.unequal() == []


async def test_a_unit_that_dies_leaves_nothing_behind(shop: Any) -> None:
    data, opened = many(6).encode(), count()

    @asynccontextmanager
    async def dying() -> AsyncIterator[UnitOfWork]:
        async with shop.unit() as uow:
            yield uow
            if next(opened) == 1:
                raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await importing.load(dying, iter([data]), hashlib.sha256(data).digest())
    assert await shop.house.rows("select from catalog.product") == []
    assert await shop.house.leaves("catalog.imported") == []
    report = await load(shop, many(6))
    assert (report.skipped, report.taken, report.unchanged) == (0, 6, 0)


async def test_rows_of_one_product_in_two_units_stay_together(shop: Any) -> None:
    text = (
        HEAD + "".join(line(f"F{number:04}") for number in range(ROWS_A_UNIT - 1)) + line("X1", "X") + line("X2", "X")
    )
    await load(shop, text)
    assert (await shop.sku("X1")).active
    assert (await shop.sku("X2")).active


async def test_what_is_exported_is_imported_into_an_empty_shop_with_equal_figures(shop: Any) -> None:
    await load(shop, many(7))
    file = await export(shop)
    assert (await load(shop, file)).unchanged == 7
    async with await shop.house.database.connect(Role.OWNER) as owner:
        await owner.execute("truncate catalog.product, catalog.import cascade")
    assert (await load(shop, file)).taken == 7
    assert await export(shop) == file
    assert await shop.unequal() == []


WHOLE = (
    "sku,product,brand,category,status,name_en,name_zh,text_en,text_zh,variant_en,variant_zh,list_fen,weight_g,active,"
    "member_fen,publish_from_at,publish_until_at\n"
    "W1,W,velvet,,published,Bowl,碗,A text,一段,small,小,100,30,yes,gold=90,2026-01-01T00:00+08:00,2030-01-01T00:00Z\n"
    "W2,W,velvet,,published,Bowl,碗,A text,一段,large,大,200,60,no,gold=180,2026-01-01T00:00+08:00,2030-01-01T00:00Z\n"
)
NEEDED = "sku,product,brand,name_en,name_zh,list_fen\n"


async def test_what_a_file_has_no_column_for_stays_as_it_is(shop: Any) -> None:
    await load(shop, WHOLE)
    before = await export(shop)
    assert (await load(shop, NEEDED + "W1,W,velvet,Bowl,碗,100\n")).unchanged == 1
    assert await export(shop) == before
    assert (await load(shop, NEEDED + "W1,W,velvet,Bowl,碗,150\n")).taken == 1
    assert await export(shop) == before.replace(",100,30,", ",150,30,")


async def test_an_empty_cell_takes_a_value_away(shop: Any) -> None:
    await load(shop, WHOLE)
    head = NEEDED.strip() + ",text_en,member_fen,publish_until_at\n"
    assert (await load(shop, head + "W1,W,velvet,Bowl,碗,100,,,\n")).taken == 1
    (product,) = await shop.house.rows(
        "select text_en, text_zh, publish_from_at, publish_until_at from catalog.product"
    )
    assert (product["text_en"], product["text_zh"], product["publish_until_at"]) == ("", "一段", None)
    assert product["publish_from_at"] is not None
    assert ((await shop.sku("W1")).member_fen, (await shop.sku("W2")).member_fen) == ({}, {"gold": 180})
