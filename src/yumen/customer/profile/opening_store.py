"""Sealed values of many persons at once: the person's own row, else the newest of those who stand for them."""

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
LIST_PHONES: Final = f"""
select distinct on (n.person) n.person, f.subject_id, f.phone_sealed as sealed {_FAMILIES}
  join profile.phone f on f.subject_id = s.id
 order by n.person, s.id <> n.person, f.bound_at desc
"""
LIST_DETAILS: Final = f"""
select distinct on (n.person) n.person, f.subject_id, f.{{column}} as sealed {_FAMILIES}
  join profile.detail f on f.subject_id = s.id
 order by n.person, s.id <> n.person, f.changed_at desc
"""
DETAILS: Final = {name: LIST_DETAILS.format(column=f"{name}_sealed") for name in ("nickname", "birthday", "region")}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value of `person`, sealed under the key of `subject`."""

    person: SubjectId
    subject: SubjectId
    sealed: bytes


async def list_phones(conn: Conn, persons: Sequence[SubjectId]) -> list[Sealed]:
    return await _list(conn, LIST_PHONES, persons)


async def list_details(conn: Conn, persons: Sequence[SubjectId], name: str) -> list[Sealed]:
    """`name` is that of the field: nickname, birthday or region."""
    return await _list(conn, DETAILS[name], persons)


async def _list(conn: Conn, query: str, persons: Sequence[SubjectId]) -> list[Sealed]:
    rows = await (await conn.execute(query, (arrays.plain(persons),))).fetchall()
    return [
        Sealed(SubjectId(row["person"]), SubjectId(row["subject_id"]), row["sealed"])
        for row in rows
        if row["sealed"] is not None
    ]
