"""Rows of notices: every version that was ever shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId
from yumen.security.datamap import Purpose


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A registered notice. `needed` is the oldest version whose answers still count: the newest material one."""

    id: int
    purpose: Purpose
    version: int
    notice_hash: bytes
    matter_hash: bytes
    material: bool
    body: bytes
    needed: int


FIND_NOTICE: Final = """
select n.id, n.purpose, n.version, n.notice_hash, n.matter_hash, n.material, n.body,
       coalesce((select max(m.version) from consent.notice m
         where m.handler_id = n.handler_id and m.purpose = n.purpose and m.material), 1) as needed
  from consent.notice n where n.handler_id = %s and n.purpose = %s
 order by n.version desc limit 1
"""
LIST_NOTICES: Final = """
select distinct on (n.purpose) n.id, n.purpose, n.version, n.notice_hash, n.matter_hash, n.material, n.body,
       coalesce((select max(m.version) from consent.notice m
         where m.handler_id = n.handler_id and m.purpose = n.purpose and m.material), 1) as needed
  from consent.notice n where n.handler_id = %s
 order by n.purpose, n.version desc limit 100
"""
INSERT_NOTICE: Final = """
insert into consent.notice (handler_id, purpose, version, notice_hash, matter_hash, material, body, registered_at)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""


async def find_notice(conn: Conn, handler: HandlerId, purpose: Purpose) -> NoticeRecord | None:
    """The newest notice of a purpose."""
    row = await (await conn.execute(FIND_NOTICE, (handler, purpose.value))).fetchone()
    return None if row is None else NoticeRecord(**{**row, "purpose": Purpose(row["purpose"])})


async def list_notices(conn: Conn, handler: HandlerId) -> list[NoticeRecord]:
    """The newest notice of every purpose, by purpose."""
    rows = await (await conn.execute(LIST_NOTICES, (handler,))).fetchall()
    return [NoticeRecord(**{**row, "purpose": Purpose(row["purpose"])}) for row in rows]


async def insert_notice(conn: Conn, handler: HandlerId, notice: NoticeRecord, now: datetime) -> None:
    """Write a notice down; the database gives the id."""
    await conn.execute(
        INSERT_NOTICE,
        (
            handler,
            notice.purpose.value,
            notice.version,
            notice.notice_hash,
            notice.matter_hash,
            notice.material,
            notice.body,
            now,
        ),
    )
