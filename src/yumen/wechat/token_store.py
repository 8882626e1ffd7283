"""The row of an access token, shared by all processes, and the lease of whoever refreshes it.

Each statement is a transaction of its own and every time is the database's clock, so that the hosts' clocks need not
agree and a transaction pooler is no obstacle: a lease is a row, not a session lock. What is compared is the row's
version: only who saw the latest may refresh it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.kit.db import Pool

WAIT_MAX_S: Final = 1.0
"""How long a connection is waited for: without it a token can still be had from WeChat."""

READ: Final = """
select version, value_sealed, extract(epoch from expires_at - clock_timestamp())::float8 as left_s,
       extract(epoch from clock_timestamp() - refreshed_at)::float8 as age_s
  from wechat.token where appid = %(appid)s
"""
LEASE: Final = """
insert into wechat.token as t (appid, version, lease_by, lease_until_at)
values (%(appid)s, 0, %(who)s, clock_timestamp() + make_interval(secs => %(lease_s)s))
on conflict (appid) do update
   set lease_by = excluded.lease_by, lease_until_at = excluded.lease_until_at
 where t.version = %(version)s and (t.lease_until_at is null or t.lease_until_at <= clock_timestamp())
returning version
"""
WRITE: Final = """
update wechat.token
   set version = version + 1, value_sealed = %(sealed)s, lease_by = null, lease_until_at = null,
       expires_at = clock_timestamp() + make_interval(secs => %(life_s)s), refreshed_at = clock_timestamp()
 where appid = %(appid)s and version = %(version)s and lease_by = %(who)s
"""
RELEASE: Final = """
update wechat.token set lease_by = null, lease_until_at = null where appid = %(appid)s and lease_by = %(who)s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """The stored token; `version` 0 and no value when there was none yet. `age_s`: since it was written."""

    version: int
    value_sealed: bytes | None
    left_s: float
    age_s: float


class TokenRows:
    """Reads and writes the rows. Raises psycopg.Error when the database is away."""

    __slots__ = ("_pool",)

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, appid: str) -> Row:
        async with self._pool.connection(timeout=WAIT_MAX_S) as conn:
            row = await (await conn.execute(READ, {"appid": appid})).fetchone()
        if row is None:
            return Row(0, None, 0.0, 0.0)
        return Row(row["version"], row["value_sealed"], row["left_s"] or 0.0, row["age_s"] or 0.0)

    async def lease(self, appid: str, version: int, who: str, lease_s: float) -> bool:
        """Take the right to refresh that version; False when it is taken or the row has moved on."""
        values = {"appid": appid, "version": version, "who": who, "lease_s": lease_s}
        async with self._pool.connection(timeout=WAIT_MAX_S) as conn:
            return await (await conn.execute(LEASE, values)).fetchone() is not None

    async def write(self, appid: str, version: int, who: str, sealed: bytes, life_s: float) -> bool:
        """Put the new token down and end the lease; False, and nothing done, when the lease was lost meanwhile."""
        values = {"appid": appid, "version": version, "who": who, "sealed": sealed, "life_s": life_s}
        async with self._pool.connection(timeout=WAIT_MAX_S) as conn:
            return (await conn.execute(WRITE, values)).rowcount == 1

    async def release(self, appid: str, who: str) -> None:
        """Give the lease back after a refresh that failed."""
        async with self._pool.connection(timeout=WAIT_MAX_S) as conn:
            await conn.execute(RELEASE, {"appid": appid, "who": who})
