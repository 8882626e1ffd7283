"""What many awards have to know and what they write, each in one statement for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from msgspec import json
from psycopg.rows import DictRow

from yumen.customer.loyalty.ledger_store import NEW_LOT, Posting
from yumen.customer.loyalty.movement import Account, Entry
from yumen.kit.arrays import bytes_, moments, numbers, plain, texts
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

OPEN: Final = """
insert into loyalty.balance (subject_id, handler_id)
select distinct coalesce(s.stands_for, s.id), s.handler_id from identity.subject s
 where s.id = any(%(subjects)s::bigint[]) and s.handler_id = %(handler)s
   and not exists (select 1 from loyalty.balance b where b.subject_id = coalesce(s.stands_for, s.id))
 order by 1
on conflict do nothing
"""
HOLD: Final = """
with family as materialized (
    select s.id as subject, p.id as person, f.id
      from identity.subject s
      join identity.subject p on p.id = coalesce(s.stands_for, s.id)
      join identity.subject f on f.id = p.id or f.stands_for = p.id
     where s.id = any(%(subjects)s::bigint[]) and s.handler_id = %(handler)s
), held as materialized (
    select subject_id, owed from loyalty.balance where subject_id in (select id from family)
     order by subject_id for update skip locked
)
select f.subject, f.person, f.id, coalesce(h.owed, 0) as owed,
       h.subject_id is not null or b.subject_id is null as is_held,
       f.id <> f.person or b.subject_id is not null as is_open
  from family f
  left join held h on h.subject_id = f.id
  left join loyalty.balance b on b.subject_id = f.id
 order by f.subject, f.id <> f.person, f.id
"""
FACTS: Final = """
with asked as materialized (
    select * from unnest(%(subjects)s::bigint[], %(references)s::text[], %(ats)s::timestamptz[])
             with ordinality as a (subject, reference, at, n)
), family as materialized (
    select a.n, f.id, f.id = p.id as is_person
      from asked a join identity.subject s on s.id = a.subject and s.handler_id = %(handler)s
      join identity.subject p on p.id = coalesce(s.stands_for, s.id)
      join identity.subject f on f.id = p.id or f.stands_for = p.id
)
select m.subject_id, m.number_sealed, m.enrolled_at, m.tier, m.tier_since_at, m.tier_until_at,
       e.version, e.body as earning, t.body as tiers,
       exists (select 1 from loyalty.posting p
                where p.handler_id = %(handler)s and p.source_kind = %(kind)s and p.reference = a.reference
                  and p.rule = '') as is_booked,
       coalesce((e.body ->> 'first_purchase_points')::integer, 0) = 0
       or exists (select 1 from loyalty.entry l join loyalty.posting p on p.id = l.posting_id
                   where l.subject_id in (select id from family where family.n = a.n) and p.act = 'earn'
                     and p.source_kind = %(kind)s) as has_earned
  from asked a
  left join lateral (
        select subject_id, number_sealed, enrolled_at, tier, tier_since_at, tier_until_at
          from loyalty.member join family on family.id = subject_id and family.n = a.n
         order by not is_person, enrolled_at, subject_id limit 1
       ) m on true
  left join lateral (
        select version, body from loyalty.program
         where handler_id = %(handler)s and kind = 'earning' and adopted_at is not null and starts_at <= a.at
         order by starts_at desc, version desc limit 1
       ) e on true
  left join lateral (
        select body from loyalty.program
         where handler_id = %(handler)s and kind = 'tiers' and adopted_at is not null and starts_at <= %(now)s
         order by starts_at desc, version desc limit 1
       ) t on true
 order by a.n
"""
WRITE: Final = """
with posting as (
    insert into loyalty.posting (id, handler_id, subject_id, act, source_kind, reference, rule, points, explanation,
                                 posted_at)
    select id, %(handler)s, subject_id, 'earn', %(kind)s, reference, '', points, explanation, %(posted_at)s
      from unnest(%(ids)s::text[], %(people)s::bigint[], %(references)s::text[], %(points)s::bigint[],
                  %(explanations)s::jsonb[]) as p (id, subject_id, reference, points, explanation)
), given as (
    insert into loyalty.lot as l (handler_id, subject_id, expires_at, left_points)
    select %(handler)s, subject_id, expires_at, points
      from unnest(%(people)s::bigint[], %(expiries)s::timestamptz[], %(given)s::bigint[])
           as g (subject_id, expires_at, points)
     where points > 0 order by subject_id
    on conflict (subject_id, expires_at) do update set left_points = l.left_points + excluded.left_points
    returning id, subject_id
), entries as (
    insert into loyalty.entry (posting_id, line, account, subject_id, lot_id, points)
    select e.posting_id, e.line, e.account, e.subject_id, given.id, e.points
      from unnest(%(postings)s::text[], %(lines)s::smallint[], %(accounts)s::text[], %(subjects)s::bigint[],
                  %(takers)s::bigint[], %(amounts)s::bigint[])
           as e (posting_id, line, account, subject_id, taker, points)
      left join given on given.subject_id = e.taker
), leaves as (
    insert into trail.entry (body) select body from unnest(%(leaves)s::bytea[]) as l (body)
)
update loyalty.balance b set points = b.points + m.points, owed = b.owed + m.owed
  from unnest(%(holders)s::bigint[], %(held)s::bigint[], %(owed)s::bigint[]) as m (subject_id, points, owed)
 where b.subject_id = m.subject_id
