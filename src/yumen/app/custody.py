"""What the command line does with keys and the trail: look, rotate, destroy, export, check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from yumen.app.databases import reachable
from yumen.app.door import StaffDoor
from yumen.app.pen import Pen
from yumen.app.wiring import SYSTEM, House, furnished
from yumen.kit.db import Conn, Role
from yumen.kit.settings import Settings
from yumen.kit.web.edge import AUTH_INVALID
from yumen.kit.work import Actor
from yumen.security import trail
from yumen.security.access import custody
from yumen.security.keys import EpochRow, begin_epoch, epoch_name, list_epochs
from yumen.security.keys import destroy_epoch as destroy_keys_epoch
from yumen.security.keys import rotate_root as rotate_keys_root
from yumen.security.trail import Tiles


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
        ("published", str(settings.trail.publish_folder)),
    ]


async def trail_export(settings: Settings, folder: Path) -> int:
    """Write the trail as the database holds it; answers how many leaves."""
    async with _sequencer(settings) as (_, conn):
        return await trail.export(conn, folder)


async def trail_check(settings: Settings) -> list[str]:
    """What is wrong with the trail from inside: names and counts; empty when nothing is."""
    async with _sequencer(settings) as (_, conn):
        health = await trail.check(conn)
    return [] if health.sound else [str(health)]


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
        actor = await _actor(house, key)
        async with house.work.begin(actor) as uow:
            await custody.order_root_rotation(uow, epoch, approval)
        new = await rotate_keys_root(house.keyring.custody, epoch_name(epoch))
        async with house.work.begin(actor) as uow:
            await custody.note_root_rotated(uow, epoch)
        return new


async def destroy_epoch(settings: Settings, epoch: int, approval: str, key: str) -> datetime:
    """Destroy a closed, empty epoch, as a second person approved; answers when its key is beyond recall."""
    async with _house(settings) as house:
        actor = await _actor(house, key)
        async with house.work.begin(actor) as uow:
            await custody.order_destruction(uow, epoch, approval)
        gone_at = await destroy_keys_epoch(house.keyring.custody, epoch)
        async with house.work.begin(actor) as uow:
            await custody.note_destroyed(uow, epoch, round(gone_at.timestamp()))
        return gone_at


async def _actor(house: House, key: str) -> Actor:
    """The person whose staff key this is. Raises `auth.invalid`."""
    caller = await StaffDoor().recognise(house.work, key)
    if caller is None:
        raise AUTH_INVALID()
    return caller.actor
