"""Take a push in: verified, not replayed, not a repeat, sealed, and handled later by a job. WeChat waits five seconds.

A nonce is remembered inside the replay window, a message for a week (WeChat delivers up to three times, and late);
both as keyed indexes, so that no openid lies in the tables. An unknown OpenID is success: the listeners record it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import Actor, ActorKind, UnitOfWork
from yumen.wechat.account import Account, Accounts, PushSettings
from yumen.wechat.push import store
from yumen.wechat.push.events import Pushed, event_of, name_of
from yumen.wechat.push.message import Message, canonical, text_of
from yumen.wechat.push.verify import WINDOW_S, Delivery, echo, read, verified
from yumen.wechat.secret_store import SecretStore

OFF: Final = Code("wechat.push_off", 404)
REPLAYED: Final = Code("wechat.push_replayed", 409)

NONCE_KEPT: Final = timedelta(seconds=2 * WINDOW_S + 60)
MESSAGE_KEPT: Final = timedelta(days=7)
PAYLOAD_CONTEXT: Final = "wechat.push_inbox.payload"
SEEN_CONTEXT: Final = "wechat.push_seen.seen"
CONTAINER_CHECK: Final = {"action": "CheckContainerPath"}
SAME_EVENT: Final = (
    "FromUserName", "CreateTime", "MsgType", "Event", "OpenID", "OpenPID", "PluginID", "RevokeInfo", "TemplateId",
    "List", "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent", "MsgID", "trace_id",
    "transaction_id", "merchant_trade_no", "punish_id",
)  # fmt: skip
"""Fields that tell two events apart."""


@dataclass(frozen=True, slots=True)
class PushReceived:
    """A push lies in the inbox. Ids only: its content is sealed."""

    push_id: str
    appid: str


class Outcome(StrEnum):
    KEPT = "kept"
    NOTED = "noted"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A verified push, indexed and sealed, ready to be written in one short transaction.

    Of a message that nobody acts on (a chat text) no content is kept, only that it came.
    """

    appid: str
    event: str
    nonce_index: bytes
    message_index: bytes
    payload_sealed: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The wired service: for which accounts, and who keeps secrets."""

    accounts: Accounts
    secret_store: SecretStore

    def actor(self, appid: str) -> Actor:
        """Who acts when WeChat speaks: the system, for the app's handler. Raises `wechat.app_unknown`."""
        return Actor(ActorKind.SYSTEM, "wechat", self.accounts.get(appid).handler)

    def echo(self, appid: str, delivery: Delivery, echostr: str) -> str:
        """Answer the console's URL check. Raises `wechat.push_off`, `wechat.push_refused`."""
        return echo(_settings(self.accounts.get(appid)), delivery, echostr)

    async def prepare(self, appid: str, delivery: Delivery, now: datetime) -> Prepared | None:
        """Verify, read and seal; `now` is the real time. None for a probe that carries no message.

        Raises `wechat.app_unknown`, `wechat.push_off`, `wechat.push_refused`, `_stale`, `_malformed`.
        """
        account = self.accounts.get(appid)
        plain = verified(_settings(account), appid, delivery, now)
        message = read(plain)
        if message == CONTAINER_CHECK:
            return None
        acted_on = type(event_of(message, appid)) is not Pushed
        nonce = [appid, delivery.timestamp, delivery.nonce, delivery.msg_signature or delivery.signature]
        return Prepared(
            appid=appid,
            event=name_of(message),
            nonce_index=await self.secret_store.index(SEEN_CONTEXT, canonical(["nonce", *nonce])),
            message_index=await self.secret_store.index(SEEN_CONTEXT, identity(appid, message)),
            payload_sealed=await self.secret_store.seal(PAYLOAD_CONTEXT, plain) if acted_on else None,
        )


def identity(appid: str, message: Message) -> bytes:
    """What makes a message this one: `MsgId`, else sender, time, event and what the event is about."""
    msg_id = text_of(message, "MsgId")
    if msg_id:
        return canonical(["message", appid, msg_id])
    told = [message.get(name) if name.endswith(("List", "Event")) else text_of(message, name) for name in SAME_EVENT]
    return canonical(["event", appid, *told])


async def keep(uow: UnitOfWork, prepared: Prepared) -> Outcome:
    """Write it down once and have it handled. Raises `wechat.push_replayed` for a nonce that was used."""
    if not await store.is_new(uow.conn, prepared.nonce_index, uow.now + NONCE_KEPT):
        raise REPLAYED()
    if not await store.is_new(uow.conn, prepared.message_index, uow.now + MESSAGE_KEPT):
        return Outcome.REPEATED
    push_id = new_id("psh")
    await store.keep(uow.conn, push_id, prepared.appid, prepared.event, prepared.payload_sealed, uow.now)
    if prepared.payload_sealed is None:
        await store.mark_handled(uow.conn, push_id, uow.now)
        return Outcome.NOTED
    await uow.emit(PushReceived(push_id, prepared.appid))
    return Outcome.KEPT


def _settings(account: Account) -> PushSettings:
    if account.push is None:
        raise OFF()
    return account.push
