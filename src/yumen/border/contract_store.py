"""Rows of export contracts, of mechanisms on file, and the number that grows when either changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

CONTRACTS_MAX: Final = 500
FILINGS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """One version of a contract."""

    id: int
    name: str
    version: int
    contract_hash: bytes
    body: bytes
    state: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version and its life: who proposed it, since when it was in force, when it ended."""

    name: str
    version: int
    state: str
    contract_hash: bytes
    proposer: str
    proposed_at: datetime
    approval_id: str | None
    in_force_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class FilingRecord:
    id: str
    body: bytes
    revoked_on: date | None


INSERT: Final = """
insert into border.contract (handler_id, name, version, contract_hash, body, state, proposer, proposed_at)
values (%(handler)s, %(name)s, %(version)s, %(hash)s, %(body)s, 'proposed', %(proposer)s, %(now)s)
"""
LOCK: Final = """
select id, name, version, contract_hash, body, state from border.contract
 where handler_id = %s and name = %s and version = %s for update
"""
FIND_IN_FORCE: Final = """
select id, name, version, contract_hash, body, state from border.contract
 where handler_id = %s and name = %s and state = 'in_force' for update
"""
FIND_LAST: Final = """
select id, name, version, contract_hash, body, state from border.contract
 where handler_id = %s and name = %s order by version desc limit 1
"""
LIST_IN_FORCE: Final = """
select id, name, version, contract_hash, body, state from border.contract
 where handler_id = %s and state = 'in_force' order by name limit %s
"""
LIST_VERSIONS: Final = """
select name, version, state, contract_hash, proposer, proposed_at, approval_id, in_force_at, ended_at
  from border.contract where handler_id = %s order by name, version desc limit %s
"""
FIND_VERSION: Final = "select body from border.contract where handler_id = %s and name = %s and version = %s"
FIND_BEFORE: Final = """
select body from border.contract
 where handler_id = %s and name = %s and version < %s and in_force_at is not null order by version desc limit 1
"""
LIST_LIKE_OTHERS: Final = """
with said as (
    select handler_id, name, convert_from(body, 'UTF8')::jsonb as body from border.contract where state = 'in_force'
)
select distinct own.name from said own join said other
    on other.handler_id <> own.handler_id
   and other.body #>> '{recipient,legal_name}' = own.body #>> '{recipient,legal_name}'
   and other.body ->> 'purpose' = own.body ->> 'purpose'
 where own.handler_id = %s order by own.name limit %s
"""
ENFORCE: Final = """
update border.contract set state = 'in_force', approval_id = %s, in_force_at = %s where id = %s
"""
END: Final = "update border.contract set state = 'ended', ended_at = %s where id = %s"
INSERT_FILING: Final = "insert into border.filing (id, handler_id, body, registered_at) values (%s, %s, %s, %s)"
REVOKE_FILING: Final = """
update border.filing set revoked_at = %s, revoked_on = %s where id = %s and handler_id = %s and revoked_at is null
returning id
"""
LIST_FILINGS: Final = "select id, body, revoked_on from border.filing where handler_id = %s order by id limit %s"
CHANGE_RULES: Final = """
insert into border.ruling as r (handler_id, version) values (%s, 1)
on conflict (handler_id) do update set version = r.version + 1
"""
FIND_RULES: Final = "select version from border.ruling where handler_id = %s"


async def insert(
    conn: Conn, handler: HandlerId, name: str, version: int, hash_: bytes, body: bytes, proposer: str, now: datetime
) -> None:
    """Raises UniqueViolation when that version was proposed before."""
    values = {"handler": handler, "name": name, "version": version, "hash": hash_, "body": body}
    await conn.execute(INSERT, {**values, "proposer": proposer, "now": now})


async def lock(conn: Conn, handler: HandlerId, name: str, version: int) -> ContractRecord | None:
    row = await (await conn.execute(LOCK, (handler, name, version))).fetchone()
    return None if row is None else ContractRecord(**row)


async def find_in_force(conn: Conn, handler: HandlerId, name: str) -> ContractRecord | None:
    """The version in force, locked."""
    row = await (await conn.execute(FIND_IN_FORCE, (handler, name))).fetchone()
    return None if row is None else ContractRecord(**row)


async def find_last(conn: Conn, handler: HandlerId, name: str) -> ContractRecord | None:
    row = await (await conn.execute(FIND_LAST, (handler, name))).fetchone()
    return None if row is None else ContractRecord(**row)


async def list_in_force(conn: Conn, handler: HandlerId) -> Sequence[ContractRecord]:
    rows = await (await conn.execute(LIST_IN_FORCE, (handler, CONTRACTS_MAX))).fetchall()
    return [ContractRecord(**row) for row in rows]


async def list_versions(conn: Conn, handler: HandlerId) -> Sequence[Version]:
    """Every contract, its newest version first; as many as there may be at all."""
    rows = await (await conn.execute(LIST_VERSIONS, (handler, CONTRACTS_MAX))).fetchall()
    return [Version(**row) for row in rows]


async def find_version(conn: Conn, handler: HandlerId, name: str, version: int) -> bytes | None:
    row = await (await conn.execute(FIND_VERSION, (handler, name, version))).fetchone()
    return None if row is None else row["body"]


async def find_before(conn: Conn, handler: HandlerId, name: str, version: int) -> bytes | None:
    """The newest version below that one which was ever in force."""
    row = await (await conn.execute(FIND_BEFORE, (handler, name, version))).fetchone()
    return None if row is None else row["body"]


async def list_like_others(conn: Conn, handler: HandlerId) -> Sequence[str]:
    """Contracts in force with the recipient and the purpose of another handler's."""
    rows = await (await conn.execute(LIST_LIKE_OTHERS, (handler, CONTRACTS_MAX))).fetchall()
    return [row["name"] for row in rows]


async def enforce(conn: Conn, contract: int, approval: str, now: datetime) -> None:
    await conn.execute(ENFORCE, (approval, now, contract))


async def end(conn: Conn, contract: int, now: datetime) -> None:
    await conn.execute(END, (now, contract))


async def insert_filing(conn: Conn, handler: HandlerId, filing: str, body: bytes, now: datetime) -> None:
    await conn.execute(INSERT_FILING, (filing, handler, body, now))


async def revoke_filing(conn: Conn, handler: HandlerId, filing: str, on: date, now: datetime) -> bool:
    """Answers whether there was such a filing, not revoked before."""
    return await (await conn.execute(REVOKE_FILING, (now, on, filing, handler))).fetchone() is not None


async def list_filings(conn: Conn, handler: HandlerId) -> Sequence[FilingRecord]:
    rows = await (await conn.execute(LIST_FILINGS, (handler, FILINGS_MAX))).fetchall()
    return [FilingRecord(**row) for row in rows]


async def change_rules(conn: Conn, handler: HandlerId) -> None:
    """What is in force changes: bookings judged before wait for this transaction, and are judged again."""
    await conn.execute(CHANGE_RULES, (handler,))


async def find_rules(conn: Conn, handler: HandlerId) -> int:
    row = await (await conn.execute(FIND_RULES, (handler,))).fetchone()
    return 0 if row is None else int(row["version"])
