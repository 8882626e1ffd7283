"""Rows of handlers, brands and apps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import BrandId, HandlerId

APPS_MAX: Final = 1000
HANDLERS_MAX: Final = 1000

PUT_HANDLER: Final = """
insert into identity.handler as h (code, name_en, name_zh, credit_code)
values (%(code)s, %(name_en)s, %(name_zh)s, %(credit_code)s)
on conflict (code) do update
   set name_en = excluded.name_en, name_zh = excluded.name_zh, credit_code = excluded.credit_code
 where (h.name_en, h.name_zh, h.credit_code) is distinct from (excluded.name_en, excluded.name_zh, excluded.credit_code)
"""
PUT_BRAND: Final = """
insert into identity.brand as b (handler_id, code, name_en, name_zh)
values (%(handler)s, %(code)s, %(name_en)s, %(name_zh)s)
on conflict (handler_id, code) do update set name_en = excluded.name_en, name_zh = excluded.name_zh
 where (b.name_en, b.name_zh) is distinct from (excluded.name_en, excluded.name_zh)
"""
PUT_APP: Final = """
insert into identity.app as a (handler_id, brand_id, appid, kind, original_id)
values (%(handler)s, %(brand)s, %(appid)s, %(kind)s, %(original_id)s)
on conflict (appid) do update
   set brand_id = excluded.brand_id, kind = excluded.kind, original_id = excluded.original_id
 where a.handler_id = excluded.handler_id
   and (a.brand_id, a.kind, a.original_id) is distinct from (excluded.brand_id, excluded.kind, excluded.original_id)
"""


async def put_handler(
    conn: Conn, code: str, name_en: str, name_zh: str, credit_code: str | None
) -> tuple[HandlerId, int]:
    """The handler's number, and how many rows were written."""
    values = {"code": code, "name_en": name_en, "name_zh": name_zh, "credit_code": credit_code}
    written = await conn.execute(PUT_HANDLER, values)
    row = await (await conn.execute("select id from identity.handler where code = %s", (code,))).fetchone()
    assert row is not None
    return HandlerId(row["id"]), written.rowcount


async def list_handlers(conn: Conn) -> dict[str, HandlerId]:
    """The number of each handler by its code."""
    found = await conn.execute("select code, id from identity.handler order by id limit %s", (HANDLERS_MAX,))
    return {row["code"]: HandlerId(row["id"]) for row in await found.fetchall()}


async def put_brand(conn: Conn, handler: HandlerId, code: str, name_en: str, name_zh: str) -> tuple[BrandId, int]:
    """The brand's number, and how many rows were written."""
    values = {"handler": handler, "code": code, "name_en": name_en, "name_zh": name_zh}
    written = await conn.execute(PUT_BRAND, values)
    found = await conn.execute("select id from identity.brand where handler_id = %s and code = %s", (handler, code))
    row = await found.fetchone()
    assert row is not None
    return BrandId(row["id"]), written.rowcount


async def put_app(
    conn: Conn, handler: HandlerId, brand: BrandId, appid: str, kind: str, original_id: str | None
) -> int:
    """How many rows were written."""
    values = {"handler": handler, "brand": brand, "appid": appid, "kind": kind, "original_id": original_id}
    return (await conn.execute(PUT_APP, values)).rowcount


async def find_app_handler(conn: Conn, appid: str) -> HandlerId | None:
    row = await (await conn.execute("select handler_id from identity.app where appid = %s", (appid,))).fetchone()
    return None if row is None else HandlerId(row["handler_id"])


async def list_apps(conn: Conn) -> Sequence[DictRow]:
    """All apps, at most `APPS_MAX`."""
    found = await conn.execute(
        "select id, handler_id, brand_id, appid, kind, original_id from identity.app order by id limit %s", (APPS_MAX,)
    )
    return await found.fetchall()
