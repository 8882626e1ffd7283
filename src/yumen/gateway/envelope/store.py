"""Rows of pinned keys, of our own pens, of chains and of envelopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.gateway.envelope.layout import Profile, Suite
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId
from yumen.kit.work import UnitOfWork
from yumen.security.trail import EntryKey

LIVE_MAX: Final = 8

INSERT_KEYS: Final = """
insert into abroad.recipient_keys
    (id, handler_id, recipient, profile, bundle, fingerprint, state, proposer, proposed_at)
values (%s, %s, %s, %s, %s, %s, 'proposed', %s, %s)
"""
LOCK_KEYS: Final = """
select id, recipient, profile, bundle, fingerprint, state, proposer, ends_at
  from abroad.recipient_keys where id = %s and handler_id = %s for update
"""
LIST_LIVE: Final = """
select id, recipient, profile, bundle, fingerprint, state, proposer, ends_at
  from abroad.recipient_keys
 where handler_id = %s and recipient = %s and state = 'confirmed' and (ends_at is null or ends_at > %s)
 order by decided_at desc, id desc limit %s
"""
LIST_KEYS: Final = """
select id, recipient, profile, bundle, fingerprint, state, proposer, ends_at
  from abroad.recipient_keys where handler_id = %s and id > %s order by id limit %s
"""
END_KEYS: Final = """
update abroad.recipient_keys set ends_at = %s
 where handler_id = %s and recipient = %s and state = 'confirmed' and ends_at is null
"""
DECIDE_KEYS: Final = "update abroad.recipient_keys set state = %s, decider = %s, decided_at = %s where id = %s"

LIST_SIGNERS: Final = "select suite, number, key from abroad.signer order by suite, number limit 1000"
INSERT_SIGNER: Final = "insert into abroad.signer (suite, number, key, since_at) values (%s, %s, %s, %s)"
LOCK_SIGNERS: Final = "select pg_advisory_xact_lock(hashtextextended('abroad.signer', 0))"

BEGIN_CHAIN: Final = """
insert into abroad.chain (handler_id, recipient) values (%s, %s) on conflict do nothing
"""
LOCK_CHAIN: Final = """
select sequence, identity, intl_pen, sm_pen, trail_size
  from abroad.chain where handler_id = %s and recipient = %s for update
"""
MOVE_CHAIN: Final = """
update abroad.chain set sequence = %(sequence)s, identity = %(identity)s, intl_pen = %(intl)s, sm_pen = %(sm)s,
       trail_size = %(trail_size)s
 where handler_id = %(handler)s and recipient = %(recipient)s
"""
COUNT_IN_FLIGHT: Final = """
select count(*) as waiting from abroad.envelope where handler_id = %s and recipient = %s and receipt is null
"""
LIST_IN_FLIGHT: Final = """
select sequence, identity, in_flight from abroad.envelope
 where handler_id = %s and recipient = %s and receipt is null order by sequence limit %s
"""
LIST_UNPROVED: Final = """
select sequence, leaf_xid, leaf_id from abroad.envelope
 where handler_id = %s and recipient = %s and proved_in is null order by sequence limit %s
"""
SET_PROVED: Final = """
update abroad.envelope set proved_in = %s where handler_id = %s and recipient = %s and sequence = any(%s)
"""
INSERT_ENVELOPE: Final = """
insert into abroad.envelope (handler_id, recipient, sequence, identity, in_flight, sealed_at, leaf_xid, leaf_id)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
LOCK_ENVELOPE: Final = """
select identity, receipt from abroad.envelope
 where handler_id = %s and recipient = %s and sequence = %s for update
"""
SET_RECEIPT: Final = """
update abroad.envelope set receipt = %s, receipted_at = %s, in_flight = null
 where handler_id = %s and recipient = %s and sequence = %s
"""
LIST_HISTORY: Final = """
select sequence, identity, sealed_at, receipt, receipted_at, proved_in from abroad.envelope
 where handler_id = %s and recipient = %s and sequence > %s order by sequence limit %s
"""


