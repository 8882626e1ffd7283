"""What somebody should look at: one open row for each handler, kind and place, counted, until a person clears it."""

from __future__ import annotations

from typing import Final

from yumen.app import store
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

NOT_OPEN: Final = Code("alarm.not_open", 404)
CLEARED: Final = LeafKind("alarm.cleared", "alarm", "code")


async def raise_alarm(uow: UnitOfWork, code: str, place: str) -> None:
    """Raise it for the unit's handler (0: the whole installation), or count it once more while it is open.

    `code` has its text at `alarm.<code>`.
    """
    await store.raise_alarm(uow.conn, uow.handler, code, place, uow.now)


@recorded
async def clear(uow: UnitOfWork, alarm: int) -> None:
    """A person has seen to it; what is still amiss raises it again. Raises `alarm.not_open`."""
    code = await store.clear_alarm(uow.conn, uow.handler, alarm, uow.actor.id, uow.now)
    if code is None:
        raise NOT_OPEN()
    await trail.record(uow, CLEARED.name, alarm=alarm, code=code)