"""


class Asked(Protocol):
    """What is asked about."""

    @property
    def subject(self) -> SubjectId: ...
    @property
    def reference(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Family:
    """The person meant, all who stand for them, and what each owes; held until commit."""

    person: SubjectId
    members: Sequence[SubjectId]
    owed: Mapping[SubjectId, int]


@dataclass(frozen=True, slots=True)
class Given:
    """One award: its posting, its lines, when its points end, and its leaf."""

    posting: Posting
    entries: Sequence[Entry]
    expires_at: datetime
    leaf: bytes


async def look(
    conn: Conn, handler: HandlerId, kind: str, asked: Sequence[Asked], now: datetime
) -> tuple[dict[SubjectId, Family], list[DictRow]]:
    """The families whose points are held now, by subject, and a row of facts for each of `asked`, in order.

    A family that somebody else holds, and a stranger, are not among them.
    """
    whom = {"subjects": plain(one.subject for one in asked), "handler": handler}
    held = await conn.execute(HOLD, whom)
    values = {
        **whom, "references": texts(one.reference for one in asked), "ats": moments(one.at for one in asked),
        "kind": kind, "now": now,
    }  # fmt: skip
    found = await conn.execute(FACTS, values)
    members = await held.fetchall()
    if not all(row["is_open"] for row in members):
        await conn.execute(OPEN, whom)
        members = await (await conn.execute(HOLD, whom)).fetchall()
    rows: dict[SubjectId, list[DictRow]] = {}
    for row in members:
        rows.setdefault(SubjectId(row["subject"]), []).append(row)
    families = {
        subject: Family(family[0]["person"], [one["id"] for one in family], {one["id"]: one["owed"] for one in family})
        for subject, family in rows.items()
        if all(one["is_held"] for one in family)
    }
    return families, await found.fetchall()


async def write(conn: Conn, handler: HandlerId, kind: str, given: Sequence[Given]) -> None:
    """Insert postings with their lines and leaves, and move lots and balances along. No person may come twice."""
    lines = [(one, number, entry) for one in given for number, entry in enumerate(one.entries, 1)]
    members = [(e.subject, e.points, 0) for _, _, e in lines if e.account is Account.MEMBER]
    debtors = [(e.subject, 0, -e.points) for _, _, e in lines if e.account is Account.OWED]
    moved = _summed([*members, *debtors])
    values = {
        "handler": handler, "kind": kind, "posted_at": given[0].posting.posted_at,
        "ids": texts(one.posting.id for one in given),
        "people": plain(one.posting.subject for one in given),
        "references": texts(one.posting.reference for one in given),
        "points": plain(one.posting.points for one in given),
        "explanations": texts(json.encode(list(one.posting.explanation or ())).decode() for one in given),
        "expiries": moments(one.expires_at for one in given),
        "given": plain(sum(entry.points for entry in one.entries if entry.lot == NEW_LOT) for one in given),
        "leaves": bytes_(one.leaf for one in given),
        "postings": texts(one.posting.id for one, _, _ in lines),
        "lines": plain(number for _, number, _ in lines),
        "accounts": texts(entry.account.value for _, _, entry in lines),
        "subjects": numbers(entry.subject for _, _, entry in lines),
        "takers": numbers(one.posting.subject if entry.lot == NEW_LOT else None for one, _, entry in lines),
        "amounts": plain(entry.points for _, _, entry in lines),
        "holders": plain(moved),
        "held": plain(points for points, _ in moved.values()),
        "owed": plain(owed for _, owed in moved.values()),
    }  # fmt: skip
    await conn.execute(WRITE, values)


def _summed(moves: Sequence[tuple[SubjectId, int, int]]) -> dict[SubjectId, tuple[int, int]]:
    """Points and debt that each subject's balance changes by."""
    sums: dict[SubjectId, tuple[int, int]] = {}
    for subject, points, owed in moves:
        before = sums.get(subject, (0, 0))
        sums[subject] = (before[0] + points, before[1] + owed)
    return sums
