"""Rows of who is known to which recipient, under which name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class Presence:
    """A person as a recipient knows them. `recalling`: they are being taken back; `lost_at`: it deleted them itself."""

    id: int
    contract: str
    subject: SubjectId
    sealed_for: SubjectId
    external_sealed: bytes | None
    external_index: bytes
    remote_id: str
    version: int
    values_hash: bytes | None
    arrived_at: datetime | None
    flying_key: str | None
    flying_place: int | None
    flying_hash: bytes | None
    gone_at: datetime | None
    lost_at: datetime | None
    recalling: bool


_SELECT: Final = """
select p.id, p.contract, p.subject_id, p.sealed_for_id, p.external_sealed, p.external_index, p.remote_id, p.version,
       p.values_hash, p.arrived_at, p.flying_key::text as flying_key, p.flying_place, p.flying_hash,
       p.gone_at, p.lost_at,
       exists (select 1 from gateway.recall r where r.presence_id = p.id and r.state in ('open', 'people')) as recalling
"""
_COLUMNS: Final = f"{_SELECT} from gateway.presence p"
FIND_NEAR: Final = f"""
with near as materialized (
    select one.id from unnest(%(subjects)s::bigint[]) as s (id)
     cross join lateral (select n.id from gateway.presence n where n.subject_id = s.id offset 0) as one
    union
    select one.id from unnest(%(indexes)s::bytea[]) as i (index) cross join lateral (
        select n.id from gateway.presence n where n.handler_id = %(handler)s and n.external_index = i.index offset 0
    ) as one
)
{_SELECT} from near cross join lateral (select * from gateway.presence where id = near.id offset 0) as p
 where p.handler_id = %(handler)s and p.contract = %(contract)s and p.gone_at is null order by p.id
"""  # noqa: S608  # constants only
"""Each by its own index, whatever the planner believes of a table that grew since its last analysis: as one condition,
it went through everybody whom the recipient ever got."""
LIST_FLYING: Final = f"""{_COLUMNS}
 where p.handler_id = %(handler)s and p.contract = %(contract)s and p.flying_key is not null and p.id > %(after)s
 order by p.id limit %(limit)s
"""
LIST_HERE: Final = f"""{_COLUMNS}
 where p.handler_id = %(handler)s and p.contract = %(contract)s and p.gone_at is null and p.id > %(after)s
 order by p.id limit %(limit)s
"""
LIST_OF_SUBJECTS: Final = f"""{_COLUMNS}
 where p.handler_id = %(handler)s and p.subject_id = any(%(subjects)s) and p.gone_at is null
   and (%(contract)s::text is null or p.contract = %(contract)s)
 order by p.id
"""
LIST_EXPIRED: Final = f"""{_COLUMNS}
 where p.handler_id = %(handler)s and p.keep_until_at <= %(now)s and p.gone_at is null
   and not exists (select 1 from gateway.recall r where r.presence_id = p.id and r.state in ('open', 'people'))
 order by p.keep_until_at, p.id limit %(limit)s
"""  # noqa: S608  # constants only
LIST_OF_INDEX: Final = f"""{_COLUMNS}
 where p.handler_id = %(handler)s and p.external_index = %(index)s order by p.id desc limit %(limit)s
"""
GET_MANY: Final = f"{_COLUMNS} where p.id = any(%s) order by p.id"
LIST_CONTRACTS: Final = """
select distinct p.contract from gateway.presence p where p.handler_id = %s and p.gone_at is null order by 1 limit %s
"""
FORGET_GROUNDED: Final = """
delete from gateway.presence p
 where p.id = any(%s) and p.arrived_at is null and p.flying_key is null
   and not exists (select 1 from gateway.recall r where r.presence_id = p.id)
"""
CLOSE: Final = """
update gateway.presence set gone_at = %s, external_sealed = null, flying_key = null, flying_place = null,
       flying_hash = null, values_hash = null, remote_id = ''
 where id = any(%s) and gone_at is null
"""
LIST_OF_REMOTES: Final = f"""{_COLUMNS}
 where p.handler_id = %(handler)s and p.contract = any(%(contracts)s) and p.remote_id = any(%(remotes)s)
   and p.remote_id <> '' and p.gone_at is null
 order by p.id
"""  # constants only
LOSE: Final = """
update gateway.presence set lost_at = %s, values_hash = null where id = %s and lost_at is null and gone_at is null
"""
FIND_AGAIN: Final = """
update gateway.presence set lost_at = null
 where handler_id = %s and contract = %s and subject_id = %s and gone_at is null and lost_at is not null
"""
ANEW: Final = """
update gateway.presence set values_hash = null
 where handler_id = %s and contract = %s and gone_at is null and values_hash is not null
"""
ADOPT: Final = """
update gateway.presence p set subject_id = m.person
  from unnest(%(subjects)s::bigint[], %(persons)s::bigint[]) as m (subject_id, person)
 where p.handler_id = %(handler)s and p.subject_id = m.subject_id and p.gone_at is null
"""
DELETE_GONE: Final = """
with gone as (
    select id from gateway.presence where handler_id = %s and subject_id = any(%s) and gone_at is not null
), calls as (
    delete from gateway.recall r using gone where r.presence_id = gone.id
)
delete from gateway.presence p using gone where p.id = gone.id
"""
COUNT: Final = """
select count(*) filter (where arrived_at is not null) as arrived,
       count(*) filter (where flying_key is not null) as flying
  from gateway.presence where handler_id = %s and contract = %s and gone_at is null
