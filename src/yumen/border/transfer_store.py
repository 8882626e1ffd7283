"""Rows of the ledger of transfers and of what waits to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

LIST_OF_PERSON: Final = """
select t.key, t.contract_id, c.name, c.version, t.way, t.verdict, t.code, t.state, t.booked_at, t.state_at
  from border.transfer t left join border.contract c on c.id = t.contract_id
 where t.subject_id = any(%s) and t.handler_id = %s order by t.booked_at desc, t.key limit %s
"""
LIST_WAITING: Final = """
select o.seq, o.key::text as key, o.subject_id, c.contract_hash
  from border.outbound o join border.contract c on c.id = o.contract_id
  join border.transfer t on t.key = o.key and t.subject_id = o.subject_id and t.contract_id = o.contract_id
 where o.contract_id = %s and o.seq > %s and t.verdict = 0 order by o.seq limit %s
"""
"""A row of the queue without its own allowed row in the ledger sends nobody."""
SETTLE: Final = """
with moved as (
    update border.transfer set state = %(state)s, state_at = %(now)s
     where key = any(%(keys)s::uuid[]) and state = any(%(before)s) returning key
)
select coalesce(array_agg(key::text), '{}') as keys from moved
"""
SETTLE_PERSON: Final = """
update border.transfer t set state = %(state)s, state_at = %(now)s
  from border.contract c
 where c.id = t.contract_id and c.handler_id = %(handler)s and c.name = %(name)s
   and t.subject_id = any(%(persons)s) and t.state = any(%(before)s)
returning t.key
"""
LIST_LAST: Final = """
select distinct on (t.subject_id, t.contract_id) t.subject_id, t.contract_id, t.verdict, t.code, t.state
  from border.transfer t
 where t.subject_id = any(%(persons)s) and t.contract_id = any(%(contracts)s) and t.way = %(way)s
 order by t.subject_id, t.contract_id, t.booked_at desc, t.key desc
"""
LIST_HELD: Final = """
with newest as (
    select distinct on (t.subject_id) t.subject_id, t.verdict from border.transfer t
     where t.contract_id = %(contract)s and t.subject_id > %(after)s and t.way = %(way)s
     order by t.subject_id, t.booked_at desc, t.key desc
)
select subject_id from newest where verdict = 1 order by subject_id limit %(limit)s
"""
LIST_STRANDED: Final = """
select c.id, c.name from border.contract c
 where c.handler_id = %s and c.state = 'ended'
   and exists (select 1 from border.outbound o where o.contract_id = c.id)
 order by c.id limit %s
"""
STATES: Final = "select key, state from border.transfer where key = any(%s::uuid[])"
DROP: Final = "delete from border.outbound where seq = any(%s::bigint[])"


async def list_of_person(conn: Conn, handler: HandlerId, family: Sequence[SubjectId], limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_OF_PERSON, (list(family), handler, limit))).fetchall()


async def list_waiting(conn: Conn, contract: int, after: int, limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_WAITING, (contract, after, limit))).fetchall()


async def settle(
    conn: Conn, keys: Sequence[UUID | str], before: Sequence[int], state: int, now: datetime
) -> Sequence[str]:
    """Move rows that are in one of the states before; answers which moved."""
    values = {"keys": arrays.plain(keys), "before": list(before), "state": state, "now": now}
    row = await (await conn.execute(SETTLE, values)).fetchone()
    return [] if row is None else list(row["keys"])


async def find_states(conn: Conn, keys: Sequence[UUID | str]) -> Sequence[DictRow]:
    return await (await conn.execute(STATES, (arrays.plain(keys),))).fetchall()


async def settle_person(
    conn: Conn,
    handler: HandlerId,
    name: str,
    persons: Sequence[SubjectId],
    before: Sequence[int],
    state: int,
    now: datetime,
) -> Sequence[UUID]:
    """Move every row of these persons under all versions of a contract; answers which moved."""
    values = {"handler": handler, "name": name, "persons": list(persons), "before": list(before)}
    rows = await (await conn.execute(SETTLE_PERSON, {**values, "state": state, "now": now})).fetchall()
    return [row["key"] for row in rows]


async def list_last(conn: Conn, persons: Sequence[SubjectId], contracts: Sequence[int], way: int) -> Sequence[DictRow]:
    """The newest row of each person under each of these contract versions."""
    values = {"persons": list(persons), "contracts": list(contracts), "way": way}
    return await (await conn.execute(LIST_LAST, values)).fetchall()


async def list_held(conn: Conn, contract: int, after: SubjectId, way: int, limit: int) -> Sequence[SubjectId]:
    """Persons whose newest answer under a contract version is to wait, in ascending order."""
    values = {"contract": contract, "after": after, "way": way, "limit": limit}
    return [SubjectId(row["subject_id"]) for row in await (await conn.execute(LIST_HELD, values)).fetchall()]


async def list_stranded(conn: Conn, handler: HandlerId, limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_STRANDED, (handler, limit))).fetchall()


async def drop(conn: Conn, waiting: Sequence[int]) -> None:
    await conn.execute(DROP, (arrays.plain(waiting),))
