"""Rows of the counts that a recipient has under a contract of aggregates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

GROUPS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Told:
    """A count at the recipient. `told_at` is None while nobody knows whether it is there."""

    persons: int
    version: int
    told_at: datetime | None


LIST: Final = """
select group_key, persons, version, told_at from gateway.statistic
 where handler_id = %s and contract = %s order by group_key limit %s
"""
DEPART: Final = """
insert into gateway.statistic as s (handler_id, contract, group_key, persons, version)
select %(handler)s, %(contract)s, n.key, n.persons, 1
  from unnest(%(keys)s::text[], %(persons)s::bigint[]) as n (key, persons)
on conflict (handler_id, contract, group_key) do update
   set persons = excluded.persons, version = s.version + 1, told_at = null
returning group_key, version
"""
LAND: Final = """
update gateway.statistic set told_at = %(now)s
 where handler_id = %(handler)s and contract = %(contract)s and group_key = any(%(keys)s)
"""
FORGET: Final = "delete from gateway.statistic where handler_id = %s and contract = %s and group_key = any(%s)"


async def list_of(conn: Conn, handler: HandlerId, contract: str) -> dict[str, Told]:
    """What the recipient has, or may have, by the key of the group."""
    rows = await (await conn.execute(LIST, (handler, contract, GROUPS_MAX))).fetchall()
    return {row["group_key"]: Told(row["persons"], row["version"], row["told_at"]) for row in rows}


async def depart(conn: Conn, handler: HandlerId, contract: str, persons: Mapping[str, int]) -> dict[str, int]:
    """Write down that these counts are about to be sent; answers the version of each."""
    values = {"handler": handler, "contract": contract, "keys": list(persons), "persons": list(persons.values())}
    rows = await (await conn.execute(DEPART, values)).fetchall()
    return {row["group_key"]: row["version"] for row in rows}


async def land(conn: Conn, handler: HandlerId, contract: str, keys: Sequence[str], now: datetime) -> None:
    await conn.execute(LAND, {"handler": handler, "contract": contract, "keys": list(keys), "now": now})


async def forget(conn: Conn, handler: HandlerId, contract: str, keys: Sequence[str]) -> None:
    """They are gone there."""
    await conn.execute(FORGET, (handler, contract, list(keys)))