"""
CONTRACTS_MAX: Final = 500
PAGE_MAX: Final = 1_000


async def find_near(
    conn: Conn, handler: HandlerId, contract: str, subjects: Sequence[SubjectId], indexes: Sequence[bytes]
) -> list[Presence]:
    """Who of these persons is there, and who is there under one of these names."""
    near = {"subjects": arrays.plain(subjects), "indexes": arrays.bytes_(indexes)}
    return await _list(conn, FIND_NEAR, {"handler": handler, "contract": contract, **near})


async def list_flying(conn: Conn, handler: HandlerId, contract: str, after: int, limit: int) -> list[Presence]:
    """Sent, and nobody knows what became of it."""
    values = {"handler": handler, "contract": contract, "after": after, "limit": limit}
    return await _list(conn, LIST_FLYING, values)


async def list_here(conn: Conn, handler: HandlerId, contract: str, after: int, limit: int) -> list[Presence]:
    values = {"handler": handler, "contract": contract, "after": after, "limit": limit}
    return await _list(conn, LIST_HERE, values)


async def list_of_subjects(
    conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId], contract: str | None = None
) -> list[Presence]:
    """Wherever these are known now, or under that contract only."""
    return await _list(conn, LIST_OF_SUBJECTS, {"handler": handler, "subjects": list(subjects), "contract": contract})


async def list_expired(conn: Conn, handler: HandlerId, now: datetime) -> list[Presence]:
    """Whose time abroad has passed and who is not being taken back yet."""
    return await _list(conn, LIST_EXPIRED, {"handler": handler, "now": now, "limit": PAGE_MAX})


async def list_of_index(conn: Conn, handler: HandlerId, index: bytes, limit: int) -> list[Presence]:
    """Everybody who is or was known under that name, the newest first."""
    return await _list(conn, LIST_OF_INDEX, {"handler": handler, "index": index, "limit": limit})


async def get_many(conn: Conn, ids: Sequence[int]) -> list[Presence]:
    rows = await (await conn.execute(GET_MANY, (list(ids),))).fetchall()
    return [_presence(row) for row in rows]


async def list_contracts(conn: Conn, handler: HandlerId) -> list[str]:
    """Under which contracts anybody is known to a recipient."""
    rows = await (await conn.execute(LIST_CONTRACTS, (handler, CONTRACTS_MAX))).fetchall()
    return [row["contract"] for row in rows]


async def forget_grounded(conn: Conn, ids: Sequence[int]) -> None:
    """Nothing ever arrived under these names: there is nothing to remember."""
    await conn.execute(FORGET_GROUNDED, (list(ids),))


async def close(conn: Conn, ids: Sequence[int], now: datetime) -> None:
    """They are gone: the name goes too, the index stays to say why."""
    await conn.execute(CLOSE, (now, list(ids)))


async def send_anew(conn: Conn, handler: HandlerId, contract: str) -> None:
    """Nobody counts as unchanged: everybody judged is sent again."""
    await conn.execute(ANEW, (handler, contract))


async def list_of_remotes(
    conn: Conn, handler: HandlerId, contracts: Sequence[str], remotes: Sequence[str]
) -> list[Presence]:
    """Whom a recipient knows under these record numbers of its own."""
    values = {"handler": handler, "contracts": list(contracts), "remotes": list(remotes)}
    return await _list(conn, LIST_OF_REMOTES, values)


async def lose(conn: Conn, presence: int, now: datetime) -> bool:
    """The recipient deleted it; False when that was known."""
    return (await conn.execute(LOSE, (now, presence))).rowcount == 1


async def find_again(conn: Conn, handler: HandlerId, contract: str, subject: SubjectId) -> None:
    """A person decided that it may be written there again."""
    await conn.execute(FIND_AGAIN, (handler, contract, subject))


async def adopt(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId], persons: Sequence[SubjectId]) -> None:
    """What is known under these subjects belongs to the persons for whom they stand now."""
    await conn.execute(ADOPT, {"handler": handler, "subjects": list(subjects), "persons": list(persons)})


async def delete_gone(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId]) -> int:
    """Also the index goes of whoever is gone everywhere."""
    return (await conn.execute(DELETE_GONE, (handler, list(subjects)))).rowcount


async def count(conn: Conn, handler: HandlerId, contract: str) -> tuple[int, int]:
    """How many are there, and how many are on their way."""
    row = await (await conn.execute(COUNT, (handler, contract))).fetchone()
    return (0, 0) if row is None else (row["arrived"], row["flying"])


async def _list(conn: Conn, query: str, values: dict[str, object]) -> list[Presence]:
    return [_presence(row) for row in await (await conn.execute(query, values)).fetchall()]


def _presence(row: DictRow) -> Presence:
    named = {name: value for name, value in row.items() if name not in ("subject_id", "sealed_for_id")}
    subject, sealed_for = SubjectId(row["subject_id"]), SubjectId(row["sealed_for_id"])
    return Presence(subject=subject, sealed_for=sealed_for, **named)
