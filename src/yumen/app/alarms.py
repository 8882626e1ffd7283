"""What somebody should look at: one open row for each kind and place, counted, until a person clears it."""

from __future__ import annotations

from typing import Final

from yumen.kit.work import UnitOfWork

RAISE: Final = """
insert into ops.alarm (code, place, raised_at, last_at) values (%(code)s, %(place)s, %(now)s, %(now)s)
on conflict (code, place) where cleared_at is null do update set times = alarm.times + 1, last_at = excluded.last_at
"""


async def raise_alarm(uow: UnitOfWork, code: str, place: str) -> None:
    """Raise it, or count it once more while it is open. `code` has its text at `alarm.<code>`."""
    await uow.conn.execute(RAISE, {"code": code, "place": place, "now": uow.now})
