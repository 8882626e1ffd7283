"""Epochs, and the keys that the KMS wraps: rows and SQL. Every function takes a connection of the role `keys`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn

EPOCHS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class GuardedRow:
    """A key that the KMS wraps."""

    name: str
    kms_key: str
    retiring_kms_key: str | None
    wrapped: bytes | None


@dataclass(frozen=True, slots=True)
class EpochRow:
    """An epoch. `state`: open, closed, destroying, destroyed."""

    id: int
    state: str
    opened_at: datetime
    kms_gone_at: datetime | None


async def advance_tick(conn: Conn) -> None:
    """Make every process look again (an epoch is gone)."""
    await conn.execute("update keys.shred_clock set tick = tick + 1")


async def list_epochs(conn: Conn) -> list[EpochRow]:
    """All epochs, newest first."""
    rows = await conn.execute(
        "select id, state, opened_at, kms_gone_at from keys.epoch order by id desc limit %s", (EPOCHS_MAX,)
    )
    return [EpochRow(row["id"], row["state"], row["opened_at"], row["kms_gone_at"]) for row in await rows.fetchall()]


async def open_epoch(conn: Conn, epoch: int, key_name: str) -> bool:
    """Close the open epoch and open this one, in one transaction; False when another process opened it first."""
    async with conn.transaction():
        await conn.execute(
            "update keys.epoch set state = 'closed', closed_at = now() where state = 'open' and id < %s", (epoch,)
        )
        done = await conn.execute(
            "insert into keys.epoch (id, key_name, state) values (%s, %s, 'open') on conflict do nothing",
            (epoch, key_name),
        )
    return done.rowcount == 1


async def update_epoch_destroying(conn: Conn, epoch: int) -> bool:
    """Note the intent to destroy a closed epoch; True also when it was noted before."""
    done = await conn.execute(
        "update keys.epoch set state = 'destroying' where id = %s and state in ('closed', 'destroying')", (epoch,)
    )
    return done.rowcount == 1


async def update_epoch_destroyed(conn: Conn, epoch: int, kms_gone_at: datetime) -> None:
    """Note that its key is gone, and make every process look again."""
    async with conn.transaction():
        await advance_tick(conn)
        await conn.execute(
            "update keys.epoch set state = 'destroyed', kms_gone_at = %s where id = %s", (kms_gone_at, epoch)
        )


async def find_guarded(conn: Conn, name: str) -> GuardedRow | None:
    """A key that the KMS wraps."""
    rows = await conn.execute(
        "select name, kms_key, retiring_kms_key, wrapped from keys.guarded_key where name = %s", (name,)
    )
    row = await rows.fetchone()
    return None if row is None else GuardedRow(row["name"], row["kms_key"], row["retiring_kms_key"], row["wrapped"])


async def insert_guarded(conn: Conn, name: str, kms_key: str, wrapped: bytes) -> bool:
    """False when that name exists already."""
    done = await conn.execute(
        "insert into keys.guarded_key (name, kms_key, wrapped) values (%s, %s, %s) on conflict do nothing",
        (name, kms_key, wrapped),
    )
    return done.rowcount == 1


async def update_guarded_root(conn: Conn, old: GuardedRow, kms_key: str, wrapped: bytes) -> bool:
    """Put the key under another KMS key, the old one retiring; False when somebody was faster."""
    done = await conn.execute(
        """
        update keys.guarded_key set kms_key = %s, wrapped = %s, retiring_kms_key = %s
        where name = %s and kms_key = %s and retiring_kms_key is null and wrapped is not null
        """,
        (kms_key, wrapped, old.kms_key, old.name, old.kms_key),
    )
    return done.rowcount == 1


async def update_guarded_retired(conn: Conn, name: str, kms_key: str) -> None:
    """The retiring KMS key is gone."""
    await conn.execute(
        "update keys.guarded_key set retiring_kms_key = null where name = %s and retiring_kms_key = %s", (name, kms_key)
    )


async def update_guarded_destroyed(conn: Conn, name: str) -> None:
    """Remove the wrapped key."""
    await conn.execute(
        "update keys.guarded_key set wrapped = null, destroyed_at = now() where name = %s and wrapped is not null",
        (name,),
    )
