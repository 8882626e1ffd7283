"""Rows of subscribe messages, and of what people accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import AppKey, HandlerId, SubjectId

ADD_RIGHT: Final = """
insert into loyalty.message_right (subject_id, app_id, template, left_count, changed_at)
values (%(person)s, %(app)s, %(template)s, 1, %(now)s)
on conflict (subject_id, app_id, template) do update
   set left_count = loyalty.message_right.left_count + 1, refused_at = null, changed_at = excluded.changed_at
"""
REFUSE: Final = """
insert into loyalty.message_right (subject_id, app_id, template, left_count, refused_at, changed_at)
values (%(person)s, %(app)s, %(template)s, 0, %(now)s, %(now)s)
on conflict (subject_id, app_id, template) do update
   set left_count = 0, refused_at = excluded.refused_at, changed_at = excluded.changed_at
"""
INSERT: Final = """
insert into loyalty.message (id, handler_id, subject_id, app_id, about, reference, template, facts, state, send_at,
                             made_at)
values (%(id)s, %(handler)s, %(person)s, %(app)s, %(about)s, %(reference)s, %(template)s, %(facts)s, 'waiting',
        %(now)s, %(now)s)
on conflict (subject_id, about, reference) do nothing
"""
TAKE_DUE: Final = """
with due as (
    select id from loyalty.message where send_at <= %(now)s order by send_at limit %(limit)s
       for no key update skip locked
)
update loyalty.message m set send_at = %(again_at)s, tries = tries + 1 from due where m.id = due.id
returning m.id, m.handler_id, m.subject_id, m.app_id, m.about, m.reference, m.template, m.facts, m.tries
"""
NOTE: Final = """
with noted as (
    update loyalty.message
       set state = %(state)s, errcode = %(errcode)s,
           facts = case when %(state)s = 'waiting' then facts else '{}'::jsonb end,
           send_at = case when %(state)s = 'waiting' then %(again_at)s::timestamptz end,
           ended_at = case when %(state)s <> 'waiting' then %(now)s::timestamptz end
     where id = %(id)s
)
update loyalty.message_right
   set left_count = case when %(state)s = 'refused' then 0 else greatest(left_count - 1, 0) end,
       refused_at = case when %(state)s = 'refused' then %(now)s::timestamptz else refused_at end,
       changed_at = %(now)s
 where subject_id = %(person)s and app_id = %(app)s and template = %(template)s
   and %(state)s in ('sent', 'refused', 'unknown')
"""
END_WAITING: Final = """
update loyalty.message set state = 'refused', facts = '{}'::jsonb, send_at = null, ended_at = %(now)s
 where subject_id = %(person)s and app_id = %(app)s and template = %(template)s and state = 'waiting'
"""
LIST_OF: Final = """
select about, state, made_at, ended_at from loyalty.message where subject_id = any(%(family)s)
 order by made_at desc limit %(limit)s
"""
RIGHTS_OF: Final = """
select template, left_count, refused_at, changed_at from loyalty.message_right where subject_id = any(%(family)s)
 order by changed_at desc limit %(limit)s
"""
LISTED_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Message:
    """`state`: waiting, sent, refused (by the person), failed, unknown (it may have been sent)."""

    id: str
    handler: HandlerId
    person: SubjectId
    app: AppKey
    about: str
    reference: str
    template: str
    facts: Mapping[str, str | int] = field(repr=False)
    tries: int = 0
    state: str = "waiting"
    errcode: int | None = None


async def add_right(conn: Conn, person: SubjectId, app: AppKey, template: str, now: datetime) -> None:
    await conn.execute(ADD_RIGHT, {"person": person, "app": app, "template": template, "now": now})


async def refuse(conn: Conn, person: SubjectId, app: AppKey, template: str, now: datetime) -> None:
    await conn.execute(REFUSE, {"person": person, "app": app, "template": template, "now": now})


async def has_right(conn: Conn, person: SubjectId, app: AppKey, template: str) -> bool:
    query = """select 1 from loyalty.message_right
                where subject_id = %s and app_id = %s and template = %s and left_count > 0"""
    return await (await conn.execute(query, (person, app, template))).fetchone() is not None


async def insert(conn: Conn, message: Message, now: datetime) -> None:
    values = {
        "id": message.id, "handler": message.handler, "person": message.person, "app": message.app,
        "about": message.about, "reference": message.reference, "template": message.template,
        "facts": Jsonb(dict(message.facts)), "now": now,
    }  # fmt: skip
    await conn.execute(INSERT, values)


async def take_due(conn: Conn, now: datetime, again_at: datetime, limit: int) -> list[Message]:
    """Messages to send now; each is taken by one sender, and due again at `again_at` if its fate stays unknown."""
    values = {"now": now, "again_at": again_at, "limit": limit}
    return [_message(row) for row in await (await conn.execute(TAKE_DUE, values)).fetchall()]


async def note(conn: Conn, message: Message, now: datetime, again_at: datetime) -> None:
    """What became of it, and of the right that it used."""
    values = {
        "id": message.id, "state": message.state, "errcode": message.errcode, "now": now, "again_at": again_at,
        "person": message.person, "app": message.app, "template": message.template,
    }  # fmt: skip
    await conn.execute(NOTE, values)


async def end_waiting(conn: Conn, person: SubjectId, app: AppKey, template: str, now: datetime) -> None:
    await conn.execute(END_WAITING, {"person": person, "app": app, "template": template, "now": now})


async def list_of(conn: Conn, family: Sequence[SubjectId]) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_OF, {"family": list(family), "limit": LISTED_MAX})).fetchall()


async def list_rights(conn: Conn, family: Sequence[SubjectId]) -> Sequence[DictRow]:
    return await (await conn.execute(RIGHTS_OF, {"family": list(family), "limit": LISTED_MAX})).fetchall()


async def delete(conn: Conn, family: Sequence[SubjectId]) -> int:
    """Everything of these people; answers how many rows."""
    rows = 0
    for query in (
        "delete from loyalty.message where subject_id = any(%s)",
        "delete from loyalty.message_right where subject_id = any(%s)",
    ):
        rows += (await conn.execute(query, (list(family),))).rowcount
    return rows


def _message(row: DictRow) -> Message:
    return Message(
        row["id"], HandlerId(row["handler_id"]), SubjectId(row["subject_id"]), AppKey(row["app_id"]), row["about"],
        row["reference"], row["template"], row["facts"], row["tries"],
    )  # fmt: skip
