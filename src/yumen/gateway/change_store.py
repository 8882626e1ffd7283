"""Rows of persons in whom something changed since they were judged.

The act shares the waiting row it found (`for share`), and the run takes only rows that nobody holds: so an act that
found a row is judged after it committed, and an act that came later finds none and writes its own.

A row that a dead run had taken may have been booked. It never waits again: it is taken over as it is, and an act that
comes meanwhile writes a row of its own, so that what it changed is not answered by the transfer of before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

LEASE_S: Final = 30
"""A run that has not finished a batch by then is taken for dead."""
AGAIN_S: Final = 1
"""So long rests whoever is to be judged again."""

NOTE: Final = """
with waiting as materialized (
    select subject_id from gateway.change
     where handler_id = %(handler)s and subject_id = any(%(subjects)s) and taken_until is null
       for share
)
insert into gateway.change (subject_id, handler_id, changed_at)
select n.subject_id, %(handler)s, now() from unnest(%(subjects)s::bigint[]) as n (subject_id)
 where not exists (select 1 from waiting w where w.subject_id = n.subject_id)
"""
TAKE_OVER: Final = """
with chosen as materialized (
    select seq from gateway.change
     where handler_id = %(handler)s and taken_until < clock_timestamp()
     order by taken_until limit %(limit)s for update skip locked
)
update gateway.change c set taken_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
  from chosen where c.seq = chosen.seq
returning c.seq, c.subject_id, c.changed_at
"""
TAKE: Final = """
with chosen as materialized (
    select seq from gateway.change
     where handler_id = %(handler)s and subject_id > %(after)s and taken_until is null
     order by subject_id limit %(limit)s for update skip locked
)
update gateway.change c set taken_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
  from chosen where c.seq = chosen.seq
returning c.seq, c.subject_id, c.changed_at
"""
FORGET: Final = "delete from gateway.change where seq = any(%s)"
GIVE_BACK: Final = """
update gateway.change set taken_until = clock_timestamp() + make_interval(secs => %s) where seq = any(%s)
"""
COUNT: Final = "select count(*) as n from gateway.change where handler_id = %s"


@dataclass(frozen=True, slots=True)
class Changed:
    """One row taken."""

    seq: int
    subject: SubjectId
    changed_at: datetime


async def note(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId]) -> None:
    """Write down each that does not wait already."""
    await conn.execute(NOTE, {"handler": handler, "subjects": list(subjects)})


async def take(conn: Conn, handler: HandlerId, after: SubjectId, limit: int) -> list[Changed]:
    """The next of a handler in ascending order of subject, taken until the lease ends."""
    values = {"handler": handler, "after": after, "limit": limit, "lease_s": LEASE_S}
    return _changed(await (await conn.execute(TAKE, values)).fetchall())


async def take_over(conn: Conn, handler: HandlerId, limit: int) -> list[Changed]:
    """What dead runs of a handler had taken, and whoever is to be judged again."""
    values = {"handler": handler, "limit": limit, "lease_s": LEASE_S}
    return _changed(await (await conn.execute(TAKE_OVER, values)).fetchall())


def _changed(rows: Sequence[DictRow]) -> list[Changed]:
    found = [Changed(row["seq"], SubjectId(row["subject_id"]), row["changed_at"]) for row in rows]
    return sorted(found, key=lambda one: (one.subject, one.seq))


async def forget(conn: Conn, seqs: Sequence[int]) -> None:
    await conn.execute(FORGET, (list(seqs),))


async def give_back(conn: Conn, seqs: Sequence[int]) -> None:
    """Let these be judged again, soon and as they were taken."""
    await conn.execute(GIVE_BACK, (AGAIN_S, list(seqs)))


async def count(conn: Conn, handler: HandlerId) -> int:
    row = await (await conn.execute(COUNT, (handler,))).fetchone()
    return 0 if row is None else int(row["n"])
