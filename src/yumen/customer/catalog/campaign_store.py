"""Rows of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.customer.catalog.pricing import Campaign, Kind, Scope
from yumen.kit.db import Conn
from yumen.kit.ids import BrandId, HandlerId

RUNNING_MAX: Final = 500

_CAMPAIGN: Final = """
select code, name_en, name_zh, scope, target_id as target, kind, off_bp, off_fen, from_at, until_at
  from catalog.campaign
"""
LIST_RUNNING: Final = (
    _CAMPAIGN + " where brand_id = %s and until_at > %s and from_at <= %s order by until_at, id limit %s"
)
LIST_RUNNING_FOR: Final = """
select brand_id, code, name_en, name_zh, scope, target_id as target, kind, off_bp, off_fen, from_at, until_at
  from catalog.campaign
 where brand_id in (select id from identity.brand where handler_id = %s) and until_at > %s and from_at <= %s
 order by until_at, id limit %s
"""
LIST_CAMPAIGNS: Final = _CAMPAIGN + " where handler_id = %s and code > %s order by code limit %s"
PUT_CAMPAIGN: Final = """
insert into catalog.campaign (handler_id, brand_id, code, name_en, name_zh, scope, target_id, kind, off_bp, off_fen,
                              from_at, until_at)
values (%(handler)s, %(brand)s, %(code)s, %(name_en)s, %(name_zh)s, %(scope)s, %(target)s, %(kind)s, %(off_bp)s,
        %(off_fen)s, %(from_at)s, %(until_at)s)
on conflict (handler_id, code) do update
   set name_en = excluded.name_en, name_zh = excluded.name_zh, scope = excluded.scope, target_id = excluded.target_id,
       kind = excluded.kind, off_bp = excluded.off_bp, off_fen = excluded.off_fen, from_at = excluded.from_at,
       until_at = excluded.until_at
 where campaign.brand_id = excluded.brand_id
"""
END_CAMPAIGN: Final = """
update catalog.campaign set until_at = greatest(from_at, %(now)s)
 where handler_id = %(handler)s and code = %(code)s and until_at > %(now)s
"""


async def list_running(conn: Conn, brand: BrandId, at: datetime) -> list[Campaign]:
    """The campaigns of a brand that run at that moment."""
    return await read_running(await ask_running(conn, brand, at))


async def ask_running(conn: Conn, brand: BrandId, at: datetime) -> AsyncCursor[DictRow]:
    """Where they will come: in a pipeline another statement may be sent before they are read."""
    return await conn.execute(LIST_RUNNING, (brand, at, at, RUNNING_MAX))


async def read_running(asked: AsyncCursor[DictRow]) -> list[Campaign]:
    """What was asked."""
    return [_campaign(row) for row in await asked.fetchall()]


async def ask_running_for(conn: Conn, handler: HandlerId, at: datetime) -> AsyncCursor[DictRow]:
    """Where the campaigns of all brands of a handler will come that run at that moment."""
    return await conn.execute(LIST_RUNNING_FOR, (handler, at, at, RUNNING_MAX))


async def read_running_for(asked: AsyncCursor[DictRow]) -> dict[BrandId, list[Campaign]]:
    """What was asked, by brand."""
    found: dict[BrandId, list[Campaign]] = {}
    for row in await asked.fetchall():
        found.setdefault(BrandId(row.pop("brand_id")), []).append(_campaign(row))
    return found


async def list_campaigns(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[Campaign]:
    """All of them, by code, one page."""
    found = await conn.execute(LIST_CAMPAIGNS, (handler, after, limit))
    return [_campaign(row) for row in await found.fetchall()]


async def put_campaign(conn: Conn, values: Mapping[str, object]) -> bool:
    """False when the code is of another brand's campaign."""
    return bool((await conn.execute(PUT_CAMPAIGN, values)).rowcount)


async def end_campaign(conn: Conn, handler: HandlerId, code: str, now: datetime) -> bool:
    ended = await conn.execute(END_CAMPAIGN, {"handler": handler, "code": code, "now": now})
    return bool(ended.rowcount)


def _campaign(row: DictRow) -> Campaign:
    return Campaign(**{**row, "scope": Scope(row["scope"]), "kind": Kind(row["kind"])})
