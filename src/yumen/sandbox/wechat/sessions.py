"""Check and reset the session key: checkSessionKey and ResetUserSessionKey."""

from __future__ import annotations

import hashlib
import hmac

from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.login import renew_key, session_lives
from yumen.sandbox.wechat.rates import MINUTE_LIMITS, Rates
from yumen.sandbox.wechat.records import Member
from yumen.sandbox.wechat.refusals import Refusal


def sign_session(session_key: str, message: bytes) -> str:
    """hex(hmac_sha256(session_key, message)); the key is the base64 text as received, not its bytes."""
    return hmac.new(session_key.encode(), message, hashlib.sha256).hexdigest()


def check_session_key(call: Call) -> Fields:
    """`GET /wxa/checksession`: 0 valid, 87009 if the signature was made with a key no longer valid."""
    member = find_member(call, call.request.query.get("openid", ""))
    _check_method(call)
    if not session_lives(call.world, member, call.now):
        raise Refusal(87009)
    _check_signature(call, member)
    return {}


def reset_user_session_key(call: Call, rates: Rates) -> Fields:
    """`GET /wxa/resetusersessionkey`: a new key at once; its expiry is that of the old one."""
    rates.take("reset", call.known_app().appid, call.now, MINUTE_LIMITS["/wxa/resetusersessionkey"])
    if not all(call.request.query.get(name) for name in ("openid", "signature", "sig_method")):
        raise Refusal(40097)
    member = find_member(call, call.request.query["openid"])
    _check_method(call)
    if not session_lives(call.world, member, call.now):
        raise Refusal(87007)
    _check_signature(call, member)
    renew_key(member, call.now)
    call.world.keep("member", member.openid, member)
    return {"openid": member.openid, "session_key": member.session_key}


def find_member(call: Call, openid: str) -> Member:
    """The person by the app's own openid; 40003 if it is another app's, unknown, or the account was closed."""
    member = call.world.members.get(openid)
    if member is None or member.appid != call.known_app().appid:
        raise Refusal(40003)
    if call.world.people[member.person].cancelled_at is not None:
        raise Refusal(40003)
    return member


def _check_method(call: Call) -> None:
    if call.request.query.get("sig_method") != "hmac_sha256":
        raise Refusal(87008)


def _check_signature(call: Call, member: Member) -> None:
    expected = sign_session(member.session_key, b"").encode()
    if not hmac.compare_digest(expected, call.request.query.get("signature", "").encode(errors="replace")):
        raise Refusal(87009)
