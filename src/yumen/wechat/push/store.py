"""Rows of pushes: which were seen, and which wait to be handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from yumen.kit.db import Conn

FORGET_MAX: Final = 1000

SEEN: Final = """
insert into wechat.push_seen (seen_index, expires_at) values (%(seen)s, %(expires_at)s)
on conflict (seen_index) do nothing
"""
KEEP: Final = """
insert into wechat.push_inbox (id, appid, event, payload_sealed, received_at)
values (%(id)s, %(appid)s, %(event)s, %(sealed)s, %(at)s)
"""
LOCK: Final = """
select appid, event, payload_sealed from wechat.push_inbox where id = %(id)s and handled_at is null for update
"""
HANDLED: Final = "update wechat.push_inbox set handled_at = %(at)s, payload_sealed = null where id = %(id)s"
FORGET_SEEN: Final = """
delete from wechat.push_seen where seen_index in
  (select seen_index from wechat.push_seen where expires_at < %(now)s order by expires_at limit %(most)s)
"""
FORGET_HANDLED: Final = """
delete from wechat.push_inbox where id in
  (select id from wechat.push_inbox where received_at < %(before)s and handled_at is not null
    order by received_at limit %(most)s)
"""
EMPTY_UNHANDLED: Final = """
update wechat.push_inbox set payload_sealed = null where id in
  (select id from wechat.push_inbox where received_at < %(before)s and payload_sealed is not null
    order by received_at limit %(most)s)
"""
UNHANDLED_DAYS: Final = 15
"""What could not be handled for so long is emptied: its person is not kept waiting in our inbox for ever."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A push that was not handled yet."""

    appid: str
    event: str
    payload_sealed: bytes


async def is_new(conn: Conn, seen: bytes, expires_at: datetime) -> bool:
    """Remember it; False when it was remembered before. A rival's open transaction is waited for."""
    return (await conn.execute(SEEN, {"seen": seen, "expires_at": expires_at})).rowcount == 1


async def keep(conn: Conn, push_id: str, appid: str, event: str, sealed: bytes | None, at: datetime) -> None:
    await conn.execute(KEEP, {"id": push_id, "appid": appid, "event": event, "sealed": sealed, "at": at})


async def lock(conn: Conn, push_id: str) -> Waiting | None:
    """Hold the row until commit; None when it is handled or gone."""
    row = await (await conn.execute(LOCK, {"id": push_id})).fetchone()
    return None if row is None else Waiting(row["appid"], row["event"], row["payload_sealed"])


async def mark_handled(conn: Conn, push_id: str, at: datetime) -> None:
    """The row stays for a while as a record of the event; its content goes."""
    await conn.execute(HANDLED, {"id": push_id, "at": at})


async def forget(conn: Conn, now: datetime, keep_days: int) -> int:
    """Delete what is past its time, at most `FORGET_MAX` of each; answers how many rows went."""
    seen = await conn.execute(FORGET_SEEN, {"now": now, "most": FORGET_MAX})
    before = now - timedelta(days=keep_days)
    handled = await conn.execute(FORGET_HANDLED, {"before": before, "most": FORGET_MAX})
    stale = now - timedelta(days=UNHANDLED_DAYS)
    emptied = await conn.execute(EMPTY_UNHANDLED, {"before": stale, "most": FORGET_MAX})
    return seen.rowcount + handled.rowcount + emptied.rowcount
