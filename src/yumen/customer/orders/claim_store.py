"""Rows of claims (after-sales), their evidence, and of invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

SELECT: Final = """
select id, purchase_id, handler_id, subject_id, kind, reason, lines, amount_fen, story_sealed, state, carrier,
       tracking_no, refund_id, due_at, opened_at, changed_at
  from orders.claim
"""
INSERT: Final = """
insert into orders.claim (id, purchase_id, handler_id, subject_id, kind, reason, lines, amount_fen, story_sealed, state,
                          due_at, opened_at, changed_at)
values (%(id)s, %(order)s, %(handler)s, %(subject)s, %(kind)s, %(reason)s, %(lines)s, %(amount_fen)s, %(story)s,
        'opened', %(due_at)s, %(now)s, %(now)s)
on conflict do nothing
"""
MOVE: Final = """
update orders.claim
   set state = %(state)s, due_at = %(due_at)s, changed_at = %(now)s, refund_id = coalesce(%(refund)s, refund_id),
       carrier = coalesce(%(carrier)s, carrier), tracking_no = coalesce(%(tracking_no)s, tracking_no)
 where id = %(id)s
"""
LIST: Final = (
    SELECT
    + """
 where handler_id = %(handler)s and id > %(after)s and (%(state)s::text is null or state = %(state)s)
 order by id limit %(limit)s
"""
)
PUT_INVOICE: Final = """
insert into orders.invoice (purchase_id, handler_id, subject_id, kind, title_sealed, tax_number_sealed, email_sealed,
                            state, asked_at)
values (%(order)s, %(handler)s, %(subject)s, %(kind)s, %(title)s, %(tax_number)s, %(email)s, 'asked', %(now)s)
on conflict (purchase_id) do update
   set kind = excluded.kind, title_sealed = excluded.title_sealed, tax_number_sealed = excluded.tax_number_sealed,
       email_sealed = excluded.email_sealed, state = 'asked', asked_at = excluded.asked_at
 where orders.invoice.state = 'asked'
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `pieces` are line number to pieces; `due_at` is when its clock runs out."""

    id: str
    order: str
    handler: HandlerId
    subject: SubjectId
    kind: str
    reason: str
    pieces: dict[int, int]
    amount_fen: int
    story_sealed: bytes | None
    state: str
    carrier: str | None
    tracking_no: str | None
    refund: str | None
    due_at: datetime | None
    opened_at: datetime
    changed_at: datetime


async def insert(conn: Conn, claim: Claim) -> bool:
    """False when another claim on the order is open."""
    values = {
        "id": claim.id, "order": claim.order, "handler": claim.handler, "subject": claim.subject, "kind": claim.kind,
        "reason": claim.reason, "lines": Jsonb(sorted(claim.pieces.items())), "amount_fen": claim.amount_fen,
        "story": claim.story_sealed, "due_at": claim.due_at, "now": claim.opened_at,
    }  # fmt: skip
    return bool((await conn.execute(INSERT, values)).rowcount)


async def find(conn: Conn, handler: HandlerId, claim: str) -> Claim | None:
    row = await (await conn.execute(SELECT + " where id = %s and handler_id = %s", (claim, handler))).fetchone()
    return None if row is None else _claim(row)


async def list_of(conn: Conn, order: str) -> list[Claim]:
    rows = await (await conn.execute(SELECT + " where purchase_id = %s order by id limit 50", (order,))).fetchall()
    return [_claim(row) for row in rows]


async def list_of_handler(conn: Conn, handler: HandlerId, state: str | None, after: str, limit: int) -> list[Claim]:
    values = {"handler": handler, "state": state, "after": after, "limit": limit}
    return [_claim(row) for row in await (await conn.execute(LIST, values)).fetchall()]


async def list_due(conn: Conn, now: datetime, limit: int) -> list[tuple[str, HandlerId]]:
    """Claims whose clock has run out."""
    query = "select id, handler_id from orders.claim where due_at <= %s order by due_at limit %s"
    rows = await (await conn.execute(query, (now, limit))).fetchall()
    return [(row["id"], HandlerId(row["handler_id"])) for row in rows]


async def move(
    conn: Conn,
    claim: str,
    state: str,
    due_at: datetime | None,
    now: datetime,
    *,
    refund: str | None = None,
    carrier: str | None = None,
    tracking_no: str | None = None,
) -> None:
    values = {
        "id": claim, "state": state, "due_at": due_at, "now": now, "refund": refund, "carrier": carrier,
        "tracking_no": tracking_no,
    }  # fmt: skip
    await conn.execute(MOVE, values)


async def add_evidence(conn: Conn, claim: str, number: int, sealed: bytes) -> None:
    query = "insert into orders.evidence (claim_id, number, picture_sealed) values (%s, %s, %s)"
    await conn.execute(query, (claim, number, sealed))


async def count_evidence(conn: Conn, claim: str) -> int:
    row = await (
        await conn.execute("select count(*) as n from orders.evidence where claim_id = %s", (claim,))
    ).fetchone()
    return int(row["n"]) if row else 0


async def find_evidence(conn: Conn, claim: str, number: int) -> bytes | None:
    query = "select picture_sealed from orders.evidence where claim_id = %s and number = %s"
    row = await (await conn.execute(query, (claim, number))).fetchone()
    return None if row is None else bytes(row["picture_sealed"])


async def put_invoice(conn: Conn, values: Mapping[str, object]) -> bool:
    """False when it was issued already."""
    return bool((await conn.execute(PUT_INVOICE, values)).rowcount)


async def find_invoice(conn: Conn, order: str) -> DictRow | None:
    query = """select purchase_id, subject_id, kind, title_sealed, tax_number_sealed, email_sealed, state, asked_at,
                      issued_at
                 from orders.invoice where purchase_id = %s"""
    return await (await conn.execute(query, (order,))).fetchone()


async def note_issued(conn: Conn, handler: HandlerId, order: str, now: datetime) -> int:
    query = """update orders.invoice set state = 'issued', issued_at = %s
                where purchase_id = %s and handler_id = %s and state = 'asked'"""
    return (await conn.execute(query, (now, order, handler))).rowcount


async def list_invoices(conn: Conn, handler: HandlerId, state: str, after: str, limit: int) -> list[DictRow]:
    """Invoices of a state, by their order, the oldest first; what they are worth after refunds."""
    query = """select i.purchase_id as order, i.kind, i.state, p.paid_fen - p.refunded_fen as amount_fen, i.asked_at,
                      i.issued_at
                 from orders.invoice i join orders.purchase p on p.id = i.purchase_id
                where i.handler_id = %s and i.state = %s and i.purchase_id > %s order by i.purchase_id limit %s"""
    return await (await conn.execute(query, (handler, state, after, limit))).fetchall()


async def list_claims_of(conn: Conn, family: Sequence[SubjectId]) -> list[Claim]:
    query = SELECT + " where subject_id = any(%s) order by id limit 1000"
    return [_claim(row) for row in await (await conn.execute(query, (list(family),))).fetchall()]


def _claim(row: DictRow) -> Claim:
    return Claim(
        row["id"], row["purchase_id"], HandlerId(row["handler_id"]), SubjectId(row["subject_id"]), row["kind"],
        row["reason"], dict(row["lines"]), row["amount_fen"], row["story_sealed"], row["state"], row["carrier"],
        row["tracking_no"], row["refund_id"], row["due_at"], row["opened_at"], row["changed_at"],
    )  # fmt: skip
