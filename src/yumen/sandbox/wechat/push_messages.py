"""Write the messages that WeChat pushes: the events of this sandbox, and a text."""

from __future__ import annotations

import secrets
from typing import Any, Final

from yumen.sandbox.wechat.records import App, Member
from yumen.sandbox.wechat.trade_records import Trade

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


def settlement(app: App, trade: Trade, now: float, more: dict[str, int]) -> Message:
    """trade_manage_order_settlement: on complete shipping, and when the money is settled."""
    return {**_of_trade(app, trade, "trade_manage_order_settlement", now), "shipped_time": _second(trade), **more}


def ship_soon(app: App, trade: Trade, now: float) -> Message:
    """trade_manage_remind_shipping: paid 48 hours ago and not shipped."""
    return {**_of_trade(app, trade, "trade_manage_remind_shipping", now), "msg": "您有订单待发货，请尽快发货"}


def access_missing(app: App, trade: Trade, now: float) -> Message:
    """trade_manage_remind_access_api: there are trades, and nothing was ever shipped."""
    head = _headed(app, trade.openid, "event", now)
    return {**head, "Event": "trade_manage_remind_access_api", "msg": "请尽快接入发货信息管理服务"}


def controlled(app: App, member: Member, now: float) -> Message:
    """wxa_trade_controlled: the app has to integrate shipping management."""
    return {**_head(app, member, "event", now), "Event": "wxa_trade_controlled", "msg": "请接入发货信息管理服务"}


def subscribed(app: App, member: Member, template: str, accepted: bool, now: float) -> Message:
    """subscribe_msg_popup_event: what the person answered; a single entry of List is an object."""
    status = "accept" if accepted else "reject"
    entry = {"TemplateId": template, "SubscribeStatusString": status, "PopupScene": "0"}
    return {**_head(app, member, "event", now), "Event": "subscribe_msg_popup_event", "List": entry}


def message_sent(app: App, member: Member, template: str, msgid: int, now: float) -> Message:
    """subscribe_msg_sent_event: the final result of a send."""
    entry = {"TemplateId": template, "MsgID": str(msgid), "ErrorCode": "0", "ErrorStatus": "success"}
    return {**_head(app, member, "event", now), "Event": "subscribe_msg_sent_event", "List": entry}


def text(app: App, member: Member, content: str, now: float) -> Message:
    """A customer-service text; deduplicated by MsgId."""
    message = _head(app, member, "text", now)
    return {**message, "Content": content, "MsgId": 20_000_000_000_000_000 + secrets.randbelow(10**15)}


def _event(app: App, member: Member, event: str, now: float, **more: str) -> Message:
    head = _head(app, member, "event", now)
    return {**head, "Event": event, "OpenID": member.openid, "AppID": app.appid, **more}


def _of_trade(app: App, trade: Trade, event: str, now: float) -> Message:
    return {
        **_headed(app, trade.openid, "event", now),
        "Event": event,
        "transaction_id": trade.transaction_id,
        "merchant_id": trade.mchid,
        "sub_merchant_id": "",
        "merchant_trade_no": trade.out_trade_no,
        "pay_time": int(trade.paid_at),
    }


def _second(trade: Trade) -> int:
    return int(trade.shipped_at or 0.0)


def _head(app: App, member: Member, kind: str, now: float) -> Message:
    return _headed(app, member.openid, kind, now)


def _headed(app: App, openid: str, kind: str, now: float) -> Message:
    second: int | str = str(int(now)) if app.quirks.create_time_text else int(now)
    return {"ToUserName": app.original_id, "FromUserName": openid, "CreateTime": second, "MsgType": kind}
