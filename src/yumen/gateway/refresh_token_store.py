"""The row of a recipient's refresh tokens, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

FIND: Final = """
select given_index, value_sealed, former_sealed from gateway.refresh_token where handler_id = %s and recipient = %s
"""
KEEP: Final = """
insert into gateway.refresh_token as r (handler_id, recipient, given_index, value_sealed, kept_at)
values (%(handler)s, %(recipient)s, %(given)s, %(sealed)s, %(now)s)
on conflict (handler_id, recipient) do update
   set former_sealed = case when r.given_index = excluded.given_index then r.value_sealed end,
       given_index = excluded.given_index, value_sealed = excluded.value_sealed, kept_at = excluded.kept_at
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of one recipient's."""

    given_index: bytes
    value_sealed: bytes
    former_sealed: bytes | None


async def find(conn: Conn, handler: HandlerId, recipient: str) -> Row | None:
    row = await (await conn.execute(FIND, (handler, recipient))).fetchone()
    return None if row is None else Row(**row)


async def keep(conn: Conn, handler: HandlerId, recipient: str, given: bytes, sealed: bytes, now: datetime) -> None:
    """The newest; the one before stays, if it descends from the same token of the settings."""
    values = {"handler": handler, "recipient": recipient, "given": given, "sealed": sealed, "now": now}
    await conn.execute(KEEP, values)
