"""Write the messages that WeChat pushes: the events of this sandbox, and a text."""

from __future__ import annotations

import secrets
from typing import Any, Final

from yumen.sandbox.wechat.records import App, Member

Message = dict[str, Any]
REVOKE_INFO: Final = frozenset(["1", "2", "3", "4", "5", "6", "7", "8", "12", "13", "14", "15", "16", "18", "19", "20"])
"""8 is the phone number, 6 nickname and avatar; the whole list is on the event's page."""


def revoked(app: App, member: Member, info: list[str], now: float) -> Message:
    """user_authorization_revoke: the user withdrew information; delete it. Several codes come comma-separated."""
    return _event(app, member, "user_authorization_revoke", now, RevokeInfo=",".join(info))


def cancelled(app: App, member: Member, now: float) -> Message:
    """user_authorization_cancellation: the user closed the WeChat account; erase the person."""
    return _event(app, member, "user_authorization_cancellation", now)


def modified(app: App, member: Member, now: float) -> Message:
    """user_info_modified: the platform cleaned a risky profile; refresh or blank it."""
    return _event(app, member, "user_info_modified", now)


def text(app: App, member: Member, content: str, now: float) -> Message:
    """A customer-service text; deduplicated by MsgId."""
    message = _head(app, member, "text", now)
    return {**message, "Content": content, "MsgId": 20_000_000_000_000_000 + secrets.randbelow(10**15)}


def _event(app: App, member: Member, event: str, now: float, **more: str) -> Message:
    head = _head(app, member, "event", now)
    return {**head, "Event": event, "OpenID": member.openid, "AppID": app.appid, **more}


def _head(app: App, member: Member, kind: str, now: float) -> Message:
    second: int | str = str(int(now)) if app.quirks.create_time_text else int(now)
    return {"ToUserName": app.original_id, "FromUserName": member.openid, "CreateTime": second, "MsgType": kind}
