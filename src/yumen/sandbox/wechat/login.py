"""Log a person in: the code that wx.login gives, and code2Session that turns it into openid and session_key."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.credentials import app_by_secret
from yumen.sandbox.wechat.rates import LOGINS_A_MINUTE, Rates
from yumen.sandbox.wechat.records import App, Code, Member, Person
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.world import World

CODE_LIFE_S: Final = 300.0
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def press_login(world: World, app: App, person: Person) -> Code:
    """wx.login on that person's phone: a code for five minutes, and perhaps a new session key."""
    member = world.member(app, person)
    now = world.now()
    if not session_lives(world, member, now) or _rotates(world, member, now):
        renew_key(member, now)
    member.logins += 1
    member.used_at = now
    world.keep("member", member.openid, member)
    raw = secrets.token_bytes(32)
    code = Code(code="".join(_ALPHABET[b % 62] for b in raw), appid=app.appid, openid=member.openid, made_at=now)
    world.login_codes[code.code] = code
    return world.keep("login_code", code.code, code)


def code2session(call: Call, rates: Rates) -> Fields:
    """`/sns/jscode2session`: 41002, 41004, 41008, 40002, 40013, 40125, 40029, 40163, 45011, 40226."""
    query, world = call.request.query, call.world
    if query.get("appid") and query.get("secret") and not query.get("js_code"):
        raise Refusal(41008)
    app = app_by_secret(call)
    if query.get("grant_type") != "authorization_code":
        raise Refusal(40002)
    code = world.login_codes.get(query["js_code"])
    if code is None or code.appid != app.appid:
        raise Refusal(40029)
    rates.take("login", code.openid, call.now, LOGINS_A_MINUTE)
    if code.used_at is not None:
        raise Refusal(40029 if app.quirks.used_code_40029 else 40163)
    if call.now - code.made_at >= CODE_LIFE_S:
        raise Refusal(40029)
    member = world.members[code.openid]
    person = world.people[member.person]
    if person.high_risk:
        raise Refusal(40226)
    if person.cancelled_at is not None:
        raise Refusal(40029)
    code.used_at = call.now
    world.keep("login_code", code.code, code)
    answer: Fields = {"session_key": member.session_key, "openid": member.openid}
    if member.unionid:
        answer["unionid"] = member.unionid
    return answer


def session_lives(world: World, member: Member, now: float) -> bool:
    """Is there a session key that has not lain idle too long?"""
    return bool(member.session_key) and now - member.used_at < world.settings.session_rules.idle_s


def renew_key(member: Member, now: float) -> None:
    """A new session key: base64 of 16 bytes. The old one is dead."""
    member.session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    member.key_made_at = now


def _rotates(world: World, member: Member, now: float) -> bool:
    rules = world.settings.session_rules
    if now - member.key_made_at < rules.rotate_after_s:
        return False
    roll = hashlib.sha256(f"rotate|{world.settings.seed}|{member.openid}|{member.logins}".encode()).digest()
    return int.from_bytes(roll[:4]) % 100 < rules.rotate_percent
