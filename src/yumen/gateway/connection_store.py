"""Rows of connections: running, paused or stopped, who serves them, what was spent on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

LEASE_S: Final = 20


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to one recipient. `code` says why it does not run; `down_since_at` since when it does not answer.

    `locked_out_at`: since when it refuses our credentials; `knocked_at`: when that was tried last.
    """

    contract: str
    state: str
    code: str
    state_at: datetime
    round_at: datetime | None
    down_since_at: datetime | None
    rules_version: int
    locked_out_at: datetime | None
    knocked_at: datetime | None


ENSURE: Final = """
insert into gateway.connection (handler_id, contract, state, state_at) values (%s, %s, 'running', %s)
on conflict do nothing
"""
_COLUMNS: Final = """
select contract, state, code, state_at, round_at, down_since_at, rules_version, locked_out_at, knocked_at
  from gateway.connection
"""
FIND: Final = f"{_COLUMNS} where handler_id = %s and contract = %s"
LOCK: Final = f"{FIND} for update"
LIST: Final = f"{_COLUMNS} where handler_id = %s order by contract limit 500"
SET_STATE: Final = """
update gateway.connection
   set state = %(state)s, code = %(code)s, state_at = %(now)s, locked_out_at = null, knocked_at = null
 where handler_id = %(handler)s and contract = %(contract)s
"""
END_ROUND: Final = "update gateway.connection set round_at = %s where handler_id = %s and contract = %s"
NOTE_DOWN: Final = """
update gateway.connection set down_since_at = coalesce(down_since_at, %(now)s), code = %(code)s
 where handler_id = %(handler)s and contract = %(contract)s and state = 'running'
"""
NOTE_UP: Final = """
update gateway.connection set down_since_at = null, code = '', locked_out_at = null, knocked_at = null
 where handler_id = %(handler)s and contract = %(contract)s and state = 'running'
   and (down_since_at is not null or code <> '')
"""
LOCK_OUT: Final = """
update gateway.connection
   set locked_out_at = coalesce(locked_out_at, %(now)s), knocked_at = %(now)s, code = %(code)s,
       down_since_at = coalesce(down_since_at, %(now)s)
 where handler_id = %(handler)s and contract = %(contract)s
"""
LET_IN: Final = """
update gateway.connection set locked_out_at = null, knocked_at = null, down_since_at = null, code = ''
 where handler_id = %s and contract = %s
"""
KNOCKED: Final = "update gateway.connection set knocked_at = %s where handler_id = %s and contract = %s"
SET_RULES: Final = """
update gateway.connection set rules_version = %(version)s
 where handler_id = %(handler)s and contract = %(contract)s and rules_version <> %(version)s
"""
TAKE: Final = """
update gateway.connection
   set held_by = %(holder)s, held_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
 where handler_id = %(handler)s and contract = %(contract)s
   and (held_by = %(holder)s or held_until is null or held_until < clock_timestamp())
"""
LET_GO: Final = """
update gateway.connection set held_by = null, held_until = null
 where handler_id = %s and contract = %s and held_by = %s
"""
SPEND: Final = """
insert into gateway.spent as s (handler_id, contract, day, calls) values (%(handler)s, %(contract)s, %(day)s, %(calls)s)
on conflict (handler_id, contract, day) do update set calls = s.calls + excluded.calls
returning calls
"""


async def ensure(conn: Conn, handler: HandlerId, contract: str, now: datetime) -> None:
    await conn.execute(ENSURE, (handler, contract, now))


async def find(conn: Conn, handler: HandlerId, contract: str) -> Connection | None:
    row = await (await conn.execute(FIND, (handler, contract))).fetchone()
    return None if row is None else Connection(**row)


async def lock(conn: Conn, handler: HandlerId, contract: str) -> Connection | None:
    row = await (await conn.execute(LOCK, (handler, contract))).fetchone()
    return None if row is None else Connection(**row)


async def list_all(conn: Conn, handler: HandlerId) -> Sequence[Connection]:
    return [Connection(**row) for row in await (await conn.execute(LIST, (handler,))).fetchall()]


async def set_state(conn: Conn, handler: HandlerId, contract: str, state: str, code: str, now: datetime) -> None:
    values = {"handler": handler, "contract": contract, "state": state, "code": code, "now": now}
    await conn.execute(SET_STATE, values)


async def end_round(conn: Conn, handler: HandlerId, contract: str, now: datetime) -> None:
    await conn.execute(END_ROUND, (now, handler, contract))


async def note_down(conn: Conn, handler: HandlerId, contract: str, code: str, now: datetime) -> None:
    await conn.execute(NOTE_DOWN, {"handler": handler, "contract": contract, "code": code, "now": now})


async def note_up(conn: Conn, handler: HandlerId, contract: str) -> None:
    await conn.execute(NOTE_UP, {"handler": handler, "contract": contract})


async def lock_out(conn: Conn, handler: HandlerId, contract: str, code: str, now: datetime) -> None:
    """It refuses our credentials, as was found just now."""
    await conn.execute(LOCK_OUT, {"handler": handler, "contract": contract, "code": code, "now": now})


async def let_in(conn: Conn, handler: HandlerId, contract: str) -> None:
    """It takes our credentials again."""
    await conn.execute(LET_IN, (handler, contract))


async def note_knock(conn: Conn, handler: HandlerId, contract: str, now: datetime) -> None:
    await conn.execute(KNOCKED, (now, handler, contract))


async def set_rules(conn: Conn, handler: HandlerId, contract: str, version: int) -> bool:
    """Remember by which rules this connection was looked through last; answers whether these are new."""
    values = {"handler": handler, "contract": contract, "version": version}
    return (await conn.execute(SET_RULES, values)).rowcount == 1


async def take(conn: Conn, handler: HandlerId, contract: str, holder: str) -> bool:
    """Serve it, or go on serving it; False while another process does."""
    values = {"handler": handler, "contract": contract, "holder": holder, "lease_s": LEASE_S}
    return (await conn.execute(TAKE, values)).rowcount == 1


async def let_go(conn: Conn, handler: HandlerId, contract: str, holder: str) -> None:
    await conn.execute(LET_GO, (handler, contract, holder))


async def spend(conn: Conn, handler: HandlerId, contract: str, day: date, calls: int) -> int:
    """Count calls of that day; answers how many there are now."""
    values = {"handler": handler, "contract": contract, "day": day, "calls": calls}
    row = await (await conn.execute(SPEND, values)).fetchone()
    return 0 if row is None else int(row["calls"])
