"""The statement of the login lane: many logins of known shoppers, one round trip, one transaction, a leaf each.

Measured design (docs/explain/login.md): rows are locked in id order, what is locked elsewhere is skipped and answered
as such, and the same person twice in a batch is normal. The leaf's subject is known only here, so it is added here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId
from yumen.kit.lane import RETRY_ALONE, Skipped


class Visit(msgspec.Struct, frozen=True, gc=False):
    """A shopper WeChat vouches for, with a session made ready. `leaf` lacks its subject and the closing bracket."""

    app: int
    openid_index: bytes
    token_hash: bytes
    session: str
    device: str | None
    key_sealed: bytes
    repeat_index: bytes | None
    leaf: bytes


class Known(msgspec.Struct, frozen=True, gc=False):
    """The session is open. `unionid_index` is what the alias knows; `named` whom it names before merges."""

    subject: SubjectId
    subject_ref: str
    named: SubjectId
    unionid_index: bytes | None


class Unknown(msgspec.Struct, frozen=True):
    """Nobody has this openid yet: nothing was written."""


UNKNOWN: Final = Unknown()

_LOGIN: Final = """
with visit as materialized (
    select * from unnest(%(apps)b::bigint[], %(openid_indexes)b::bytea[], %(token_hashes)b::bytea[],
                         %(sessions)b::text[], %(devices)b::text[], %(keys_sealed)b::bytea[],
                         %(repeat_indexes)b::bytea[], %(leaves)b::bytea[])
         with ordinality as v (app_id, openid_index, token_hash, session, device, key_sealed, repeat_index, leaf, n)
), named as materialized (
    select v.n, a.subject_id, a.unionid_index
      from visit v join identity.alias a on a.app_id = v.app_id and a.openid_index = v.openid_index
), held as materialized (
    select s.id, coalesce(s.stands_for, s.id) as person
      from identity.subject s
     where s.id in (select subject_id from named)
     order by s.id
       for no key update{waiting}
), seen as (
    update identity.subject s set last_seen_at = %(now)b from held where s.id = held.id
), opened as (
    insert into identity.session (token_hash, id, subject_id, app_id, device, session_key_sealed,
                                  opened_at, used_at, expires_at, repeat_index)
    select v.token_hash, v.session, h.id, v.app_id, v.device, v.key_sealed, %(now)b, %(now)b, %(expires_at)b,
           v.repeat_index
      from visit v join named using (n) join held h on h.id = named.subject_id
), leaves as (
    insert into trail.entry (body)
    select v.leaf || convert_to(h.person || ']', 'UTF8')
      from visit v join named using (n) join held h on h.id = named.subject_id
     order by v.n
)
select named.n, h.person, p.ref, named.subject_id, named.unionid_index
  from named left join held h on h.id = named.subject_id left join identity.subject p on p.id = h.person
"""
TOGETHER: Final = _LOGIN.format(waiting=" skip locked")
ALONE: Final = _LOGIN.format(waiting="")


async def run(
    conn: Conn, visits: Sequence[Visit], now: datetime, keep: timedelta
) -> Sequence[Known | Unknown | Skipped]:
    """Open the sessions of these visits; one outcome for each, in order.

    A batch comes on an idle connection and is one statement in autocommit. A retry comes in a transaction with a lock
    timeout of its own, so there the statement waits for the row instead of skipping it.
    """
    if conn.info.transaction_status is TransactionStatus.INTRANS:
        return await _execute(conn, ALONE, visits, now, keep)
    await conn.set_autocommit(True)
    try:
        return await _execute(conn, TOGETHER, visits, now, keep)
    finally:
        if not conn.closed:
            await conn.set_autocommit(False)


async def _execute(
    conn: Conn, statement: str, visits: Sequence[Visit], now: datetime, keep: timedelta
) -> Sequence[Known | Unknown | Skipped]:
    values = {
        "apps": [visit.app for visit in visits],
        "openid_indexes": [visit.openid_index for visit in visits],
        "token_hashes": [visit.token_hash for visit in visits],
        "sessions": [visit.session for visit in visits],
        "devices": [visit.device for visit in visits],
        "keys_sealed": [visit.key_sealed for visit in visits],
        "repeat_indexes": [visit.repeat_index for visit in visits],
        "leaves": [visit.leaf for visit in visits],
        "now": now,
        "expires_at": now + keep,
    }
    outcomes: list[Known | Unknown | Skipped] = [UNKNOWN] * len(visits)
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(statement, values, prepare=True)
        for n, person, ref, named, unionid_index in await cursor.fetchall():
            outcomes[n - 1] = (
                RETRY_ALONE if person is None else Known(SubjectId(person), ref, SubjectId(named), unionid_index)
            )
    return outcomes
