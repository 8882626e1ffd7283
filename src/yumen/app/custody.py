"""What the command line does with keys and the trail: look, rotate, destroy, export, check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from yumen.app.databases import reachable
from yumen.app.door import named_caller
from yumen.app.pen import Pen
from yumen.app.wiring import SYSTEM, House, furnished
from yumen.kit.db import Conn, Role
from yumen.kit.settings import Settings
from yumen.security import trail, vault
from yumen.security.access import custody
from yumen.security.keys import EpochRow, begin_epoch, epoch_name, list_epochs
from yumen.security.keys import destroy_epoch as destroy_keys_epoch
from yumen.security.keys import rotate_root as rotate_keys_root
from yumen.security.trail import Tiles

AMISS: Final = ("unplaced", "emptied", "holes", "beyond", "tiles_amiss", "root_amiss")
"""Counts of `trail.Health` that are zero where the trail is whole."""


@asynccontextmanager
async def _house(settings: Settings, *roles: Role) -> AsyncIterator[House]:
    async with reachable(settings) as databases, furnished(settings, databases, *roles) as house:
        yield house


@asynccontextmanager
async def _sequencer(settings: Settings) -> AsyncIterator[tuple[House, Conn]]:
    async with _house(settings, Role.SEQUENCER) as house, house.database.pool(Role.SEQUENCER).connection() as conn:
        yield house, conn


async def trail_status(settings: Settings) -> list[tuple[str, str]]:
    """Name and value of each thing worth knowing."""
    async with _sequencer(settings) as (_, conn):
        state = await trail.status(conn)
    signed = "-" if state.signed_size is None else f"{state.signed_size} @ {state.signed_at:%Y-%m-%dT%H:%M:%SZ}"
    return [
        ("size", str(state.size)),
        ("root", state.root.hex()),
        ("waiting", str(state.waiting)),
        ("checkpoint", signed),
        ("published", settings.trail.bucket_url or str(settings.trail.publish_folder)),
    ]


async def trail_export(settings: Settings, folder: Path) -> int:
    """Write the trail as the database holds it; answers how many leaves."""
    async with _sequencer(settings) as (_, conn):
        return await trail.export(conn, folder)


async def trail_check(settings: Settings) -> list[tuple[str, int]]:
    """What is wrong with the trail from inside, by name, and how often; empty when nothing is."""
    async with _sequencer(settings) as (_, conn):
        health = await trail.check(conn)
    counts = {name: int(getattr(health, name)) for name in AMISS}
    return [(name, count) for name, count in counts.items() if count]


async def trail_rotate_signer(settings: Settings) -> str:
    """Hand the pen to a new key; answers its public point in hex."""
    async with _sequencer(settings) as (house, conn):
        return await Pen(house.keyring, settings.trail.origin, Tiles()).hand_over(conn)


async def keys_status(settings: Settings) -> list[EpochRow]:
    """Each epoch, newest first."""
    async with _house(settings) as house:
        return await list_epochs(house.keyring.custody)


async def rotate_epoch(settings: Settings, told: Callable[[int], object]) -> tuple[int, int]:
    """Open an epoch and move every living key under it; answers its number and how many keys were moved."""
    async with _house(settings) as house:
        epoch = await begin_epoch(house.keyring.custody)
        moved = await house.keyring.rewrap(told)
        async with house.work.begin(SYSTEM) as uow:
            await custody.note_epoch_opened(uow, epoch, moved)
        return epoch, moved


async def rotate_root(settings: Settings, epoch: int, approval: str, key: str) -> str:
    """Put an epoch under a new KMS key, as a second person approved; answers the new key's id."""
    async with _house(settings) as house:
        actor = (await named_caller(house.work, key, "custody", "rotate_root")).actor
        async with house.work.begin(actor) as uow:
            await custody.order_root_rotation(uow, epoch, approval)
        new = await rotate_keys_root(house.keyring.custody, epoch_name(epoch))
        async with house.work.begin(actor) as uow:
            await custody.note_root_rotated(uow, epoch)
        return new


async def destroy_epoch(settings: Settings, epoch: int, approval: str, key: str) -> datetime:
    """Destroy a closed, empty epoch, as a second person approved; answers when its key is beyond recall."""
    async with _house(settings) as house:
        actor = (await named_caller(house.work, key, "custody", "destroy_epoch")).actor
        async with house.work.begin(actor) as uow:
            await custody.order_destruction(uow, epoch, approval)
        gone_at = await destroy_keys_epoch(house.keyring.custody, epoch)
        async with house.work.begin(actor) as uow:
            await custody.note_destroyed(uow, epoch, round(gone_at.timestamp()))
        return gone_at


async def repeat_shreds(settings: Settings) -> int:
    """Destroy again what a restored backup of the key database brought back; answers how many keys that were."""
    async with _house(settings) as house, house.work.begin(SYSTEM) as uow:
        return await vault.repeat_all_shreds(uow)
