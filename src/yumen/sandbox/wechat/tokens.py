"""Give out access tokens: `/cgi-bin/token` and `/cgi-bin/stable_token`, two families that never touch each other."""

from __future__ import annotations

import secrets
from typing import Final

from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.credentials import app_by_secret, check_address
from yumen.sandbox.wechat.rates import STABLE_PATH, TOKEN_PATH, spend
from yumen.sandbox.wechat.records import App, Token, TokenFamily
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.world import World

LIFE_S: Final = 7200
OVERLAP_S: Final = 300
FORCED_A_DAY: Final = 20
FORCED_GAP_S: Final = 30.0


def get_access_token(call: Call) -> Fields:
    """getAccessToken: each call a new token; the one before works for five more minutes."""
    app = _admit(call)
    spend(call.world, app, TOKEN_PATH)
    for token in living(call.world, app, "plain"):
        token.dead_at = min(token.dead_at, call.now + OVERLAP_S)
        call.world.keep("token", token.value, token)
    return _given(issue(call.world, app, "plain"), call.now)


def get_stable_access_token(call: Call) -> Fields:
    """getStableAccessToken: the same token while more than 300 s remain; `force_refresh` kills at once."""
    force = call.flag("force_refresh")
    app = _admit(call)
    spend(call.world, app, STABLE_PATH)
    alive = living(call.world, app, "stable")
    current = max(alive, key=lambda token: token.made_at, default=None)
    if force:
        return _given(_force(call, app, alive, current), call.now)
    if current is not None and current.expires_at - call.now > OVERLAP_S:
        return _given(current, call.now)
    return _given(issue(call.world, app, "stable"), call.now)


def issue(world: World, app: App, family: TokenFamily) -> Token:
    """A new token of two hours. What happens to older ones is the caller's business."""
    now = world.now()
    value = f"{secrets.randbelow(90) + 10}_" + secrets.token_urlsafe(100)
    expires_at = now + LIFE_S
    token = Token(value=value, appid=app.appid, family=family, made_at=now, expires_at=expires_at, dead_at=expires_at)
    world.tokens[value] = token
    return world.keep("token", value, token)


def living(world: World, app: App, family: TokenFamily) -> list[Token]:
    """The tokens of that family that still work."""
    now = world.now()
    return [t for t in world.tokens.values() if t.appid == app.appid and t.family == family and t.dead_at > now]


def kill(world: World, app: App, family: TokenFamily) -> int:
    """End all living tokens of a family, as another party's refresh would; answers how many."""
    alive = living(world, app, family)
    for token in alive:
        token.dead_at = world.now()
        world.keep("token", token.value, token)
    return len(alive)


def _admit(call: Call) -> App:
    if call.text("grant_type") != "client_credential":
        raise Refusal(40002)
    app = app_by_secret(call)
    if app.secret_frozen:
        raise Refusal(40243)
    check_address(call, app)
    return app


def _force(call: Call, app: App, alive: list[Token], current: Token | None) -> Token:
    ledger = call.world.ledger(app.appid)
    if current is not None and call.now - ledger.forced_at < FORCED_GAP_S:
        return current
    if ledger.forced >= FORCED_A_DAY:
        raise Refusal(45009)
    ledger.forced += 1
    ledger.forced_at = call.now
    call.world.keep("ledger", app.appid, ledger)
    for token in alive:
        token.dead_at = call.now
        call.world.keep("token", token.value, token)
    return issue(call.world, app, "stable")


def _given(token: Token, now: float) -> Fields:
    return {"access_token": token.value, "expires_in": int(token.expires_at - now)}