@dataclass(frozen=True, slots=True)
class PinnedKeys:
    """A recipient's bundle and how far it is trusted; `ends_at` is set when a newer one took its place."""

    id: str
    recipient: str
    profile: Profile
    bundle: bytes
    fingerprint: bytes
    state: str
    proposer: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the chain to a recipient has come; `pens` are the numbers that signed its last envelope."""

    sequence: int
    identity: str | None
    pens: Mapping[Suite, int]
    trail_size: int


@dataclass(frozen=True, slots=True)
class Past:
    """One envelope of the past."""

    sequence: int
    identity: str
    sealed_at: datetime
    receipt: bytes | None
    receipted_at: datetime | None
    proved_in: int | None


async def insert_keys(
    conn: Conn,
    keys: str,
    handler: HandlerId,
    recipient: str,
    profile: Profile,
    bundle: bytes,
    fingerprint: bytes,
    by: UnitOfWork,
) -> None:
    values = (keys, handler, recipient, int(profile), bundle, fingerprint, by.actor.id, by.now)
    await conn.execute(INSERT_KEYS, values)


async def lock_keys(conn: Conn, handler: HandlerId, keys: str) -> PinnedKeys | None:
    row = await (await conn.execute(LOCK_KEYS, (keys, handler))).fetchone()
    return None if row is None else _pinned(row)


async def list_live(conn: Conn, handler: HandlerId, recipient: str, now: datetime) -> Sequence[PinnedKeys]:
    rows = await (await conn.execute(LIST_LIVE, (handler, recipient, now, LIVE_MAX))).fetchall()
    return [_pinned(row) for row in rows]


async def list_keys(conn: Conn, handler: HandlerId, after: str, limit: int) -> Sequence[PinnedKeys]:
    """Every bundle that was handed in, in the order of that, one page."""
    return [_pinned(row) for row in await (await conn.execute(LIST_KEYS, (handler, after, limit))).fetchall()]


async def end_keys(conn: Conn, handler: HandlerId, recipient: str, ends_at: datetime) -> None:
    await conn.execute(END_KEYS, (ends_at, handler, recipient))


async def decide_keys(conn: Conn, keys: str, state: str, by: str, now: datetime) -> None:
    await conn.execute(DECIDE_KEYS, (state, by, now, keys))


async def lock_signers(conn: Conn) -> None:
    """One new pen at a time, until commit."""
    await conn.execute(LOCK_SIGNERS)


async def list_signers(conn: Conn) -> Sequence[DictRow]:
    """(suite, number, key) of every pen there has been."""
    return await (await conn.execute(LIST_SIGNERS)).fetchall()


async def insert_signer(conn: Conn, suite: Suite, number: int, key: bytes, now: datetime) -> None:
    await conn.execute(INSERT_SIGNER, (suite.value, number, key, now))


async def lock_chain(conn: Conn, handler: HandlerId, recipient: str) -> Chain:
    """The chain, made where there is none; held until commit."""
    await conn.execute(BEGIN_CHAIN, (handler, recipient))
    (row,) = await (await conn.execute(LOCK_CHAIN, (handler, recipient))).fetchall()
    pens = {suite: row[f"{suite}_pen"] for suite in Suite if row[f"{suite}_pen"] is not None}
    return Chain(row["sequence"], row["identity"], pens, row["trail_size"])


async def move_chain(conn: Conn, handler: HandlerId, recipient: str, chain: Chain) -> None:
    values = {
        "handler": handler,
        "recipient": recipient,
        "sequence": chain.sequence,
        "identity": chain.identity,
        "intl": chain.pens.get(Suite.INTL),
        "sm": chain.pens.get(Suite.SM),
        "trail_size": chain.trail_size,
    }
    await conn.execute(MOVE_CHAIN, values)


async def count_in_flight(conn: Conn, handler: HandlerId, recipient: str) -> int:
    (row,) = await (await conn.execute(COUNT_IN_FLIGHT, (handler, recipient))).fetchall()
    return int(row["waiting"])


async def list_in_flight(conn: Conn, handler: HandlerId, recipient: str, limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_IN_FLIGHT, (handler, recipient, limit))).fetchall()


async def list_unproved(conn: Conn, handler: HandlerId, recipient: str, limit: int) -> list[tuple[int, EntryKey]]:
    """Envelopes whose leaf no later one has proved yet, the oldest first."""
    rows = await (await conn.execute(LIST_UNPROVED, (handler, recipient, limit))).fetchall()
    return [(row["sequence"], EntryKey(row["leaf_xid"], row["leaf_id"])) for row in rows]


async def set_proved(conn: Conn, handler: HandlerId, recipient: str, proved: Sequence[int], within: int) -> None:
    await conn.execute(SET_PROVED, (within, handler, recipient, list(proved)))


async def insert_envelope(
    conn: Conn,
    handler: HandlerId,
    recipient: str,
    sequence: int,
    identity: str,
    data: bytes,
    sealed_at: datetime,
    leaf: EntryKey,
) -> None:
    values = (handler, recipient, sequence, identity, data, sealed_at, leaf.xid, leaf.id)
    await conn.execute(INSERT_ENVELOPE, values)


async def lock_envelope(conn: Conn, handler: HandlerId, recipient: str, sequence: int) -> DictRow | None:
    return await (await conn.execute(LOCK_ENVELOPE, (handler, recipient, sequence))).fetchone()


async def set_receipt(
    conn: Conn, handler: HandlerId, recipient: str, sequence: int, receipt: bytes, now: datetime
) -> None:
    await conn.execute(SET_RECEIPT, (receipt, now, handler, recipient, sequence))


async def list_history(conn: Conn, handler: HandlerId, recipient: str, after: int, limit: int) -> list[Past]:
    rows = await (await conn.execute(LIST_HISTORY, (handler, recipient, after, limit))).fetchall()
    return [Past(**row) for row in rows]


def _pinned(row: DictRow) -> PinnedKeys:
    return PinnedKeys(**{**row, "profile": Profile(row["profile"])})
