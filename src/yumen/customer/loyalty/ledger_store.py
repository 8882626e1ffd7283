"""Rows of postings, entries, lots and balances. Entries are only ever inserted; the database allows nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.customer.loyalty.movement import Account, Entry, Lot
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

T = TypeVar("T")

LOTS_MAX: Final = 4000
"""Live lots of one person; points end at the end of a month, so a person has some dozens."""
REVERSALS_MAX: Final = 1000
NEW_LOT: Final = 0
"""Stands for a lot whose number only the statement learns."""
FAMILY_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Posting:
    """One act on points, and what it stands for."""

    id: str
    subject: SubjectId
    act: str
    kind: str
    reference: str
    rule: str
    points: int
    posted_at: datetime
    reverses: str | None = None
    reason: str | None = None
    explanation: Sequence[Mapping[str, str | int]] | None = None


LIST_FAMILY: Final = """
select f.id from identity.subject s
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
  join identity.subject f on f.id = p.id or f.stands_for = p.id
 where s.id = %(subject)s and s.handler_id = %(handler)s
 order by f.id <> p.id, f.id limit %(limit)s
"""
ENSURE_BALANCE: Final = """
insert into loyalty.balance (subject_id, handler_id) values (%(subject)s, %(handler)s) on conflict do nothing
"""
LOCK_BALANCES: Final = """
select subject_id, points, owed from loyalty.balance where subject_id = any(%(family)s)
 order by subject_id for update
"""
HOLD: Final = """
with family as materialized (
    select f.id, f.id = p.id as is_person from identity.subject s
      join identity.subject p on p.id = coalesce(s.stands_for, s.id)
      join identity.subject f on f.id = p.id or f.stands_for = p.id
     where s.id = %(subject)s and s.handler_id = %(handler)s
     order by f.id <> p.id, f.id limit %(limit)s
), held as materialized (
    select subject_id, owed from loyalty.balance where subject_id in (select id from family)
     order by subject_id for update
)
select f.id, h.owed from family f left join held h on h.subject_id = f.id order by not f.is_person, f.id
"""
FIND_POSTING: Final = """
select id, subject_id, act, source_kind, reference, rule, points, posted_at, reverses, reason, explanation
  from loyalty.posting
 where handler_id = %(handler)s and source_kind = %(kind)s and reference = %(reference)s and rule = %(rule)s
"""
LIST_LOTS: Final = """
select id, subject_id, expires_at, left_points, expired_points from loyalty.lot
 where subject_id = any(%(family)s) and (left_points > 0 or id = any(%(named)s))
 order by expires_at, id limit %(limit)s
"""
WRITE: Final = """
with posting as (
    insert into loyalty.posting (id, handler_id, subject_id, act, source_kind, reference, rule, points, reverses,
                                 reason, explanation, posted_at)
    values (%(id)s, %(handler)s, %(subject)s, %(act)s, %(kind)s, %(reference)s, %(rule)s, %(points)s, %(reverses)s,
            %(reason)s, %(explanation)s, %(posted_at)s)
    returning id
), given as (
    insert into loyalty.lot as l (handler_id, subject_id, expires_at, left_points)
    select %(handler)s, %(subject)s, %(expires_at)s, %(given)s where %(given)s > 0
    on conflict (subject_id, expires_at) do update set left_points = l.left_points + excluded.left_points
    returning id
), entries as (
    insert into loyalty.entry (posting_id, line, account, subject_id, lot_id, points)
    select p.id, e.line, e.account, e.subject_id,
           case when e.lot_id = %(new)s then (select id from given) else e.lot_id end, e.points
      from posting p, unnest(%(lines)s::smallint[], %(accounts)s::text[], %(subjects)s::bigint[], %(lots)s::bigint[],
                             %(amounts)s::bigint[]) as e (line, account, subject_id, lot_id, points)
), lots as (
    update loyalty.lot l set left_points = l.left_points + m.left_points, expired_points = l.expired_points + m.expired
      from unnest(%(moved_lots)s::bigint[], %(moved_left)s::bigint[], %(moved_expired)s::bigint[])
           as m (id, left_points, expired)
     where l.id = m.id
)
update loyalty.balance b set points = b.points + m.points, owed = b.owed + m.owed
  from unnest(%(holders)s::bigint[], %(held)s::bigint[], %(owed)s::bigint[]) as m (subject_id, points, owed)
 where b.subject_id = m.subject_id
