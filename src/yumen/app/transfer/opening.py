"""Open sealed values in masses, within the budget of a process: when it is spent, wait for the next minute.

What lies under a destroyed key stays closed and is told as erased (None). No transaction is open while it waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import Field
from yumen.security.vault import Vault

SPENT: Final = "vault.budget_spent"
GONE: Final = frozenset({"keys.shredded", "vault.no_key"})
PIECE_MAX: Final = 500
PAUSE_S: Final = 5.0
PAUSES_MAX: Final = 24

Place = tuple[SubjectId, Field, bytes]
Pause = Callable[[float], Awaitable[None]]
Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


async def opened(units: Units, places: Sequence[Place], pause: Pause = asyncio.sleep) -> list[bytes | None]:
    """Each value, in order; None for those whose key is gone. Raises those of `vault.unseal_many`."""
    values: list[bytes | None] = []
    while len(values) < len(places):
        async with units() as uow:
            most = min(PIECE_MAX, uow.use(Vault).budget.per_minute)
        values += await _piece(units, places[len(values) : len(values) + most], pause)
    return values


async def _piece(units: Units, places: Sequence[Place], pause: Pause) -> list[bytes | None]:
    for attempt in range(PAUSES_MAX + 1):
        try:
            async with units() as uow:
                return list(await vault.unseal_bytes_many(uow, places))
        except Problem as problem:
            if problem.code.name == SPENT and attempt < PAUSES_MAX:
                await pause(PAUSE_S)
            elif problem.code.name not in GONE:
                raise
            elif len(places) == 1:
                return [None]
            else:
                middle = len(places) // 2
                return await _piece(units, places[:middle], pause) + await _piece(units, places[middle:], pause)
    raise AssertionError("the last attempt either opens or raises")
