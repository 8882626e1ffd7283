"""Rows of coupon definitions, coupons, batches, codes and attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId, new_id

FOR_ONE_MAX: Final = 20

_DEFINITION: Final = """
select id, terms, per_person_max, total_max, issued, starts_at, ends_at, valid_days, defined_at, closed_at
  from loyalty.coupon_definition
"""
INSERT_DEFINITION: Final = """
insert into loyalty.coupon_definition
    (id, handler_id, terms, per_person_max, total_max, starts_at, ends_at, valid_days, defined_at)
values (%(id)s, %(handler)s, %(terms)s, %(per_person_max)s, %(total_max)s, %(starts_at)s, %(ends_at)s, %(valid_days)s,
        %(now)s)
"""
CLOSE: Final = """
update loyalty.coupon_definition set closed_at = %(now)s
 where id = %(id)s and handler_id = %(handler)s and closed_at is null
"""
TAKE_ONE: Final = """
update loyalty.coupon_definition set issued = issued + 1
 where id = %(id)s and (total_max is null or issued < total_max)
"""
LOCK_DEFINITION: Final = "select issued, total_max from loyalty.coupon_definition where id = %(id)s for update"
ADD_ISSUED: Final = "update loyalty.coupon_definition set issued = issued + %(count)s where id = %(id)s"
COUNT_OF_PERSON: Final = """
select count(*) as held, coalesce(max(number) filter (where subject_id = %(person)s), 0) as number
  from loyalty.coupon where definition_id = %(definition)s and subject_id = any(%(family)s)
"""
INSERT_COUPON: Final = """
insert into loyalty.coupon (id, handler_id, definition_id, subject_id, number, issued_at, expires_at)
values (%(id)s, %(handler)s, %(definition)s, %(subject)s, %(number)s, %(now)s, %(expires_at)s)
"""
_COUPON: Final = """
select c.id, c.subject_id, c.state, c.expires_at, c.reserved_for, c.reserved_until_at, d.terms, d.starts_at
  from loyalty.coupon c join loyalty.coupon_definition d on d.id = c.definition_id
"""
LIST_USABLE: Final = f"""{_COUPON}
 where c.subject_id = any(%(family)s) and c.expires_at > %(now)s and d.starts_at <= %(now)s
   and (c.state = 'issued' or (c.state = 'reserved' and c.reserved_until_at <= %(now)s))
   and (%(ids)s::text[] is null or c.id = any(%(ids)s))
 order by c.expires_at, c.id limit %(limit)s
"""
RESERVE: Final = """
with held as (
    select id from loyalty.coupon
     where id = any(%(ids)s) and subject_id = any(%(family)s) and expires_at > %(now)s
       and exists (select 1 from loyalty.coupon_definition d where d.id = definition_id and d.starts_at <= %(now)s)
       and (state = 'issued'
            or (state = 'reserved' and (reserved_for = %(reference)s or reserved_until_at <= %(now)s)))
     order by id for update
)
update loyalty.coupon c set state = 'reserved', reserved_for = %(reference)s, reserved_until_at = %(until_at)s
  from held h where c.id = h.id
returning c.id
"""
CONSUME: Final = """
update loyalty.coupon set state = 'consumed', reserved_until_at = null
 where handler_id = %(handler)s and reserved_for = %(reference)s and state = 'reserved'
returning id
"""
GIVE_BACK: Final = """
update loyalty.coupon set state = 'issued', reserved_for = null, reserved_until_at = null
 where handler_id = %(handler)s and reserved_for = %(reference)s
returning id
"""
INSERT_BATCH: Final = """
insert into loyalty.coupon_batch (id, handler_id, definition_id, reference, tier, begun_at)
values (%(id)s, %(handler)s, %(definition)s, %(reference)s, %(tier)s, %(now)s)
on conflict (handler_id, reference) do nothing
"""
_BATCH: Final = """
select id, definition_id, reference, tier, reached_subject_id, issued, begun_at, done_at from loyalty.coupon_batch
"""
LIST_AUDIENCE: Final = """
select m.subject_id, coalesce(s.stands_for, s.id) as person
  from loyalty.member m join identity.subject s on s.id = m.subject_id
 where m.handler_id = %(handler)s and m.subject_id > %(after)s and (%(tier)s::text is null or m.tier = %(tier)s)
   and s.erased_at is null
 order by m.subject_id limit %(limit)s
