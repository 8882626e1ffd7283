"""Connections: one pool for each database role, opened once for each process.

Every pool speaks to PostgreSQL through its own login role, so that what a piece of code may do is decided by the
database, not by the piece of code.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from enum import StrEnum
from typing import Any, Final

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import dict_row

from yumen.kit.errors import Code
from yumen.kit.pool import Conn, Pool

__all__ = ["POOL_MAX", "UNAVAILABLE", "WAIT_MAX_S", "Conn", "Database", "Pool", "Role"]

UNAVAILABLE: Final = Code("database.unavailable", 503)

POOL_MAX: Final = 16
LANES_MAX: Final = 4
WAIT_MAX_S: Final = 5.0


class Role(StrEnum):
    """Who speaks to the database. `OWNER` and `KEYS_OWNER` are for migrations only."""

    OWNER = "owner"
    APP = "app"
    SEQUENCER = "sequencer"
    STAFF = "staff"
    KEYS = "keys"
    KEYS_OWNER = "keys_owner"


AUTOCOMMIT: Final = frozenset({Role.KEYS})
"""Whose acts are one statement each, so that a lookup of keys is one round trip."""


class Database:
    """The pools of this process. `urls` gives a libpq connection string for each role that it may use."""

    def __init__(self, urls: Mapping[Role, str], pool_max: int = POOL_MAX) -> None:
        self.urls = dict(urls)
        self._pool_max = pool_max
        self._pools: dict[Role, Pool] = {}
        self._lanes: dict[Role, Pool] = {}

    async def open(self, *roles: Role) -> None:
        """Open the pools of these roles. Raises `database.unavailable` when the server does not answer in time."""
        for role in roles:
            if role not in self._pools:
                self._pools[role] = await self._opened(role, self._pool_max)
            if role is Role.APP and role not in self._lanes:
                self._lanes[role] = await self._opened(role, LANES_MAX)

    def pool(self, role: Role) -> Pool:
        """The open pool of a role; asking for one that was never opened is a mistake of wiring."""
        return self._pools[role]

    def lanes(self, role: Role) -> Pool:
        """A few more connections of `APP`, for lanes: they never stand in line behind the crowd whose acts they do."""
        return self._lanes[role]

    async def connect(self, role: Role, **options: Any) -> Conn:
        """A connection of its own, outside the pools (listeners, migrations, the sequencer)."""
        return await AsyncConnection.connect(self.urls[role], row_factory=dict_row, **options)

    async def close(self) -> None:
        for pools in (self._pools, self._lanes):
            for pool in pools.values():
                await pool.close()
            pools.clear()

    async def _opened(self, role: Role, size_max: int) -> Pool:
        pool = Pool(
            self.urls[role],
            autocommit=role in AUTOCOMMIT,
            min_size=1,
            max_size=size_max,
            timeout=WAIT_MAX_S,
            open=False,
            name=f"yumen-{role}",
        )
        async with AsyncExitStack() as half_open:
            half_open.push_async_callback(pool.close)
            try:
                await pool.open(wait=True, timeout=WAIT_MAX_S)
            except OperationalError as lost:
                raise UNAVAILABLE() from lost
            half_open.pop_all()
        return pool
