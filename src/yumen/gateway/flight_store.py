"""Rows of who is on the way to a recipient, from before the call until its answer is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class Landing:
    """What was sent under that key has arrived. `id` is the presence, `remote_id` the recipient's, if it said one."""

    id: int
    key: str
    place: int
    remote_id: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody about to be sent, under that transfer. `sealed` is None where the row has the name already."""

    key: str
    place: int
    subject: SubjectId
    index: bytes
    sealed: bytes | None
    values_hash: bytes


DEPART: Final = """
with departed as (
    insert into gateway.presence as p (handler_id, contract, subject_id, sealed_for_id, external_sealed, external_index,
                                       flying_key, flying_place, flying_hash)
    select %(handler)s, %(contract)s, d.subject_id, d.subject_id, d.sealed, d.index, d.key, d.place, d.hash
      from unnest(%(subjects)s::bigint[], %(sealed)s::bytea[], %(indexes)s::bytea[], %(keys)s::uuid[],
                  %(places)s::bigint[], %(hashes)s::bytea[]) as d (subject_id, sealed, index, key, place, hash)
    on conflict (handler_id, contract, external_index) where gone_at is null
    do update set subject_id = excluded.subject_id, flying_key = excluded.flying_key,
                  flying_place = excluded.flying_place, flying_hash = excluded.flying_hash,
                  external_sealed = coalesce(excluded.external_sealed, p.external_sealed),
                  sealed_for_id = case when excluded.external_sealed is null then p.sealed_for_id
                                       else excluded.sealed_for_id end
    returning p.id, p.flying_key
)
select coalesce(array_agg(flying_key::text), '{}') as keys, coalesce(array_agg(id), '{}') as ids from departed
"""
LAND: Final = """
update gateway.presence p
   set version = greatest(p.version, l.place), values_hash = p.flying_hash, flying_key = null, flying_place = null,
       flying_hash = null, arrived_at = %(now)s, keep_until_at = %(keep_until)s,
       remote_id = case when l.remote_id = '' then p.remote_id else l.remote_id end
  from unnest(%(ids)s::bigint[], %(keys)s::uuid[], %(places)s::bigint[], %(remote_ids)s::text[])
       as l (id, key, place, remote_id)
 where p.id = l.id and p.flying_key = l.key
"""
"""By the row's own number: looked for by key among all who fly, each batch passed by everybody who flew since the last
vacuum. Planned anew each time: a plan kept from a small table would read all of a grown one."""
GROUND: Final = """
update gateway.presence p set flying_key = null, flying_place = null, flying_hash = null
  from unnest(%(ids)s::bigint[], %(keys)s::uuid[]) as g (id, key)
 where p.id = g.id and p.flying_key = g.key
"""


async def depart(conn: Conn, handler: HandlerId, contract: str, departures: Sequence[Departure]) -> Mapping[str, int]:
    """Write down who is about to be sent, under which name: before the call, so that a recall finds them.

    Answers the number of each one's row, by key.
    """
    values = {
        "handler": handler,
        "contract": contract,
        "subjects": arrays.plain(one.subject for one in departures),
        "sealed": arrays.bytes_(one.sealed for one in departures),
        "indexes": arrays.bytes_(one.index for one in departures),
        "keys": arrays.plain(one.key for one in departures),
        "places": arrays.plain(one.place for one in departures),
        "hashes": arrays.bytes_(one.values_hash for one in departures),
    }
    row = await (await conn.execute(DEPART, values)).fetchone()
    return {} if row is None else dict(zip(row["keys"], row["ids"], strict=True))


async def land(conn: Conn, landed: Sequence[Landing], now: datetime, keep_until: datetime) -> None:
    """The recipient has what was sent, and may keep it until then."""
    rows = {
        "ids": arrays.plain(one.id for one in landed),
        "keys": arrays.plain(one.key for one in landed),
        "places": arrays.plain(one.place for one in landed),
        "remote_ids": arrays.texts(one.remote_id for one in landed),
    }
    await conn.execute(LAND, {**rows, "now": now, "keep_until": keep_until}, prepare=False)


async def ground(conn: Conn, grounded: Sequence[tuple[int, str]]) -> None:
    """(Presence, transfer): what was sent did not arrive, and it is known."""
    ids, keys = (arrays.plain(one[part] for one in grounded) for part in (0, 1))
    await conn.execute(GROUND, {"ids": ids, "keys": keys})
