"""Which of many persons have an order under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId

LIST_PARTIES: Final = """
select coalesce(array_agg(n.person), '{}') as persons from unnest(%s::bigint[]) as n (person)
 where exists (select 1 from identity.subject s join orders.purchase p on p.subject_id = s.id
                where (s.id = n.person or s.stands_for = n.person) and p.completed_at is null
                  and p.state in ('paid', 'shipped', 'received', 'refunding', 'partially_refunded'))
"""


async def list_parties(conn: Conn, persons: Sequence[SubjectId]) -> set[SubjectId]:
    row = await (await conn.execute(LIST_PARTIES, (arrays.plain(persons),))).fetchone()
    return set() if row is None else set(row["persons"])
