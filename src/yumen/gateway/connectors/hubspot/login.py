"""A token for HubSpot: the one that was given, or one fetched for the refresh token before the old one ends.

No failure is Unsettled: no person was on the way. Source: developers.hubspot.com, "Working with OAuth".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

import msgspec

from yumen.gateway.connectors.channel import Call, Channel, decoded
from yumen.gateway.connectors.failures import known, login_refusal
from yumen.gateway.connectors.hubspot.account import SYSTEM, Account, RefreshLogin, TokenLogin
from yumen.gateway.connectors.hubspot.errors import CATEGORIES, Said
from yumen.gateway.connectors.tokens import Token
from yumen.kit.errors import NotSent, Rejected, Unsettled

PATH: Final = "/oauth/v1/token"
EARLY_S: Final = 60.0
"""Before its end a token is replaced: HubSpot wants nobody to wait for the 401."""


class Granted(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str = ""


def logging_in(channel: Channel, account: Account, clock: Callable[[], float]) -> Callable[[], Awaitable[Token]]:
    """What fetches a token for that account; it raises NotSent or Rejected. `clock` gives monotonic seconds."""
    login = account.login
    if isinstance(login, TokenLogin):
        return lambda: _given(login, account)
    return _Refresh(channel, account.url, login, clock)


async def _given(login: TokenLogin, account: Account) -> Token:
    return Token(login.token, account.url)


class _Refresh:
    """Holds the newest refresh token: HubSpot may give another one with each access token."""

    def __init__(self, channel: Channel, url: str, login: RefreshLogin, clock: Callable[[], float]) -> None:
        self._channel = channel
        self._url = url
        self._login = login
        self._clock = clock
        self._refresh_token = login.refresh_token

    async def __call__(self) -> Token:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._login.client_id,
            "client_secret": self._login.client_secret,
            "refresh_token": self._refresh_token,
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
            said = decoded(answer.body, Said) or Said()
            raise login_refusal(SYSTEM, answer.status, known(said.category or said.status, CATEGORIES))
        granted = decoded(answer.body, Granted)
        if granted is None or not granted.access_token.isascii() or not granted.access_token.isprintable():
            raise NotSent("connector.login_unanswered", system=SYSTEM)
        self._refresh_token = granted.refresh_token or self._refresh_token
        return Token(granted.access_token, self._url, self._clock() + granted.expires_in - EARLY_S)
