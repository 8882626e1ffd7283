"""Sealed values of many persons at once: of the newest order under way, and of the address they prefer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId

_FAMILIES: Final = """
  from unnest(%s::bigint[]) as n (person)
 cross join lateral (
    select n.person as id union all select s.id from identity.subject s where s.stands_for = n.person
 ) as s
"""
_OF_ORDER: Final = f"""
select distinct on (n.person) n.person, p.subject_id, p.{{column}} as sealed {_FAMILIES}
  join orders.purchase p on p.subject_id = s.id
 where p.completed_at is null and p.state in ('paid', 'shipped', 'received', 'refunding', 'partially_refunded')
 order by n.person, p.id desc
"""
_OF_BOOK: Final = f"""
select distinct on (n.person) n.person, a.subject_id, a.{{column}} as sealed {_FAMILIES}
  join orders.address a on a.subject_id = s.id
 order by n.person, a.preferred desc, a.changed_at desc
"""
NAMES: Final = ("recipient", "phone", "address")
OF_ORDER: Final = {name: _OF_ORDER.format(column=f"{name}_sealed") for name in NAMES}
OF_BOOK: Final = {name: _OF_BOOK.format(column=f"{name}_sealed") for name in NAMES}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value of `person`, sealed under the key of `subject`."""

    person: SubjectId
    subject: SubjectId
    sealed: bytes


async def list_of_order(conn: Conn, persons: Sequence[SubjectId], name: str) -> list[Sealed]:
    """Of the newest order that was paid and is not completed."""
    return await _list(conn, OF_ORDER[name], persons)


async def list_of_book(conn: Conn, persons: Sequence[SubjectId], name: str) -> list[Sealed]:
    """Of the preferred entry of the address book, else the newest."""
    return await _list(conn, OF_BOOK[name], persons)


async def _list(conn: Conn, query: str, persons: Sequence[SubjectId]) -> list[Sealed]:
    rows = await (await conn.execute(query, (arrays.plain(persons),))).fetchall()
    return [Sealed(SubjectId(row["person"]), SubjectId(row["subject_id"]), row["sealed"]) for row in rows]
