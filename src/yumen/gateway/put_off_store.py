"""Rows of persons whom a recipient could not take just now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIRST_S: Final = 30.0
LONGEST_S: Final = 3_600.0
WAITING_MAX: Final = 100_000
"""More than that are tried with everybody else: the memory stays flat."""

PUT_OFF: Final = """
insert into gateway.put_off as p (handler_id, contract, subject_id, code, tried, since_at, next_at)
select %(handler)s, %(contract)s, n.subject, n.code, 1, %(now)s, %(now)s + make_interval(secs => %(first_s)s)
  from unnest(%(subjects)s::bigint[], %(codes)s::text[]) as n (subject, code)
 order by n.subject
on conflict (handler_id, contract, subject_id) do update
   set code = excluded.code,
       tried = case when p.next_at < excluded.since_at - interval '1 day' then 1 else p.tried + 1 end,
       since_at = case when p.next_at < excluded.since_at - interval '1 day' then excluded.since_at else p.since_at end,
       next_at = excluded.since_at + make_interval(secs => least(%(longest_s)s, %(first_s)s * 2 ^ least(p.tried, 20)))
returning p.subject_id, p.tried
"""
"""Twice as long each time; what ended a day ago is another matter and begins anew."""
LIST_WAITING: Final = """
select coalesce(array_agg(w.subject_id), '{}') as subjects from (
    select subject_id from gateway.put_off
     where handler_id = %s and contract = %s and next_at > %s limit %s
) as w
"""
FORGET: Final = """
delete from gateway.put_off where handler_id = %s and contract = %s and subject_id = any(%s::bigint[])
"""


async def put_off(
    conn: Conn, handler: HandlerId, contract: str, codes: Mapping[SubjectId, str], now: datetime
) -> Mapping[SubjectId, int]:
    """Try these again later; answers how often each was tried by now."""
    values = {
        "handler": handler, "contract": contract, "subjects": arrays.plain(list(codes)), "codes": list(codes.values()),
        "now": now, "first_s": FIRST_S, "longest_s": LONGEST_S,
    }  # fmt: skip
    rows = await (await conn.execute(PUT_OFF, values)).fetchall()
    return {SubjectId(row["subject_id"]): row["tried"] for row in rows}


async def list_waiting(conn: Conn, handler: HandlerId, contract: str, now: datetime) -> set[SubjectId]:
    """Those whose time has not come."""
    row = await (await conn.execute(LIST_WAITING, (handler, contract, now, WAITING_MAX))).fetchone()
    return set() if row is None else set(row["subjects"])


async def forget(conn: Conn, handler: HandlerId, contract: str, subjects: Sequence[SubjectId]) -> None:
    """They arrived, or people look after them."""
    await conn.execute(FORGET, (handler, contract, arrays.plain(subjects)))