"""
LIST_ENTRIES: Final = """
select account, subject_id, points, lot_id from loyalty.entry where posting_id = any(%(postings)s)
 order by posting_id, line limit %(limit)s
"""
LIST_REVERSALS: Final = "select id, points from loyalty.posting where reverses = %(posting)s limit %(limit)s"
LIST_STATEMENT: Final = """
select p.id, p.act, p.source_kind, p.reference, p.reason, p.posted_at,
       sum(e.points) filter (where e.account = 'member')::bigint as points,
       sum(e.points) filter (where e.account = 'owed')::bigint as settled,
       min(l.expires_at) filter (where e.account = 'member' and e.points > 0) as expires_at, p.explanation
  from (select distinct posting_id from loyalty.entry
         where subject_id = any(%(family)s) and posting_id < %(before)s
         order by posting_id desc limit %(limit)s) own
  join loyalty.posting p on p.id = own.posting_id
  join loyalty.entry e on e.posting_id = own.posting_id and e.subject_id = any(%(family)s)
  left join loyalty.lot l on l.id = e.lot_id
 group by p.id order by p.id desc
"""
FIND_BALANCE: Final = """
select coalesce((select sum(owed)::bigint from loyalty.balance where subject_id = any(%(family)s)), 0) as owed,
       coalesce(sum(left_points), 0)::bigint as points,
       coalesce(sum(left_points) filter (where expires_at <= %(soon)s), 0)::bigint as expiring,
       min(expires_at) filter (where expires_at <= %(soon)s) as first_at
  from loyalty.lot where subject_id = any(%(family)s) and left_points > 0 and expires_at > %(now)s
"""
COUNT_POSTINGS: Final = """
select count(distinct posting_id) as kept from loyalty.entry where subject_id = any(%(family)s)
"""


async def list_family(conn: Conn, handler: HandlerId, subject: SubjectId) -> list[SubjectId]:
    """The person meant by a subject, first, and all who stand for them, in one question; empty for a stranger."""
    values = {"subject": subject, "handler": handler, "limit": FAMILY_MAX}
    return [SubjectId(row["id"]) for row in await (await conn.execute(LIST_FAMILY, values)).fetchall()]


async def hold(
    conn: Conn, handler: HandlerId, subject: SubjectId, ask: Callable[[], Awaitable[T]]
) -> tuple[list[SubjectId], dict[SubjectId, int], T]:
    """The family of a subject, what each owes (held until commit), and what `ask` sent after that, in one round trip
    of a pipeline. The family is empty for a stranger."""
    values = {"subject": subject, "handler": handler, "limit": FAMILY_MAX}
    held = await conn.execute(HOLD, values)
    asked = await ask()
    rows = await held.fetchall()
    family = [SubjectId(row["id"]) for row in rows]
    owed = {SubjectId(row["id"]): row["owed"] for row in rows if row["owed"] is not None}
    if family and family[0] not in owed:
        # the first time; what was asked before the row was there is asked again behind it
        owed, asked = await lock_balances(conn, handler, family[0], family), await ask()
    return family, owed, asked


async def lock_balances(
    conn: Conn, handler: HandlerId, subject: SubjectId, family: Sequence[SubjectId]
) -> dict[SubjectId, int]:
    """Hold the points of a family until commit, in the order of their numbers; answers what each owes."""
    rows = await (await conn.execute(LOCK_BALANCES, {"family": list(family)})).fetchall()
    if all(row["subject_id"] != subject for row in rows):
        await conn.execute(ENSURE_BALANCE, {"subject": subject, "handler": handler})
        rows = await (await conn.execute(LOCK_BALANCES, {"family": list(family)})).fetchall()
    return {SubjectId(row["subject_id"]): row["owed"] for row in rows}


async def find_posting(conn: Conn, handler: HandlerId, kind: str, reference: str, rule: str) -> Posting | None:
    values = {"handler": handler, "kind": kind, "reference": reference, "rule": rule}
    row = await (await conn.execute(FIND_POSTING, values)).fetchone()
    return None if row is None else _posting(row)


async def list_lots(conn: Conn, family: Sequence[SubjectId], named: Sequence[int] = ()) -> list[Lot]:
    """Lots with points left and those named, the first to end first."""
    values = {"family": list(family), "named": list(named), "limit": LOTS_MAX}
    rows = await (await conn.execute(LIST_LOTS, values)).fetchall()
    return [
        Lot(row["id"], SubjectId(row["subject_id"]), row["expires_at"], row["left_points"], row["expired_points"])
        for row in rows
    ]


async def write(
    conn: Conn, handler: HandlerId, posting: Posting, entries: Sequence[Entry], expires_at: datetime | None = None
) -> None:
    """Insert a posting with its lines and move the cached lots and balances along, in one statement.

    Lines that name the lot `NEW_LOT` go into the posting's person's lot that ends at `expires_at`, made if need be.
    """
    await conn.execute(WRITE, _values(handler, posting, entries) | {"expires_at": expires_at, "new": NEW_LOT})


async def list_entries(conn: Conn, postings: Sequence[str]) -> list[Entry]:
    limit = LOTS_MAX * (len(postings) + 1)
    rows = await (await conn.execute(LIST_ENTRIES, {"postings": list(postings), "limit": limit})).fetchall()
    return [Entry(Account(row["account"]), SubjectId(row["subject_id"]), row["points"], row["lot_id"]) for row in rows]


async def list_reversals(conn: Conn, posting: str) -> dict[str, int]:
    """The postings that took this one back in part, and how many points each."""
    rows = await (await conn.execute(LIST_REVERSALS, {"posting": posting, "limit": REVERSALS_MAX})).fetchall()
    return {row["id"]: row["points"] for row in rows}


async def list_statement(conn: Conn, family: Sequence[SubjectId], before: str, limit: int) -> Sequence[DictRow]:
    """The acts that moved the family's points, the newest first, before that posting."""
    values = {"family": list(family), "before": before, "limit": limit}
    return await (await conn.execute(LIST_STATEMENT, values)).fetchall()