"""
INSERT_FOR_MANY: Final = """
insert into loyalty.coupon (id, handler_id, definition_id, subject_id, number, batch_id, issued_at, expires_at)
select a.id, %(handler)s, %(definition)s, a.subject_id,
       1 + (select coalesce(max(c.number), 0) from loyalty.coupon c
             where c.definition_id = %(definition)s and c.subject_id = a.subject_id),
       %(batch)s, %(now)s, %(expires_at)s
  from unnest(%(ids)s::text[], %(subjects)s::bigint[]) as a (id, subject_id)
 where (select count(*) from loyalty.coupon c
         join identity.subject s on s.id = c.subject_id
        where c.definition_id = %(definition)s and c.subject_id in
              (select f.id from identity.subject f where f.id = a.subject_id or f.stands_for = a.subject_id)
       ) < %(per_person_max)s
on conflict do nothing
returning id
"""
MOVE_BATCH: Final = """
update loyalty.coupon_batch set reached_subject_id = %(reached)s, issued = issued + %(count)s, done_at = %(done_at)s
 where id = %(id)s
"""
INSERT_CODES: Final = """
insert into loyalty.coupon_code (handler_id, code_hash, definition_id, made_at)
select %(handler)s, hash, %(definition)s, %(now)s from unnest(%(hashes)s::bytea[]) as made (hash)
"""
CLAIM_CODE: Final = """
update loyalty.coupon_code set claimed_by_id = %(subject)s, claimed_at = %(now)s
 where handler_id = %(handler)s and code_hash = %(hash)s and claimed_by_id is null
returning definition_id
"""
COUNT_ATTEMPT: Final = """
insert into loyalty.claim_attempt as a (subject_id, hour_at, times) values (%(subject)s, %(hour_at)s, 1)
on conflict (subject_id, hour_at) do update set times = a.times + 1
returning times
"""


async def insert_definition(conn: Conn, handler: HandlerId, definition: DictRow, now: datetime) -> None:
    values = definition | {"handler": handler, "terms": Jsonb(definition["terms"]), "now": now}
    await conn.execute(INSERT_DEFINITION, values)


async def find_definition(conn: Conn, handler: HandlerId, definition: str) -> DictRow | None:
    found = await conn.execute(f"{_DEFINITION} where id = %s and handler_id = %s", (definition, handler))
    return await found.fetchone()


async def list_definitions(conn: Conn, handler: HandlerId, after: str, limit: int) -> Sequence[DictRow]:
    query = f"{_DEFINITION} where handler_id = %s and id > %s order by id limit %s"
    return await (await conn.execute(query, (handler, after, limit))).fetchall()


async def close(conn: Conn, handler: HandlerId, definition: str, now: datetime) -> bool:
    """False when it is unknown or closed already."""
    return (await conn.execute(CLOSE, {"id": definition, "handler": handler, "now": now})).rowcount == 1


async def take_one(conn: Conn, definition: str) -> bool:
    """Count one more of the total; False when all are out."""
    return (await conn.execute(TAKE_ONE, {"id": definition})).rowcount == 1


async def lock_remaining(conn: Conn, definition: str, wanted: int) -> int:
    """Hold the definition until commit; answers how many of `wanted` the total still allows."""
    row = await (await conn.execute(LOCK_DEFINITION, {"id": definition})).fetchone()
    assert row is not None
    return wanted if row["total_max"] is None else min(wanted, row["total_max"] - row["issued"])


async def add_issued(conn: Conn, definition: str, count: int) -> None:
    await conn.execute(ADD_ISSUED, {"id": definition, "count": count})


async def count_of_person(conn: Conn, definition: str, family: Sequence[SubjectId]) -> tuple[int, int]:
    """How many of a definition the family was given, and the last number of the person's own."""
    values = {"definition": definition, "family": list(family), "person": family[0]}
    row = await (await conn.execute(COUNT_OF_PERSON, values)).fetchone()
    assert row is not None
    return row["held"], row["number"]


async def insert_coupon(
    conn: Conn,
    handler: HandlerId,
    definition: str,
    subject: SubjectId,
    number: int,
    now: datetime,
    expires_at: datetime,
) -> str:
    """Answers the coupon's id."""
    values = {
        "id": new_id("cpn"),
        "handler": handler,
        "definition": definition,
        "subject": subject,
        "number": number,
        "now": now,
        "expires_at": expires_at,
    }
    await conn.execute(INSERT_COUPON, values)
    return str(values["id"])


async def list_of_person(conn: Conn, family: Sequence[SubjectId], before: str, limit: int) -> Sequence[DictRow]:
    """The coupons of a person, the newest first."""
    query = f"{_COUPON} where c.subject_id = any(%s) and c.id < %s order by c.id desc limit %s"
    return await (await conn.execute(query, (list(family), before, limit))).fetchall()


