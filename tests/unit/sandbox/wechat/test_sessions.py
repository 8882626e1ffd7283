import json
from pathlib import Path

import pytest

from yumen.sandbox.wechat.sessions import sign_session

VECTORS = json.loads((Path(__file__).parents[3] / "vectors/wechat-encrypted-data.json").read_text())["cases"]


async def ask(caller, app, path, openid, signature, method="hmac_sha256"):
    token = (await caller.stable(app))["access_token"]
    return await caller.get(path, access_token=token, openid=openid, signature=signature, sig_method=method)


@pytest.mark.parametrize("case", [c for c in VECTORS if c["kind"] == "session_signature"], ids=lambda c: c["name"])
def test_the_official_session_signature(case):
    assert sign_session(case["session_key"], case["message"].encode()) == case["signature"]


async def test_a_valid_key_is_confirmed_and_an_old_one_refused(caller, admin, app):
    await admin.login(app.appid, "p1")
    me = await admin.member(app.appid, "p1")
    signature = sign_session(me.session_key, b"")
    assert (await ask(caller, app, "/wxa/checksession", me.openid, signature))["errcode"] == 0
    assert (await ask(caller, app, "/wxa/checksession", me.openid, signature, "md5"))["errcode"] == 87008
    assert (await ask(caller, app, "/wxa/checksession", "o" * 28, signature))["errcode"] == 40003
    await admin.change_settings(session_rules={"rotate_after_s": 0, "rotate_percent": 100})
    await admin.login(app.appid, "p1")
    assert (await ask(caller, app, "/wxa/checksession", me.openid, signature))["errcode"] == 87009


async def test_a_reset_gives_a_new_key_at_once(caller, admin, app):
    await admin.login(app.appid, "p1")
    me = await admin.member(app.appid, "p1")
    old = sign_session(me.session_key, b"")
    answer = await ask(caller, app, "/wxa/resetusersessionkey", me.openid, old)
    assert answer["errcode"] == 0
    assert answer["openid"] == me.openid
    new = sign_session(answer["session_key"], b"")
    assert (await ask(caller, app, "/wxa/checksession", me.openid, new))["errcode"] == 0
    assert (await ask(caller, app, "/wxa/checksession", me.openid, old))["errcode"] == 87009


async def test_a_reset_does_not_prolong_the_session(caller, admin, app):
    await admin.login(app.appid, "p1")
    me = await admin.member(app.appid, "p1")
    await admin.advance_clock(3 * 86400 - 100)
    answer = await ask(caller, app, "/wxa/resetusersessionkey", me.openid, sign_session(me.session_key, b""))
    await admin.advance_clock(200)
    late = sign_session(answer["session_key"], b"")
    assert (await ask(caller, app, "/wxa/checksession", me.openid, late))["errcode"] == 87009


@pytest.mark.parametrize(
    ("openid", "signature", "method", "errcode"),
    [("", "x", "hmac_sha256", 40097), ("me", "x", "hmac_sha256", 87009), ("me", "x", "sha1", 87008)],
)
async def test_a_reset_refuses(caller, admin, app, openid, signature, method, errcode):
    await admin.login(app.appid, "p1")
    me = await admin.member(app.appid, "p1")
    who = me.openid if openid else ""
    assert (await ask(caller, app, "/wxa/resetusersessionkey", who, signature, method))["errcode"] == errcode


async def test_an_expired_session_cannot_be_reset(caller, admin, app):
    await admin.login(app.appid, "p1")
    me = await admin.member(app.appid, "p1")
    await admin.advance_clock(3 * 86400 + 1)
    answer = await ask(caller, app, "/wxa/resetusersessionkey", me.openid, sign_session(me.session_key, b""))
    assert answer["errcode"] == 87007
