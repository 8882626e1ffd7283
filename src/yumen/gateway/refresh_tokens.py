"""Refresh tokens that a recipient gives in exchange for ours, kept sealed over a restart.

A new one is committed before its access token is used, so a process that dies then goes on with it; one that dies
before that goes on with the former, which stays beside. Fits `connectors.hubspot.TokenBook`.
"""

from __future__ import annotations

from typing import Protocol

from yumen.gateway import refresh_token_store as store
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, Work


class Secrets(Protocol):
    """The house's store of small secrets of its own."""

    async def seal(self, context: str, plain: bytes) -> bytes: ...

    async def open(self, context: str, sealed: bytes) -> bytes: ...

    async def index(self, context: str, plain: bytes) -> bytes: ...


class KeptTokens:
    """The tokens of one recipient of one handler."""

    def __init__(self, work: Work, secrets: Secrets, handler: HandlerId, recipient: str) -> None:
        self._work = work
        self._secrets = secrets
        self._actor = Actor(ActorKind.SYSTEM, "gateway", handler)
        self._recipient = recipient
        self._context = f"refresh-token {handler} {recipient}"

    async def known(self, given: str) -> list[str]:
        """The newest first, last the one of the settings. Raises `secrets.unreadable`."""
        async with self._work.begin(self._actor) as uow:
            row = await store.find(uow.conn, uow.handler, self._recipient)
        if row is None or row.given_index != await self._index(given):
            return [given]
        sealed = [one for one in (row.value_sealed, row.former_sealed) if one is not None]
        opened = [(await self._secrets.open(self._context, one)).decode() for one in sealed]
        return list(dict.fromkeys([*opened, given]))

    async def keep(self, given: str, token: str) -> None:
        sealed = await self._secrets.seal(self._context, token.encode())
        async with self._work.begin(self._actor) as uow:
            index = await self._index(given)
            await store.keep(uow.conn, uow.handler, self._recipient, index, sealed, uow.now)

    async def _index(self, given: str) -> bytes:
        return await self._secrets.index(self._context, given.encode())