async def find_balance(conn: Conn, family: Sequence[SubjectId], now: datetime, soon: datetime) -> DictRow:
    values = {"family": list(family), "now": now, "soon": soon}
    row = await (await conn.execute(FIND_BALANCE, values)).fetchone()
    assert row is not None
    return row


async def count_postings(conn: Conn, family: Sequence[SubjectId]) -> int:
    """How many acts moved the family's points."""
    row = await (await conn.execute(COUNT_POSTINGS, {"family": list(family)})).fetchone()
    return int(row["kept"]) if row else 0


def _values(handler: HandlerId, posting: Posting, entries: Sequence[Entry]) -> dict[str, object]:
    left: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    held: dict[SubjectId, list[int]] = defaultdict(lambda: [0, 0])
    given = 0
    for entry in entries:
        if entry.lot == NEW_LOT:
            given += entry.points
        elif entry.lot is not None:
            left[entry.lot][entry.account is Account.EXPIRED] += entry.points
        if entry.account is Account.MEMBER:
            held[entry.subject][0] += entry.points
        elif entry.account is Account.OWED:
            held[entry.subject][1] -= entry.points
    return {
        "id": posting.id,
        "handler": handler,
        "subject": posting.subject,
        "act": posting.act,
        "kind": posting.kind,
        "reference": posting.reference,
        "rule": posting.rule,
        "points": posting.points,
        "reverses": posting.reverses,
        "reason": posting.reason,
        "explanation": None if posting.explanation is None else Jsonb(list(posting.explanation)),
        "posted_at": posting.posted_at,
        "lines": list(range(1, len(entries) + 1)),
        "accounts": [entry.account.value for entry in entries],
        "subjects": [entry.subject for entry in entries],
        "lots": [entry.lot for entry in entries],
        "amounts": [entry.points for entry in entries],
        "given": given,
        "moved_lots": list(left),
        "moved_left": [moved[0] for moved in left.values()],
        "moved_expired": [moved[1] for moved in left.values()],
        "holders": list(held),
        "held": [moved[0] for moved in held.values()],
        "owed": [moved[1] for moved in held.values()],
    }


def _posting(row: DictRow) -> Posting:
    return Posting(
        row["id"],
        SubjectId(row["subject_id"]),
        row["act"],
        row["source_kind"],
        row["reference"],
        row["rule"],
        row["points"],
        row["posted_at"],
        row["reverses"],
        row["reason"],
        row["explanation"],
    )
