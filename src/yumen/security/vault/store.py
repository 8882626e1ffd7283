"""What the vault keeps in the main database: orders to destroy keys, and counted searches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass

FIRST: Final[tuple[int, str] | None] = (-(2**63), "")


@dataclass(frozen=True, slots=True)
class Shredding:
    """An order to destroy one key; `done_at` is None until it was carried out."""

    subject: SubjectId
    retention: RetentionClass
    done_at: datetime | None


async def insert_shredding(conn: Conn, subject: SubjectId, retention: RetentionClass, at: datetime) -> bool:
    """Note the order; False when it was given before."""
    done = await conn.execute(
        "insert into vault.shredding (subject, class, ordered_at) values (%s, %s, %s) on conflict do nothing",
        (subject, retention, at),
    )
    return done.rowcount == 1


async def lock_shredding(conn: Conn, subject: SubjectId, retention: RetentionClass) -> Shredding | None:
    """The order, locked until commit, so that two workers write one leaf."""
    rows = await conn.execute(
        "select subject, class, done_at from vault.shredding where subject = %s and class = %s for update",
        (subject, retention),
    )
    row = await rows.fetchone()
    return None if row is None else _order(row)


async def update_shredding_done(conn: Conn, subject: SubjectId, retention: RetentionClass, at: datetime) -> None:
    """The key is destroyed."""
    await conn.execute(
        "update vault.shredding set done_at = %s where subject = %s and class = %s", (at, subject, retention)
    )


async def list_unfinished(conn: Conn, limit: int) -> Sequence[Shredding]:
    """Orders not carried out, oldest first."""
    rows = await conn.execute(
        """
        select subject, class, done_at from vault.shredding where done_at is null
        order by ordered_at, subject, class limit %s
        """,
        (limit,),
    )
    return [_order(row) for row in await rows.fetchall()]


async def list_orders(conn: Conn, after: tuple[int, str], limit: int) -> tuple[list[Shredding], tuple[int, str] | None]:
    """All orders in key order from `after` on, and where to go on (None: done)."""
    rows = await conn.execute(
        """
        select subject, class, done_at from vault.shredding where (subject, class) > (%s, %s)
        order by subject, class limit %s
        """,
        (*after, limit),
    )
    found = [_order(row) for row in await rows.fetchall()]
    return found, (found[-1].subject, found[-1].retention) if len(found) == limit else None


async def count_search(conn: Conn, actor: str, minute_at: datetime, limit: int) -> bool:
    """Count one search of this actor in that minute and drop the actor's older rows; False when `limit` is reached."""
    rows = await conn.execute(
        """
        with older as (delete from vault.search_count where actor = %(actor)s and minute_at < %(minute)s)
        insert into vault.search_count as c (actor, minute_at, searches) values (%(actor)s, %(minute)s, 1)
        on conflict (actor, minute_at) do update set searches = c.searches + 1 where c.searches < %(limit)s
        returning searches
        """,
        {"actor": actor, "minute": minute_at, "limit": limit},
    )
    return await rows.fetchone() is not None


def _order(row: DictRow) -> Shredding:
    return Shredding(SubjectId(row["subject"]), RetentionClass(row["class"]), row["done_at"])
