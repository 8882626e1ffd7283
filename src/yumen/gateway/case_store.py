"""Rows of records that want a repair by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class Case:
    """One record the recipient (or we) would not take. `field` is the recipient's name of a field, if it named one."""

    id: str
    contract: str
    subject: SubjectId
    transfer_key: UUID
    code: str
    field: str
    opened_at: datetime
    state: str


_COLUMNS: Final = "select id, contract, subject_id, transfer_key, code, field, opened_at, state from gateway.case_file"
OPEN: Final = """
insert into gateway.case_file (id, handler_id, contract, subject_id, transfer_key, code, field, opened_at, state)
select c.id, %(handler)s, %(contract)s, c.subject_id, c.key, c.code, c.field, %(now)s, 'open'
  from unnest(%(ids)s::text[], %(subjects)s::bigint[], %(keys)s::uuid[], %(codes)s::text[], %(fields)s::text[])
       as c (id, subject_id, key, code, field)
on conflict (handler_id, contract, subject_id) where state = 'open'
do update set transfer_key = excluded.transfer_key, code = excluded.code, field = excluded.field
"""
ARRIVED: Final = """
update gateway.case_file set state = 'arrived', closed_at = %s
 where handler_id = %s and contract = %s and subject_id = any(%s) and state = 'open'
"""
LIST: Final = f"{_COLUMNS} where handler_id = %s and state = 'open' and id > %s order by id limit %s"
LIST_OF: Final = f"{_COLUMNS} where handler_id = %s and subject_id = any(%s) order by id desc limit 100"
LOCK: Final = f"{_COLUMNS} where handler_id = %s and id = %s for update"
CLOSE: Final = """
update gateway.case_file set state = %(state)s, closed_at = %(now)s, closed_by = %(actor)s, reason = %(reason)s
 where id = %(id)s and state = 'open'
"""
COUNT: Final = "select count(*) as n from gateway.case_file where handler_id = %s and state = 'open'"


async def open_many(
    conn: Conn,
    handler: HandlerId,
    contract: str,
    rows: Sequence[tuple[str, SubjectId, str, str, str]],
    now: datetime,
) -> None:
    """(id, subject, transfer, code, field); whoever has an open case keeps it, with the newest reason."""
    names = ("ids", "subjects", "keys", "codes", "fields")
    values: dict[str, object] = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    await conn.execute(OPEN, {**values, "handler": handler, "contract": contract, "now": now})


async def close_arrived(
    conn: Conn, handler: HandlerId, contract: str, subjects: Sequence[SubjectId], now: datetime
) -> None:
    """These have arrived after all."""
    await conn.execute(ARRIVED, (now, handler, contract, list(subjects)))


async def list_open(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[Case]:
    return [_case(row) for row in await (await conn.execute(LIST, (handler, after, limit))).fetchall()]


async def list_of(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId]) -> list[Case]:
    return [_case(row) for row in await (await conn.execute(LIST_OF, (handler, list(subjects)))).fetchall()]


async def lock(conn: Conn, handler: HandlerId, case: str) -> Case | None:
    row = await (await conn.execute(LOCK, (handler, case))).fetchone()
    return None if row is None else _case(row)


async def close(conn: Conn, case: str, state: str, actor: str, reason: str | None, now: datetime) -> None:
    await conn.execute(CLOSE, {"id": case, "state": state, "actor": actor, "reason": reason, "now": now})


async def count(conn: Conn, handler: HandlerId) -> int:
    row = await (await conn.execute(COUNT, (handler,))).fetchone()
    return 0 if row is None else int(row["n"])


def _case(row: DictRow) -> Case:
    named = {name: value for name, value in row.items() if name != "subject_id"}
    return Case(subject=SubjectId(row["subject_id"]), **named)
