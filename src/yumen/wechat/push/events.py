"""What a governed backend must act on: a person withdrew something, closed the account, or was cleaned by WeChat.

Events are typed for their listeners; they hold an openid and are handed over in memory only, never in a job.
Source: 用户信息相关事件 (user_authorization_revoke, user_authorization_cancellation, user_info_modified).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from yumen.wechat.push.message import Message, seconds_of, text_of

EVENT_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
CODES_MAX: Final = 64


class RevokeInfo(IntEnum):
    """RevokeInfo: what the person withdrew; that data must be deleted."""

    LICENSE_PLATE = 1
    ADDRESS = 2
    INVOICE = 3
    BLUETOOTH = 4
    MICROPHONE = 5
    NICKNAME_AND_AVATAR = 6
    CAMERA = 7
    PHONE_NUMBER = 8
    WERUN_STEPS = 12
    LOCATION = 13
    CHOSEN_MEDIA = 14
    CHOSEN_FILE = 15
    EMAIL = 16
    CHOSEN_LOCATION = 18
    TYPED_NICKNAME = 19
    CHOSEN_AVATAR = 20


@dataclass(frozen=True, slots=True)
class Pushed:
    """Any message: for which app, about whom, and when WeChat made it."""

    appid: str
    openid: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorizationRevoked(Pushed):
    """`codes` are all that were named; `kinds` those that are known."""

    codes: tuple[int, ...]
    plugin_id: str = ""
    openpid: str = field(default="", repr=False)

    @property
    def kinds(self) -> tuple[RevokeInfo, ...]:
        return tuple(RevokeInfo(code) for code in self.codes if code in RevokeInfo.__members__.values())


@dataclass(frozen=True, slots=True)
class AuthorizationCancelled(Pushed):
    """The person closed the WeChat account: erase the person."""


@dataclass(frozen=True, slots=True)
class UserInfoModified(Pushed):
    """WeChat cleaned a risky profile: blank nickname and avatar."""


def name_of(message: Message) -> str:
    """`Event` of an event, else `MsgType`; `unknown` when it is no such name."""
    name = text_of(message, "Event") or text_of(message, "MsgType")
    return name if EVENT_NAME.fullmatch(name) else "unknown"


def event_of(message: Message, appid: str) -> Pushed:
    """The typed event; a plain `Pushed` for what nobody here acts on."""
    openid = text_of(message, "OpenID", "FromUserName")
    created_at = datetime.fromtimestamp(seconds_of(message, "CreateTime") % (1 << 35), UTC)
    match name_of(message):
        case "user_authorization_revoke":
            plugin_id, openpid = text_of(message, "PluginID"), text_of(message, "OpenPID")
            return AuthorizationRevoked(appid, openid, created_at, _codes(message), plugin_id, openpid)
        case "user_authorization_cancellation":
            return AuthorizationCancelled(appid, openid, created_at)
        case "user_info_modified":
            return UserInfoModified(appid, openid, created_at)
        case _:
            return Pushed(appid, openid, created_at)


def _codes(message: Message) -> tuple[int, ...]:
    """Several codes may come separated by commas."""
    parts = [part.strip() for part in text_of(message, "RevokeInfo").split(",")[:CODES_MAX]]
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 6)
