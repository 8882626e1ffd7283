"""A token for HubSpot: the one that was given, or one fetched for the refresh token before the old one ends.

No failure is Unsettled: no person was on the way. Source: developers.hubspot.com, "Manage OAuth tokens" (2026-03).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

import msgspec

from yumen.gateway.connectors.channel import Call, Channel, decoded
from yumen.gateway.connectors.failures import known, login_refusal
from yumen.gateway.connectors.hubspot.account import SYSTEM, Account, RefreshLogin, TokenLogin
from yumen.gateway.connectors.hubspot.errors import CATEGORIES
from yumen.gateway.connectors.hubspot.token_book import TokenBook
from yumen.gateway.connectors.tokens import Token
from yumen.kit.errors import NotSent, Rejected, Unsettled

PATH: Final = "/oauth/2026-03/token"
"""The dated endpoint; `/oauth/v1/token` ends on 2027-02-16 (HubSpot's changelog, "v1 OAuth API Deprecation")."""
EARLY_S: Final = 60.0
"""Before its end a token is replaced: HubSpot wants nobody to wait for the 401."""


class Granted(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str = ""


class Refused(msgspec.Struct):
    """HubSpot's own words beside those of RFC 6749; the message is never read."""

    category: str = ""
    status: str = ""
    error: str = ""

    @property
    def code(self) -> str:
        return (self.category or self.status or self.error).upper()


def logging_in(
    channel: Channel, account: Account, book: TokenBook, clock: Callable[[], float]
) -> Callable[[], Awaitable[Token]]:
    """What fetches a token for that account; it raises NotSent. `clock` gives monotonic seconds."""
    login = account.login
    if isinstance(login, TokenLogin):
        return lambda: _given(login, account)
    return _Refresh(channel, account.url, login, book, clock)


async def _given(login: TokenLogin, account: Account) -> Token:
    return Token(login.token, account.url)


class _Refresh:
    """Exchanges the newest refresh token that HubSpot still takes, and keeps the one that it gives for it."""

    def __init__(
        self, channel: Channel, url: str, login: RefreshLogin, book: TokenBook, clock: Callable[[], float]
    ) -> None:
        self._channel = channel
        self._url = url
        self._login = login
        self._book = book
        self._clock = clock

    async def __call__(self) -> Token:
        given = self._login.refresh_token
        *newer, last = await self._book.known(given)
        for refresh_token in newer:
            try:
                return await self._exchange(refresh_token)
            except NotSent as refusal:
                if refusal.code != "connector.login_refused":
                    raise
        return await self._exchange(last)

    async def _exchange(self, refresh_token: str) -> Token:
        granted = await self._granted(refresh_token)
        if granted.refresh_token not in ("", refresh_token):
            await self._book.keep(self._login.refresh_token, granted.refresh_token)
        return Token(granted.access_token, self._url, self._clock() + granted.expires_in - EARLY_S)

    async def _granted(self, refresh_token: str) -> Granted:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._login.client_id,
            "client_secret": self._login.client_secret,
            "refresh_token": refresh_token,
        }
        call = Call(
            "POST",
            self._url + PATH,
            body=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
        )
        try:
            answer = await self._channel.send(call)
        except (Unsettled, Rejected) as failure:
            raise NotSent("connector.login_unanswered", failure.code, system=SYSTEM) from None
        if answer.status != 200:
            said = decoded(answer.body, Refused) or Refused()
            raise login_refusal(SYSTEM, answer.status, known(said.code, CATEGORIES))
        granted = decoded(answer.body, Granted)
        if granted is None or not granted.access_token.isascii() or not granted.access_token.isprintable():
            raise NotSent("connector.login_unanswered", system=SYSTEM)
        return granted
