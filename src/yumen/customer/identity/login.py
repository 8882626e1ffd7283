"""Let a shopper in: what WeChat says they are, a session for the device, a leaf in the trail.

    arrival = logins.arrive(app, session, device, repeat_index)    # pure: token, hashes, seals, the leaf's beginning
    outcome = await logins.open(arrival)                           # the lane: Known, or Unknown → enrolment

The token exists only in the arrival and in the answer. Cost per login is what this file is written for: no query
beyond the lane's one statement, no object twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from psycopg.errors import UniqueViolation

from yumen.customer.identity import login_store
from yumen.customer.identity.authentication import SESSION_IDLE
from yumen.customer.identity.fields import OPENID, UNIONID
from yumen.customer.identity.handlers import App
from yumen.customer.identity.login_store import UNKNOWN, Known, Unknown, Visit
from yumen.customer.identity.tokens import hash_of, new_token, seal_session_key
from yumen.kit.clock import Clock
from yumen.kit.crypto import sm3
from yumen.kit.db import Conn, Pool
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.lane import Lane, Skipped
from yumen.kit.work import Actor, ActorKind
from yumen.security import trail
from yumen.security.vault import Vault
from yumen.wechat import Session

REPEATED: Final = Code("login.repeated", 409)

OPENED: Final = trail.LeafKind("session.opened", "session", "app")
REPEAT_INDEX_BYTES: Final = 16


class Arrival(msgspec.Struct, frozen=True):
    """A shopper at the door of one app. It holds the clear openid and the token: never store, never log it."""

    app: App
    openid: str
    unionid: str
    unionid_index: bytes | None
    token: str
    visit: Visit
    at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        """Which session, and nothing of the person."""
        return f"Arrival({self.visit.session})"


def doorkeeper(handler: HandlerId) -> Actor:
    """Who acts before a shopper is known: the login of that handler."""
    return Actor(ActorKind.SYSTEM, "login", handler)


def repeat_index(app: App, code: str, idempotency_key: str | None) -> bytes | None:
    """What a repeated login request is known by: app, Idempotency-Key and login code together.

    The code is in it because a key alone may be guessed, and two shoppers may choose the same one.
    """
    if idempotency_key is None:
        return None
    return sm3(b"\0".join((app.appid.encode(), idempotency_key.encode(), code.encode())))[:REPEAT_INDEX_BYTES]


class LeafMould:
    """The leaf `session.opened` of one app, encoded once by the trail and cut where time and session go in."""

    __slots__ = ("_head", "_middle", "_tail")

    def __init__(self, app: App) -> None:
        at, name = datetime(2001, 9, 9, 1, 46, 40, 123_000, tzinfo=UTC), new_id("ses")
        model = trail.prefix(OPENED.name, at, doorkeeper(app.handler), {"session": name, "app": app.key})
        self._head, _, rest = model.partition(b"1000000000123")
        self._middle, _, self._tail = rest.partition(name.encode())

    def leaf(self, at: datetime, session: str) -> bytes:
        """The leaf up to its subject, byte for byte as `trail.prefix` makes it (a tenth of its cost)."""
        return b"%b%d%b%b%b" % (self._head, round(at.timestamp() * 1000), self._middle, session.encode(), self._tail)


class Logins:
    """The login lane of this process."""

    def __init__(self, pool: Pool, clock: Clock, vault: Vault) -> None:
        self._clock = clock
        self._index = vault.index
        self._moulds: dict[int, LeafMould] = {}
        self._lane: Lane[Visit, Known | Unknown] = Lane(self._run, pool)

    def arrive(self, app: App, session: Session, device: str | None, repeat: bytes | None) -> Arrival:
        """Make everything a login needs before any row is touched."""
        now = self._clock.now()
        token = new_token()
        name = new_id("ses")
        return Arrival(
            app,
            session.openid,
            session.unionid,
            self._index(app.handler, UNIONID, session.unionid) if session.unionid else None,
            token,
            Visit(
                app=app.key,
                openid_index=self._index(app.handler, OPENID, session.openid),
                token_hash=hash_of(token),
                session=name,
                device=device,
                key_sealed=seal_session_key(token, name, session.session_key),
                repeat_index=repeat,
                leaf=self._mould(app).leaf(now, name),
            ),
            now,
            now + SESSION_IDLE,
        )

    async def open(self, arrival: Arrival) -> Known | Unknown:
        """Open the session of somebody known, or answer `Unknown`. Raises `login.repeated` for a code used before."""
        try:
            return await self._lane.submit(arrival.visit)
        except UniqueViolation as taken:
            raise REPEATED() from taken

    async def close(self) -> None:
        """Wait until everybody at the door has been answered."""
        await self._lane.close()

    def _mould(self, app: App) -> LeafMould:
        mould = self._moulds.get(app.key)
        if mould is None:
            mould = self._moulds[app.key] = LeafMould(app)
        return mould

    async def _run(self, conn: Conn, visits: Sequence[Visit]) -> Sequence[Known | Unknown | Skipped]:
        return await login_store.run(conn, visits, self._clock.now(), SESSION_IDLE)


__all__ = ["REPEATED", "UNKNOWN", "Arrival", "Known", "Logins", "Unknown", "doorkeeper", "repeat_index"]
