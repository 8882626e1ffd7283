"""Sums over the orders of many persons, each under every subject that stands for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId

LIST_BOUGHT: Final = """
select n.person, count(*)::bigint as times, sum(p.paid_fen - p.refunded_fen)::bigint as spent_fen,
       max(p.paid_at) as last_at
  from unnest(%s::bigint[]) as n (person)
 cross join lateral (
    select n.person as id union all select s.id from identity.subject s where s.stands_for = n.person
 ) as f
  join orders.purchase p on p.subject_id = f.id and p.paid_at is not null and p.state <> 'refunded'
 group by n.person
"""


@dataclass(frozen=True, slots=True)
class Bought:
    person: SubjectId
    times: int
    spent_fen: int
    last_at: datetime


async def list_bought(conn: Conn, persons: Sequence[SubjectId]) -> list[Bought]:
    """Of those who have bought anything."""
    return [Bought(**row) for row in await (await conn.execute(LIST_BOUGHT, (arrays.plain(persons),))).fetchall()]
