"""Rows of persons in whom something changed since they were judged.

The act shares the waiting row it found (`for share`), and the run takes only rows that nobody holds: so an act that
found a row is judged after it committed, and an act that came later finds none and writes its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

LEASE_S: Final = 30
"""A run that has not finished a batch by then is taken for dead."""

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
FREE_DEAD: Final = """
update gateway.change set taken_until = null
 where seq = any(array(select seq from gateway.change where taken_until < clock_timestamp() for update skip locked))
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
GIVE_BACK: Final = "update gateway.change set taken_until = null where seq = any(%s)"
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


async def free_dead(conn: Conn) -> int:
    """Put back what a dead run had taken; answers how many."""
    return (await conn.execute(FREE_DEAD)).rowcount


async def take(conn: Conn, handler: HandlerId, after: SubjectId, limit: int) -> list[Changed]:
    """The next of a handler in ascending order of subject, taken until the lease ends."""
    values = {"handler": handler, "after": after, "limit": limit, "lease_s": LEASE_S}
    rows = await (await conn.execute(TAKE, values)).fetchall()
    found = [Changed(row["seq"], SubjectId(row["subject_id"]), row["changed_at"]) for row in rows]
    return sorted(found, key=lambda one: (one.subject, one.seq))


async def forget(conn: Conn, seqs: Sequence[int]) -> None:
    await conn.execute(FORGET, (list(seqs),))


async def give_back(conn: Conn, seqs: Sequence[int]) -> None:
    await conn.execute(GIVE_BACK, (list(seqs),))


async def count(conn: Conn, handler: HandlerId) -> int:
    row = await (await conn.execute(COUNT, (handler,))).fetchone()
    return 0 if row is None else int(row["n"])
