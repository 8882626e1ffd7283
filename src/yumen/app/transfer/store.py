"""Rows of runs: how far a file has come, and what of it was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from yumen.app.transfer.lines import Fault
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, new_id

FAULTS_MAX: Final = 1000
RUNS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Run:
    """One file on its way in, or all the way in."""

    id: str
    kind: str
    source: str
    rows_done: int
    taken: int
    unchanged: int
    refused: int
    begun_at: datetime
    ended_at: datetime | None


FIND_CLEAN: Final = """
select id, kind, source, rows_done, taken, unchanged, refused, begun_at, ended_at from inbound.run
 where handler_id = %(handler)s and kind = %(kind)s and source = %(source)s and file_hash = %(file_hash)s
   and ended_at is not null and refused = 0
 order by id desc limit 1
"""
BEGIN: Final = """
insert into inbound.run (id, handler_id, kind, source, file_hash, begun_at)
values (%(id)s, %(handler)s, %(kind)s, %(source)s, %(file_hash)s, %(now)s)
on conflict (handler_id, kind, source, file_hash) where ended_at is null do update set begun_at = run.begun_at
returning id, kind, source, rows_done, taken, unchanged, refused, begun_at, ended_at
"""
GO_ON: Final = """
update inbound.run
   set rows_done = rows_done + %(rows)s, taken = taken + %(taken)s, unchanged = unchanged + %(unchanged)s,
       refused = refused + %(refused)s
 where id = %(id)s and rows_done = %(before)s and ended_at is null
"""
INSERT_FAULTS: Final = """
insert into inbound.fault (run_id, line, field, code)
select %(run)s, f.line, f.field, f.code
  from jsonb_to_recordset(%(faults)s) as f (line bigint, field text, code text)
 where (select count(*) from inbound.fault where run_id = %(run)s) < %(limit)s
on conflict (run_id, line) do nothing
"""
LIST_RUNS: Final = """
select id, kind, source, rows_done, taken, unchanged, refused, begun_at, ended_at from inbound.run
 where handler_id = %s order by id desc limit %s
"""
GET: Final = """
select id, kind, source, rows_done, taken, unchanged, refused, begun_at, ended_at from inbound.run where id = %s
"""


async def begin(conn: Conn, handler: HandlerId, kind: str, source: str, file_hash: bytes, now: datetime) -> Run:
    """The run of this file that ended without a fault, or the one that has not ended, or a new one."""
    values = {
        "id": new_id("run"), "handler": handler, "kind": kind, "source": source, "file_hash": file_hash, "now": now,
    }  # fmt: skip
    row = await (await conn.execute(FIND_CLEAN, values)).fetchone()
    if row is None:
        row = await (await conn.execute(BEGIN, values)).fetchone()
    assert row is not None
    return Run(**row)


async def go_on(conn: Conn, run: str, before: int, rows: int, counts: tuple[int, int, int]) -> bool:
    """Note that so many more rows are done; False when another process is at the same file."""
    taken, unchanged, refused = counts
    values = {
        "id": run, "before": before, "rows": rows, "taken": taken, "unchanged": unchanged, "refused": refused,
    }  # fmt: skip
    return (await conn.execute(GO_ON, values)).rowcount == 1


async def insert_faults(conn: Conn, run: str, faults: Sequence[Fault]) -> None:
    """Keep what was refused, the first `FAULTS_MAX` of a run."""
    told = [{"line": fault.line, "field": fault.field, "code": fault.code} for fault in faults[:FAULTS_MAX]]
    await conn.execute(INSERT_FAULTS, {"run": run, "faults": Jsonb(told), "limit": FAULTS_MAX})


async def list_faults(conn: Conn, run: str, limit: int = FAULTS_MAX) -> list[Fault]:
    query = "select line, field, code from inbound.fault where run_id = %s order by line limit %s"
    return [Fault(**row) for row in await (await conn.execute(query, (run, limit))).fetchall()]


async def end(conn: Conn, run: str, now: datetime) -> None:
    await conn.execute("update inbound.run set ended_at = %s where id = %s and ended_at is null", (now, run))


async def get(conn: Conn, run: str) -> Run:
    row = await (await conn.execute(GET, (run,))).fetchone()
    assert row is not None
    return Run(**row)


async def list_runs(conn: Conn, handler: HandlerId) -> list[Run]:
    """The runs of a handler, the newest first."""
    return [Run(**row) for row in await (await conn.execute(LIST_RUNS, (handler, RUNS_MAX))).fetchall()]
