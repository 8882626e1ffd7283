"""An account of HubSpot, how we log in to it, and which of its objects takes the persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from yumen.gateway.connectors.connector import RecallWay, Value

SYSTEM: Final = "hubspot"
URL: Final = "https://api.hubapi.com"
"""One host for every data centre: HubSpot routes by the token."""


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """The token of a private app (`pat-eu1-…`), or a service key: lives until somebody rotates it."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefreshLogin:
    """OAuth: access tokens of half an hour, for a refresh token that lives until it is renewed or the app taken off."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """`object` is contacts, companies or a custom object (`2-3453932`); only contacts can be erased for good.

    `suppress` is what is set on a person who must be left alone; with `unsubscribe` HubSpot is told as well that their
    e-mail address wants no mail. `anonymous` is what stands in properties that may not be empty. `ways` are those of
    taking back that HQ lets us use.
    """

    login: TokenLogin | RefreshLogin
    object: str = "contacts"
    url: str = URL
    connections_max: int = 16
    suppress: Mapping[str, Value] = field(default_factory=dict)
    anonymous: Mapping[str, Value] = field(default_factory=dict)
    unsubscribe: bool = False
    ways: tuple[RecallWay, ...] = tuple(RecallWay)
