"""Subject keys in the key database: rows and SQL. Every function takes a connection of the role `keys`."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from psycopg import OperationalError
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from yumen.kit.db import UNAVAILABLE, Conn, Database, Role
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass

SHREDDED_NAMED_MAX: Final = 10_000
WRAPPED_BYTES: Final = 60


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A subject's wrapped key; shredded when `wrapped` is None. `tick` is the shred counter in the same snapshot."""

    subject: SubjectId
    retention: RetentionClass
    version: int
    epoch: int | None
    wrapped: bytes | None
    tick: int


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """One key moved from an epoch to the next."""

    subject: SubjectId
    retention: RetentionClass
    version: int
    old_epoch: int
    wrapped: bytes


@asynccontextmanager
async def connection(database: Database) -> AsyncIterator[Conn]:
    """A connection in autocommit, so that a lookup is one round trip. Raises `database.unavailable`."""
    try:
        async with database.pool(Role.KEYS).connection() as conn:
            yield conn
    except (PoolTimeout, OperationalError) as lost:
        raise UNAVAILABLE() from lost


async def list_keys(conn: Conn, subjects: Sequence[SubjectId], retention: RetentionClass) -> list[KeyRow]:
    """The rows of these subjects in that class, shredded ones included."""
    rows = await conn.execute(
        """
        select subject, class, version, epoch, wrapped, (select tick from keys.shred_clock) as tick
        from keys.subject_key where subject = any(%s::bigint[]) and class = %s limit %s
        """,
        (_array(subjects), retention, len(subjects)),
    )
    return [_key(row) for row in await rows.fetchall()]


async def insert_keys(
    conn: Conn, epoch: int, retention: RetentionClass, wrapped: dict[SubjectId, bytes]
) -> tuple[set[SubjectId], int]:
    """Insert new keys in one statement; answers whose were taken, and the shred counter.

    Those that exist already are left out. Nothing is taken when the epoch is no longer open: the row is locked
    against closing meanwhile, so no key appears under an epoch after it was found empty.
    """
    rows = await conn.execute(
        """
        with e as materialized (select id from keys.epoch where id = %(epoch)s and state = 'open' for share)
        insert into keys.subject_key (subject, class, epoch, wrapped)
        select new.subject, %(class)s, e.id, new.wrapped
        from e, unnest(%(subjects)s::bigint[], %(wrapped)s::bytea[]) as new (subject, wrapped)
        order by new.subject
        on conflict (subject, class) do nothing
        returning subject, (select tick from keys.shred_clock) as tick
        """,
        {"class": retention, "epoch": epoch, "subjects": list(wrapped), "wrapped": list(wrapped.values())},
    )
    taken = await rows.fetchall()
    return {row["subject"] for row in taken}, taken[0]["tick"] if taken else 0


async def shred_keys(conn: Conn, subjects: Sequence[SubjectId], retention: RetentionClass) -> set[SubjectId]:
    """Destroy the wrapped keys, in one statement; answers whose had not been shredded before.

    A subject without a key gets a shredded row: a late writer must not make a key for someone who was erased.
    """
    rows = await conn.execute(
        """
        with clock as (update keys.shred_clock set tick = tick + 1 returning tick)
        insert into keys.subject_key as k (subject, class, shred_tick, shredded_at)
        select gone.subject, %(class)s, clock.tick, now() from clock, unnest(%(subjects)s::bigint[]) as gone (subject)
        order by gone.subject
        on conflict (subject, class) do update
            set wrapped = null, epoch = null, shred_tick = excluded.shred_tick, shredded_at = excluded.shredded_at
            where k.wrapped is not null
        returning subject
        """,
        {"class": retention, "subjects": list(set(subjects))},
    )
    return {row["subject"] for row in await rows.fetchall()}


async def get_tick(conn: Conn) -> int:
    """The shred counter."""
    row = await (await conn.execute("select tick from keys.shred_clock")).fetchone()
    assert row is not None
    return int(row["tick"])


async def list_shredded(conn: Conn, after: int) -> list[tuple[SubjectId, RetentionClass]] | None:
    """Whose keys were shredded after that tick; None when more than 10,000."""
    rows = await conn.execute(
        "select subject, class from keys.subject_key where shred_tick > %s order by shred_tick limit %s",
        (after, SHREDDED_NAMED_MAX + 1),
    )
    found = await rows.fetchall()
    if len(found) > SHREDDED_NAMED_MAX:
        return None
    return [(SubjectId(row["subject"]), RetentionClass(row["class"])) for row in found]


async def list_keys_before(
    conn: Conn, epoch: int, after: tuple[int, str], limit: int
) -> tuple[list[KeyRow], tuple[int, str] | None]:
    """Living keys under epochs older than `epoch`, in key order from `after` on, and where to go on (None: done)."""
    rows = await conn.execute(
        """
        select subject, class, version, epoch, wrapped, 0::bigint as tick
        from keys.subject_key
        where (subject, class) > (%s, %s) and epoch < %s
        order by subject, class limit %s
        """,
        (*after, epoch, limit),
    )
    found = [_key(row) for row in await rows.fetchall()]
    return found, (found[-1].subject, found[-1].retention) if len(found) == limit else None


async def update_rewrapped(conn: Conn, epoch: int, batch: Sequence[Rewrapped]) -> int:
    """Write one batch of moved keys in one statement; keys shredded or moved meanwhile are left as they are.

    The batch is in key order: its bounds keep the plan on the primary key. Wrapped keys travel as one string.
    Nothing is written when `epoch` is no longer open: it may be on its way to destruction.
    """
    done = await conn.execute(
        """
        with e as materialized (select id from keys.epoch where id = %(epoch)s and state = 'open' for share)
        update keys.subject_key as k
        set epoch = %(epoch)s, wrapped = substring(%(wrapped)s::bytea from 1 + %(size)s * (new.n::int - 1) for %(size)s)
        from e, unnest(%(subjects)s::bigint[], %(classes)s::text[], %(versions)s::integer[], %(old)s::integer[])
            with ordinality as new (subject, class, version, old_epoch, n)
        where k.subject between %(first)s and %(last)s
            and k.subject = new.subject and k.class = new.class and k.version = new.version and k.epoch = new.old_epoch
        """,
        {
            "epoch": epoch,
            "first": batch[0].subject,
            "last": batch[-1].subject,
            "subjects": _array(key.subject for key in batch),
            "classes": _array(key.retention.value for key in batch),
            "versions": _array(key.version for key in batch),
            "old": _array(key.old_epoch for key in batch),
            "wrapped": b"".join(key.wrapped for key in batch),
            "size": WRAPPED_BYTES,
        },
    )
    return done.rowcount


async def has_living_keys(conn: Conn, epoch: int) -> bool:
    """Is any key still wrapped under that epoch? Reads the whole table: an epoch is destroyed a few times a year."""
    row = await (
        await conn.execute("select exists (select 1 from keys.subject_key where epoch = %s) as living", (epoch,))
    ).fetchone()
    return bool(row and row["living"])


def _array(items: Iterable[int | str]) -> str:
    """An array literal of numbers or plain words; three times cheaper than the driver's."""
    return "{" + ",".join(map(str, items)) + "}"


def _key(row: DictRow) -> KeyRow:
    subject, retention = SubjectId(row["subject"]), RetentionClass(row["class"])
    return KeyRow(subject, retention, row["version"], row["epoch"], row["wrapped"], row["tick"])
