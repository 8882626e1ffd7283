"""Rows of many phones at once, as another system brings them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

WITH_PHONE: Final = """
select distinct p.person
  from unnest(%(persons)s::bigint[]) as p (person)
 where exists (select 1 from identity.subject s join profile.phone f on f.subject_id = s.id
                where s.id = p.person or s.stands_for = p.person)
"""
INSERT_PHONES: Final = """
insert into profile.phone (subject_id, handler_id, phone_sealed, phone_index, bound_at)
select n.subject_id, %(handler)s, n.phone_sealed, n.phone_index, %(now)s
  from unnest(%(subjects)s::bigint[], %(sealed)s::bytea[], %(indexes)s::bytea[])
       as n (subject_id, phone_sealed, phone_index)
on conflict (subject_id) do nothing
"""


async def list_with_phone(conn: Conn, persons: Sequence[SubjectId]) -> set[SubjectId]:
    """Those who have a number, under any subject that stands for them."""
    rows = await (await conn.execute(WITH_PHONE, {"persons": list(persons)})).fetchall()
    return {SubjectId(row["person"]) for row in rows}


async def insert_phones(
    conn: Conn, handler: HandlerId, phones: Sequence[tuple[SubjectId, bytes, bytes]], now: datetime
) -> None:
    """Numbers as (subject, sealed, index); whoever bound one meanwhile keeps it."""
    subjects, sealed, indexes = ([phone[place] for phone in phones] for place in range(3))
    values = {"handler": handler, "subjects": subjects, "sealed": sealed, "indexes": indexes, "now": now}
    await conn.execute(INSERT_PHONES, values)
