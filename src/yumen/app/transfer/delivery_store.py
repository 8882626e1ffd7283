"""Rows of deliveries: what an ERP, OMS or WMS is told, and how that went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

DROP_MAX: Final = 5000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint. `body` holds ids and amounts only."""

    id: str
    handler_id: int
    endpoint: str
    event: str
    reference: str
    body: Mapping[str, str | int]
    state: str
    attempts: int
    last_code: str | None
    made_at: datetime
    tried_at: datetime | None
    delivered_at: datetime | None


INSERT: Final = """
insert into inbound.delivery (id, handler_id, endpoint, event, reference, body, made_at)
values (%(id)s, %(handler)s, %(endpoint)s, %(event)s, %(reference)s, %(body)s, %(now)s)
on conflict (endpoint, event, reference) do nothing
"""
LOCK: Final = """
select id, handler_id, endpoint, event, reference, body, state, attempts, last_code, made_at, tried_at, delivered_at
  from inbound.delivery where id = %s and handler_id = %s for no key update
"""
LIST: Final = """
select id, handler_id, endpoint, event, reference, body, state, attempts, last_code, made_at, tried_at, delivered_at
  from inbound.delivery
 where handler_id = %(handler)s and id > %(after)s and (%(state)s::text is null or state = %(state)s)
 order by id limit %(limit)s
"""
LIST_WAITING: Final = """
select id, handler_id, endpoint, event, reference, body, state, attempts, last_code, made_at, tried_at, delivered_at
  from inbound.delivery where endpoint = %s and state = 'waiting' order by id limit %s
   for no key update skip locked
"""
NOTE: Final = """
update inbound.delivery
   set state = %(state)s, attempts = attempts + 1, last_code = %(code)s, tried_at = %(now)s,
       delivered_at = case when %(state)s = 'delivered' then %(now)s::timestamptz end
 where id = any(%(ids)s)
"""


async def insert(
    conn: Conn,
    delivery: str,
    handler: HandlerId,
    endpoint: str,
    event: str,
    reference: str,
    body: Mapping[str, str | int],
    now: datetime,
) -> bool:
    """False when that endpoint is told of it already."""
    values = {
        "id": delivery, "handler": handler, "endpoint": endpoint, "event": event, "reference": reference,
        "body": Jsonb(dict(body)), "now": now,
    }  # fmt: skip
    return (await conn.execute(INSERT, values)).rowcount == 1


async def lock(conn: Conn, handler: HandlerId, delivery: str) -> Delivery | None:
    """One delivery, held until commit."""
    row = await (await conn.execute(LOCK, (delivery, handler))).fetchone()
    return None if row is None else Delivery(**row)


async def list_page(conn: Conn, handler: HandlerId, state: str | None, after: str, limit: int) -> list[Delivery]:
    values = {"handler": handler, "state": state, "after": after, "limit": limit}
    return [Delivery(**row) for row in await (await conn.execute(LIST, values)).fetchall()]


async def list_waiting(conn: Conn, endpoint: str) -> list[Delivery]:
    """What an endpoint was not told yet, held until commit; the oldest first."""
    return [Delivery(**row) for row in await (await conn.execute(LIST_WAITING, (endpoint, DROP_MAX))).fetchall()]


async def note(conn: Conn, deliveries: list[str], state: str, code: str | None, now: datetime) -> None:
    """Write down how an attempt went."""
    await conn.execute(NOTE, {"ids": deliveries, "state": state, "code": code, "now": now})


async def wait_again(conn: Conn, delivery: str) -> None:
    query = "update inbound.delivery set state = 'waiting', delivered_at = null where id = %s"
    await conn.execute(query, (delivery,))
