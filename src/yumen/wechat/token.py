"""One access token for all processes of this installation, refreshed by one of them at a time.

In the process: memory, then one flight that everybody waits for. Between processes: the row, then a lease on it; who
gets the lease asks WeChat (getStableAccessToken, normal mode), the others read the row again. Nobody waits for an
early refresh: the old token lives five minutes on. A refused token is dropped only if it is the one that was used.
When the database is away the token comes straight from WeChat: normal mode gives every process the same one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec
import psycopg

from yumen.kit.errors import NotSent, Problem, Unsettled
from yumen.wechat.account import Account
from yumen.wechat.errors import WechatError
from yumen.wechat.secret_store import SecretStore
from yumen.wechat.token_store import Row, TokenRows
from yumen.wechat.transport import Transport

PATH: Final = "/cgi-bin/stable_token"
EARLY_S: Final = 300.0
"""In its last 300 s WeChat gives out a new token, and both work until then (getStableAccessToken)."""
FETCH_MAX_S: Final = 4.0
LEASE_S: Final = 5.0
"""Longer than a fetch may take; a refresher that was killed is replaced after it."""
WAIT_MAX_S: Final = 12.0
POLL_S: Final = 0.05
FLIGHTS_MAX: Final = 3
BREATHE_S: Final = 2.0
"""After WeChat refused to give a token, and between early refreshes, it is not asked again for that long."""
CONTEXT: Final = "wechat.token.value"

log = logging.getLogger("yumen.wechat")


class Granted(msgspec.Struct):
    """Answer of getStableAccessToken."""

    access_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it comes from: the row's version, or None when it came straight from WeChat."""

    value: str = field(repr=False)
    dies_at: float
    born_at: float
    version: int | None = None

    def precedes(self, row: Row, now: float) -> bool:
        """Is what the row holds newer than this? A row may be older: it was not written while it was out of reach."""
        return row.version > self.version if self.version is not None else now - row.age_s > self.born_at


@dataclass(slots=True)
class _Held:
    """What this process knows of one account's token. Times are monotonic."""

    token: Token | None = None
    flight: asyncio.Task[Token] | None = None
    quiet_until: float = 0.0
    refusal: WechatError | None = None


