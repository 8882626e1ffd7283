"""Epochs: a new one is opened, keys move under it, the old one is destroyed with every backup of what lay under it.

A backup of the key database holds wrapped subject keys, also those shredded since. They can be opened as long as the
KMS still opens the key of their epoch. So: `begin`, `rewrap`, `destroy`, and such backups are useless. Each step may be
interrupted at any point and repeated; readers go on throughout.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from os import urandom
from typing import Final

from yumen.kit.crypto import Sm4Gcm
from yumen.kit.errors import Code
from yumen.security.keys import epoch_store, guarded, store
from yumen.security.keys.guarded import Custody
from yumen.security.keys.subject_key import EPOCH_KEY_BYTES
from yumen.security.keys.subject_key import rewrap as rewrap_key

EPOCH_IN_USE: Final = Code("keys.epoch_in_use", 409)
EPOCH_OPEN: Final = Code("keys.epoch_open", 409)
EPOCH_UNKNOWN: Final = Code("keys.epoch_unknown", 404)

FIRST: Final[tuple[int, str] | None] = (-(2**63), "")
BATCH: Final = 1000
SLICE: Final = 100  # keys between two chances for others on the event loop: about 1 ms


def name_of(epoch: int) -> str:
    """The name of that epoch's key among the guarded keys."""
    return f"epoch/{epoch}"


async def list_all(custody: Custody) -> list[epoch_store.EpochRow]:
    """Every epoch, newest first."""
    async with store.connection(custody.database) as conn:
        return await epoch_store.list_epochs(conn)


async def begin(custody: Custody) -> int:
    """Open the next epoch under a new KMS key and close the one before; answers its number.

    Two processes that do so at once open one epoch.
    """
    async with store.connection(custody.database) as conn:
        known = await epoch_store.list_epochs(conn)
    epoch = known[0].id + 1 if known else 1
    await guarded.open_or_create(custody, name_of(epoch), lambda: urandom(EPOCH_KEY_BYTES))
    async with store.connection(custody.database) as conn:
        await epoch_store.open_epoch(conn, epoch, name_of(epoch))
    return epoch


async def rewrap(
    custody: Custody, epoch: int, key_of: Callable[[int], Awaitable[Sm4Gcm]], pause: Callable[[int], object]
) -> int:
    """Move all keys of older epochs under `epoch`, in batches of 1,000 by key order; answers how many were moved.

    Each batch is one statement and commits by itself: what was moved before an interruption stays moved. While one
    is written, the next is read and moved in memory.
    Raises `keys.tampered` when a wrapped key does not open; nothing of its batch is moved then.
    """
    moved, after = 0, FIRST
    writing: asyncio.Task[int] | None = None
    try:
        while after is not None:
            async with store.connection(custody.database) as conn:
                rows, after = await store.list_keys_before(conn, epoch, after, BATCH)
            batch = await _moved(rows, epoch, key_of)
            if writing is not None:
                moved += await writing
                pause(moved)
            writing = asyncio.create_task(_write(custody, epoch, batch)) if batch else None
    finally:
        moved += await writing if writing is not None else 0
    return moved


async def _write(custody: Custody, epoch: int, batch: list[store.Rewrapped]) -> int:
    async with store.connection(custody.database) as conn:
        return await store.update_rewrapped(conn, epoch, batch)


async def destroy(custody: Custody, epoch: int) -> datetime:
    """Destroy a closed epoch: its KMS key, then its wrapped key; answers when the KMS key is beyond recall.

    Raises `keys.epoch_in_use` while living keys are under it, `keys.epoch_open` for the open one,
    `keys.epoch_unknown`. A closed epoch takes no new keys, so what was found empty stays empty.
    """
    async with store.connection(custody.database) as conn:
        known = {row.id: row for row in await epoch_store.list_epochs(conn)}
        if epoch not in known:
            raise EPOCH_UNKNOWN(epoch=epoch)
        if known[epoch].state == "open":
            raise EPOCH_OPEN(epoch=epoch)
        if await store.has_living_keys(conn, epoch):
            raise EPOCH_IN_USE(epoch=epoch)
        await epoch_store.update_epoch_destroying(conn, epoch)
    gone_at = await guarded.destroy(custody, name_of(epoch))
    async with store.connection(custody.database) as conn:
        await epoch_store.update_epoch_destroyed(conn, epoch, gone_at)
    return gone_at


async def _moved(
    rows: list[store.KeyRow], epoch: int, key_of: Callable[[int], Awaitable[Sm4Gcm]]
) -> list[store.Rewrapped]:
    new, batch = await key_of(epoch), []
    old = {number: await key_of(number) for number in {row.epoch for row in rows} if number is not None}
    for number, row in enumerate(rows):
        if number % SLICE == 0:
            await asyncio.sleep(0)
        assert row.epoch is not None
        assert row.wrapped is not None
        under = (row.epoch, old[row.epoch])
        wrapped = rewrap_key(row.subject, row.retention, row.version, under, (epoch, new), row.wrapped)
        batch.append(store.Rewrapped(row.subject, row.retention, row.version, row.epoch, wrapped))
    return batch
