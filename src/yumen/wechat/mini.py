"""Tencent's server API of mini-programs, under Tencent's names; what of it this house uses.

Every call takes the appid it is made for. Failures: `WechatError` (a problem the shopper can read, with the errcode
for the operator), `NotSent`, `Unsettled`. A call with a dead access token is made once more with another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from yumen.kit.errors import Rejected
from yumen.wechat.account import Accounts
from yumen.wechat.answers import (
    Addresses,
    CallbackCheck,
    Empty,
    PhoneAnswer,
    PhoneInfo,
    Quota,
    QuotaAnswer,
    Session,
)
from yumen.wechat.errors import Cure, WechatError
from yumen.wechat.open_data import session_signature
from yumen.wechat.token import Tokens
from yumen.wechat.transport import Body, Transport

T = TypeVar("T")
Operator = Literal["CHINANET", "UNICOM", "CAP", "DEFAULT"]

INVALID_SIGNATURE: Final = 87009


@dataclass(frozen=True, slots=True)
class Mini:
    """The wired service: how WeChat is reached, and for which accounts."""

    transport: Transport
    tokens: Tokens
    accounts: Accounts

    async def authorized(
        self,
        answer: type[T],
        appid: str,
        path: str,
        query: Mapping[str, str],
        body: Body | None = None,
        *,
        repeatable: bool = False,
    ) -> T:
        """Call with the access token; if WeChat says it is dead (40001, 40014, 42001), once more with another."""
        account = self.accounts.get(appid)
        token = await self.tokens.get(account)
        try:
            return await self.transport.ask(answer, path, {"access_token": token, **query}, body, repeatable=repeatable)
        except WechatError as refused:
            if refused.cure is not Cure.REFRESH_TOKEN:
                raise
        token = await self.tokens.replace(account, token)
        return await self.transport.ask(answer, path, {"access_token": token, **query}, body, repeatable=repeatable)


async def code2session(mini: Mini, appid: str, js_code: str) -> Session:
    """code2Session: who the code of `wx.login` stands for. The code lives five minutes and works once.

    Raises `wechat.code_invalid` (40029), `wechat.code_used` (40163), `wechat.user_blocked` (40226),
    `wechat.too_often` (45011).
    """
    account = mini.accounts.get(appid)
    query = {
        "appid": appid,
        "secret": account.secret,
        "js_code": js_code,
        "grant_type": "authorization_code",
    }
    return await mini.transport.ask(Session, "/sns/jscode2session", query)


async def check_session_key(mini: Mini, appid: str, openid: str, session_key: str) -> bool:
    """checkSessionKey: is this still the person's key?"""
    try:
        await mini.authorized(Empty, appid, "/wxa/checksession", _signed(openid, session_key), repeatable=True)
    except WechatError as refused:
        if refused.errcode == INVALID_SIGNATURE:
            return False
        raise
    return True


async def reset_user_session_key(mini: Mini, appid: str, openid: str, session_key: str) -> Session:
    """ResetUserSessionKey: a new key at once, with the old expiry. Raises `wechat.session_expired`."""
    return await mini.authorized(Session, appid, "/wxa/resetusersessionkey", _signed(openid, session_key))


async def get_phone_number(mini: Mini, appid: str, code: str, openid: str | None = None) -> PhoneInfo:
    """getPhoneNumber (getuserphonenumber): the number behind the button's code (five minutes, works once).

    With `openid` WeChat checks that code and person belong together. Raises `wechat.code_invalid`; Rejected when the
    answer's watermark names another app.
    """
    body = {"code": code} if openid is None else {"code": code, "openid": openid}
    answer = await mini.authorized(PhoneAnswer, appid, "/wxa/business/getuserphonenumber", {}, body)
    if answer.phone_info.watermark.appid != appid:
        raise Rejected("wechat.watermark_foreign")
    return answer.phone_info


async def get_callback_ip(mini: Mini, appid: str) -> list[str]:
    """getCallbackIp: addresses and networks that pushes come from; refresh daily."""
    return (await mini.authorized(Addresses, appid, "/cgi-bin/getcallbackip", {}, repeatable=True)).ip_list


async def get_api_domain_ip(mini: Mini, appid: str) -> list[str]:
    """getApiDomainIp: addresses of api.weixin.qq.com, for egress rules; refresh daily."""
    return (await mini.authorized(Addresses, appid, "/cgi-bin/get_api_domain_ip", {}, repeatable=True)).ip_list


async def callback_check(mini: Mini, appid: str, operator: Operator = "DEFAULT") -> CallbackCheck:
    """callbackCheck: name resolution of, and ping to, the push address as WeChat sees it."""
    body = {"action": "all", "check_operator": operator}
    return await mini.authorized(CallbackCheck, appid, "/cgi-bin/callback/check", {}, body, repeatable=True)


async def get_api_quota(mini: Mini, appid: str, cgi_path: str) -> Quota:
    """getApiQuota: what is left today of the quota of one path (`/cgi-bin/…`; not for `/sns/…`)."""
    body = {"cgi_path": cgi_path}
    answer = await mini.authorized(QuotaAnswer, appid, "/cgi-bin/openapi/quota/get", {}, body, repeatable=True)
    return answer.quota


def _signed(openid: str, session_key: str) -> dict[str, str]:
    signature = session_signature(session_key, b"")
    return {"openid": openid, "signature": signature, "sig_method": "hmac_sha256"}
