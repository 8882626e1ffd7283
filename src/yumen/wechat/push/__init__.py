"""Message push (消息推送): what WeChat tells us unasked, taken in safely and handled afterwards."""

from yumen.wechat.push.events import (
    AuthorizationCancelled,
    AuthorizationRevoked,
    Pushed,
    RevokeInfo,
    ShippingWanted,
    TemplatesAnswered,
    TradeConfirmed,
    UserInfoModified,
)
from yumen.wechat.push.handle import Listener, Listeners, forget_pushes_job, handle_push_job
from yumen.wechat.push.receive import Inbox, PushReceived

__all__ = [
    "AuthorizationCancelled",
    "AuthorizationRevoked",
    "Inbox",
    "Listener",
    "Listeners",
    "PushReceived",
    "Pushed",
    "RevokeInfo",
    "ShippingWanted",
    "TemplatesAnswered",
    "TradeConfirmed",
    "UserInfoModified",
    "forget_pushes_job",
    "handle_push_job",
]
