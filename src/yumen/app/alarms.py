"""What somebody should look at: one open row for each kind and place, counted, until a person clears it."""

from __future__ import annotations

from yumen.app import store
from yumen.kit.work import UnitOfWork


async def raise_alarm(uow: UnitOfWork, code: str, place: str) -> None:
    """Raise it, or count it once more while it is open. `code` has its text at `alarm.<code>`."""
    await store.raise_alarm(uow.conn, code, place, uow.now)
