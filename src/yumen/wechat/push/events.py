"""What a governed backend must act on: a person withdrew something, closed the account, was cleaned by WeChat,
answered a message template; a trade was confirmed, is not shipped, or is controlled.

Events are typed for their listeners; they hold an openid and are handed over in memory only, never in a job.
Source: 用户信息相关事件 (user_authorization_revoke, user_authorization_cancellation, user_info_modified), 订阅消息事件
(subscribe_msg_…), 发货信息管理事件 (trade_manage_…, wxa_trade_controlled).
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
TEMPLATE_MAX: Final = 100


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


@dataclass(frozen=True, slots=True)
class TemplatesAnswered(Pushed):
    """`answers` are templates with whether one more message by each was accepted; a refusal takes all away."""

    answers: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class TradeConfirmed(Pushed):
    """The receipt of a payment's goods is confirmed, by the person or by the platform's clock."""

    mchid: str
    transaction_id: str


@dataclass(frozen=True, slots=True)
class ShippingWanted(Pushed):
    """The platform warns: a payment is not shipped after 48 hours, or nothing was ever told of shipping."""

    transaction_id: str


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
        case "subscribe_msg_popup_event" | "subscribe_msg_change_event":
            return TemplatesAnswered(appid, openid, created_at, _answers(message))
        case "trade_manage_order_settlement" if text_of(message, "confirm_receive_time"):
            mchid, transaction = text_of(message, "merchant_id"), text_of(message, "transaction_id")
            return TradeConfirmed(appid, openid, created_at, mchid, transaction)
        case "trade_manage_remind_shipping" | "trade_manage_remind_access_api" | "wxa_trade_controlled":
            return ShippingWanted(appid, openid, created_at, text_of(message, "transaction_id"))
        case _:
            return Pushed(appid, openid, created_at)


def _answers(message: Message) -> tuple[tuple[str, bool], ...]:
    """JSON has `List` with an object or several; XML has it inside an element named after the event."""
    for wrapped in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
        inner = message.get(wrapped)
        message = inner if isinstance(inner, dict) else message
    listed = message.get("List")
    entries = listed if isinstance(listed, list) else [listed]
    told = [entry for entry in entries[:CODES_MAX] if isinstance(entry, dict)]
    names = [(text_of(entry, "TemplateId")[:TEMPLATE_MAX], text_of(entry, "SubscribeStatusString")) for entry in told]
    return tuple((template, said == "accept") for template, said in names if template)


def _codes(message: Message) -> tuple[int, ...]:
    """Several codes may come separated by commas."""
    parts = [part.strip() for part in text_of(message, "RevokeInfo").split(",")[:CODES_MAX]]
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 6)
