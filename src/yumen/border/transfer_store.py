"""Rows of the ledger of transfers and of what waits to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

LIST_OF_PERSON: Final = """
select t.key, t.contract_id, c.name, c.version, t.way, t.verdict, t.code, t.state, t.booked_at, t.state_at
  from border.transfer t left join border.contract c on c.id = t.contract_id
 where t.subject_id = any(%s) and t.handler_id = %s order by t.booked_at desc, t.key limit %s
"""
LIST_WAITING: Final = """
select o.seq, o.key, o.subject_id, o.contract_id, c.contract_hash
  from border.outbound o join border.contract c on c.id = o.contract_id
 where o.contract_id = %s and o.seq > %s order by o.seq limit %s
"""
SETTLE: Final = """
update border.transfer set state = %(state)s, state_at = %(now)s where key = any(%(keys)s) and state = any(%(before)s)
returning key
"""
DROP: Final = "delete from border.outbound where seq = any(%s)"


async def list_of_person(conn: Conn, handler: HandlerId, family: Sequence[SubjectId], limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_OF_PERSON, (list(family), handler, limit))).fetchall()


async def list_waiting(conn: Conn, contract: int, after: int, limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_WAITING, (contract, after, limit))).fetchall()


async def settle(conn: Conn, keys: Sequence[UUID], before: Sequence[int], state: int, now: datetime) -> Sequence[UUID]:
    """Move rows that are in one of the states before; answers which moved."""
    values = {"keys": list(keys), "before": list(before), "state": state, "now": now}
    return [row["key"] for row in await (await conn.execute(SETTLE, values)).fetchall()]


async def drop(conn: Conn, waiting: Sequence[int]) -> None:
    await conn.execute(DROP, (list(waiting),))