class Tokens:
    """Gives the token of an account. `clock` gives monotonic seconds."""

    def __init__(
        self, transport: Transport, rows: TokenRows, store: SecretStore, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._transport = transport
        self._rows = rows
        self._store = store
        self._clock = clock
        self._held: dict[str, _Held] = {}

    async def get(self, account: Account) -> str:
        """The token to use now. Raises WechatError, NotSent, Unsettled when none can be had."""
        held = self._of(account)
        now, token = self._clock(), held.token
        if token is None or token.dies_at <= now:
            return await self._another(account, held, refused=None)
        if token.dies_at - now <= EARLY_S and held.flight is None and held.quiet_until <= now:
            held.quiet_until = now + BREATHE_S
            self._depart(account, held, refused=None)
        return token.value

    async def replace(self, account: Account, refused: str) -> str:
        """Another token than the one WeChat refused (40001, 40014, 42001); at once if there is one already."""
        held = self._of(account)
        token = held.token
        if token is not None and token.value != refused and token.dies_at > self._clock():
            return token.value
        return await self._another(account, held, refused)

    def _of(self, account: Account) -> _Held:
        return self._held.setdefault(account.appid, _Held())

    async def _another(self, account: Account, held: _Held, refused: str | None) -> str:
        """Wait for the flight under way, or start one; it may bring what was refused, when it left before."""
        token = None
        for _ in range(FLIGHTS_MAX):
            if held.refusal is not None and held.quiet_until > self._clock():
                raise held.refusal
            flight = held.flight or self._depart(account, held, refused)
            token = await asyncio.shield(flight)
            if token.value != refused:
                break
        assert token is not None
        return token.value

    def _depart(self, account: Account, held: _Held, refused: str | None) -> asyncio.Task[Token]:
        flight = asyncio.create_task(self._fly(account, held, refused), name=f"token {account.appid}")
        held.flight = flight
        flight.add_done_callback(lambda done: self._landed(held, done))
        return flight

    def _landed(self, held: _Held, flight: asyncio.Task[Token]) -> None:
        held.flight = None
        failure = None if flight.cancelled() else flight.exception()
        held.refusal = failure if isinstance(failure, WechatError) else None
        if held.refusal is not None:
            held.quiet_until = self._clock() + BREATHE_S
        if failure is not None:
            log.warning("access token not refreshed: %s", failure)

    async def _fly(self, account: Account, held: _Held, refused: str | None) -> Token:
        try:
            held.token = await self._shared(account, held, refused)
        except psycopg.Error as away:
            log.warning("token row out of reach (%s): asking WeChat directly", type(away).__name__)
            held.token = await self._fetch(account)
        return held.token

    async def _shared(self, account: Account, held: _Held, refused: str | None) -> Token:
        """Through the row: take it if it is fresh, else lease and fetch, else wait for whoever does."""
        ends_at = self._clock() + WAIT_MAX_S
        used = held.token if held.token is not None and held.token.value == refused else None
        while self._clock() < ends_at:
            row = await self._rows.read(account.appid)
            stored = await self._opened(row, refused, used)
            if stored is not None and row.left_s > EARLY_S:
                return stored
            lease = f"{os.getpid()}.{secrets.token_hex(8)}"
            if await self._rows.lease(account.appid, row.version, lease, LEASE_S):
                return await self._fetched(account, row.version, lease)
            if stored is not None and row.left_s > 0:
                return stored
            await asyncio.sleep(POLL_S * random.uniform(0.5, 1.5))  # noqa: S311  # spreads load, no secret
        return await self._fetch(account)

    async def _opened(self, row: Row, refused: str | None, used: Token | None) -> Token | None:
        """The stored token unless it is the refused one, or older than that, or cannot be opened now."""
        now = self._clock()
        if row.value_sealed is None or (used is not None and not used.precedes(row, now)):
            return None
        try:
            value = (await self._store.open(CONTEXT, row.value_sealed)).decode()
        except Problem as closed:
            log.warning("stored token cannot be opened: %s", closed)
            return None
        return None if value == refused else Token(value, now + row.left_s, now - row.age_s, row.version)

    async def _fetched(self, account: Account, version: int, lease: str) -> Token:
        """Ask WeChat under the lease and write it down; a token that cannot be written down is still good here."""
        try:
            token = await self._fetch(account)
        except (WechatError, NotSent, Unsettled):
            await self._give_back(account, lease)
            raise
        try:
            sealed = await self._store.seal(CONTEXT, token.value.encode())
            written = await self._rows.write(account.appid, version, lease, sealed, token.dies_at - self._clock())
        except (Problem, psycopg.Error) as lost:
            log.warning("access token not stored: %s", type(lost).__name__)
            await self._give_back(account, lease)
            return token
        return replace(token, version=version + 1) if written else token

    async def _give_back(self, account: Account, lease: str) -> None:
        """End a lease under which nothing was written; without a database it ends by itself."""
        try:
            await self._rows.release(account.appid, lease)
        except psycopg.Error as away:
            log.warning("lease not given back: %s", type(away).__name__)

    async def _fetch(self, account: Account) -> Token:
        """getStableAccessToken, normal mode (never force: that would kill the token under everybody else)."""
        body = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
        try:
            async with asyncio.timeout(FETCH_MAX_S):
                granted = await self._transport.ask(Granted, PATH, {}, body, repeatable=True, deadline_s=FETCH_MAX_S)
        except TimeoutError:
            raise Unsettled("http.deadline", host=PATH) from None
        now = self._clock()
        return Token(granted.access_token, now + granted.expires_in, now)
