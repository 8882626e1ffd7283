"""Connections: one pool for each database role, opened once for each process.

Every pool speaks to PostgreSQL through its own login role, so that what a piece of code may do is decided by the
database, not by the piece of code.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import dict_row

from yumen.kit.errors import Code
from yumen.kit.pool import Conn, Pool

__all__ = ["POOL_MAX", "UNAVAILABLE", "WAIT_MAX_S", "Conn", "Database", "Pool", "Role"]

UNAVAILABLE: Final = Code("database.unavailable", 503)

POOL_MAX: Final = 16
WAIT_MAX_S: Final = 5.0


class Role(StrEnum):
    """Who speaks to the database. `OWNER` and `KEYS_OWNER` are for migrations only."""

    OWNER = "owner"
    APP = "app"
    SEQUENCER = "sequencer"
    STAFF = "staff"
    KEYS = "keys"
    KEYS_OWNER = "keys_owner"


class Database:
    """The pools of this process. `urls` gives a libpq connection string for each role that it may use."""

    def __init__(self, urls: Mapping[Role, str], pool_max: int = POOL_MAX) -> None:
        self.urls = dict(urls)
        self._pool_max = pool_max
        self._pools: dict[Role, Pool] = {}

    async def open(self, *roles: Role) -> None:
        """Open the pools of these roles. Raises `database.unavailable` when the server does not answer in time."""
        for role in roles:
            if role not in self._pools:
                self._pools[role] = await self._opened(role)

    def pool(self, role: Role) -> Pool:
        """The open pool of a role; asking for one that was never opened is a mistake of wiring."""
        return self._pools[role]

    async def connect(self, role: Role, **options: Any) -> Conn:
        """A connection of its own, outside the pools (listeners, migrations, the sequencer)."""
        return await AsyncConnection.connect(self.urls[role], row_factory=dict_row, **options)

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.close()
        self._pools.clear()

    async def _opened(self, role: Role) -> Pool:
        pool = Pool(
            self.urls[role],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=self._pool_max,
            timeout=WAIT_MAX_S,
            open=False,
            name=f"yumen-{role}",
        )
        try:
            await pool.open(wait=True, timeout=WAIT_MAX_S)
        except OperationalError as lost:
            await pool.close()
            raise UNAVAILABLE() from lost
        except Exception:
            await pool.close()
            raise
        return pool