async def list_usable(
    conn: Conn, family: Sequence[SubjectId], now: datetime, ids: Sequence[str] | None
) -> Sequence[DictRow]:
    """The person's coupons that are free and begun, of these only if any are named, those that end first."""
    values = {"family": list(family), "now": now, "ids": None if ids is None else list(ids), "limit": FOR_ONE_MAX}
    return await (await conn.execute(LIST_USABLE, values)).fetchall()


async def reserve(
    conn: Conn, family: Sequence[SubjectId], ids: Sequence[str], reference: str, until_at: datetime, now: datetime
) -> int:
    """Reserve those that may be; answers how many were."""
    values = {"family": list(family), "ids": list(ids), "reference": reference, "until_at": until_at, "now": now}
    return len(await (await conn.execute(RESERVE, values)).fetchall())


async def consume(conn: Conn, handler: HandlerId, reference: str) -> int:
    done = await conn.execute(CONSUME, {"handler": handler, "reference": reference})
    return len(await done.fetchall())


async def give_back(conn: Conn, handler: HandlerId, reference: str) -> int:
    done = await conn.execute(GIVE_BACK, {"handler": handler, "reference": reference})
    return len(await done.fetchall())


async def insert_batch(
    conn: Conn, handler: HandlerId, batch: str, definition: str, reference: str, tier: str | None, now: datetime
) -> bool:
    """False when there is a batch of that reference."""
    values = {
        "id": batch,
        "handler": handler,
        "definition": definition,
        "reference": reference,
        "tier": tier,
        "now": now,
    }
    return (await conn.execute(INSERT_BATCH, values)).rowcount == 1


async def find_batch(conn: Conn, handler: HandlerId, reference: str) -> DictRow | None:
    found = await conn.execute(f"{_BATCH} where handler_id = %s and reference = %s", (handler, reference))
    return await found.fetchone()


async def lock_batch(conn: Conn, handler: HandlerId, batch: str) -> DictRow | None:
    found = await conn.execute(f"{_BATCH} where id = %s and handler_id = %s for update", (batch, handler))
    return await found.fetchone()


async def list_audience(conn: Conn, handler: HandlerId, after: int, tier: str | None, limit: int) -> Sequence[DictRow]:
    """The next members, in the order of their numbers, with the person each stands for."""
    values = {"handler": handler, "after": after, "tier": tier, "limit": limit}
    return await (await conn.execute(LIST_AUDIENCE, values)).fetchall()


async def insert_for_many(
    conn: Conn,
    handler: HandlerId,
    definition: str,
    batch: str,
    persons: Sequence[SubjectId],
    per_person_max: int,
    now: datetime,
    expires_at: datetime,
) -> int:
    """One coupon for each of these who may have one more and got none of this batch; answers how many."""
    values = {
        "handler": handler,
        "definition": definition,
        "batch": batch,
        "ids": [new_id("cpn") for _ in persons],
        "subjects": list(persons),
        "per_person_max": per_person_max,
        "now": now,
        "expires_at": expires_at,
    }
    return (await conn.execute(INSERT_FOR_MANY, values)).rowcount


async def move_batch(conn: Conn, batch: str, reached: int, count: int, done_at: datetime | None) -> None:
    await conn.execute(MOVE_BATCH, {"id": batch, "reached": reached, "count": count, "done_at": done_at})


async def insert_codes(conn: Conn, handler: HandlerId, definition: str, hashes: Sequence[bytes], now: datetime) -> None:
    values = {"handler": handler, "definition": definition, "hashes": list(hashes), "now": now}
    await conn.execute(INSERT_CODES, values)


async def claim_code(conn: Conn, handler: HandlerId, code_hash: bytes, subject: SubjectId, now: datetime) -> str | None:
    """Use a code up; answers the definition it is for, None when it is unknown or used."""
    values = {"handler": handler, "hash": code_hash, "subject": subject, "now": now}
    row = await (await conn.execute(CLAIM_CODE, values)).fetchone()
    return None if row is None else str(row["definition_id"])


async def count_attempt(conn: Conn, subject: SubjectId, hour_at: datetime) -> int:
    """Count one more try in that hour; answers how many there were."""
    row = await (await conn.execute(COUNT_ATTEMPT, {"subject": subject, "hour_at": hour_at})).fetchone()
    assert row is not None
    return int(row["times"])


async def forget_attempts(conn: Conn, before: datetime) -> int:
    return (await conn.execute("delete from loyalty.claim_attempt where hour_at < %s", (before,))).rowcount
