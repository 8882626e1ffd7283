import re
from itertools import pairwise

import pytest

from yumen.sandbox.wechat import login  # noqa: F401 - the module under test, over HTTP


async def test_a_code_gives_openid_session_key_and_unionid_without_errcode(caller, admin, app):
    answer = await caller.login(app, await admin.login(app.appid, "p1"))
    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", answer["openid"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{22}==", answer["session_key"])
    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", answer["unionid"])
    assert "errcode" not in answer


async def test_an_unbound_app_has_no_unionid_and_other_openids(caller, admin, app):
    other = await admin.create_app()
    ours = await caller.login(app, await admin.login(app.appid, "p1"))
    theirs = await caller.login(other, await admin.login(other.appid, "p1"))
    assert "unionid" not in theirs
    assert ours["openid"] != theirs["openid"]


async def test_apps_of_one_open_platform_account_share_the_unionid(caller, admin, app):
    sister = await admin.create_app(open_platform="orvane")
    ours = await caller.login(app, await admin.login(app.appid, "p1"))
    theirs = await caller.login(sister, await admin.login(sister.appid, "p1"))
    assert ours["unionid"] == theirs["unionid"]


async def test_a_code_works_once(caller, admin, app):
    code = await admin.login(app.appid, "p1")
    await caller.login(app, code)
    again = await caller.login(app, code)
    assert again["errcode"] == 40163
    assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", again["errmsg"])


async def test_a_used_code_may_answer_40029_instead(caller, admin, app):
    await admin.change_app(app.appid, quirks={"used_code_40029": True})
    code = await admin.login(app.appid, "p1")
    await caller.login(app, code)
    assert (await caller.login(app, code))["errcode"] == 40029


@pytest.mark.parametrize(("seconds", "errcode"), [(290, None), (300, 40029)])
async def test_a_code_lives_five_minutes(caller, admin, app, seconds, errcode):
    code = await admin.login(app.appid, "p1")
    await admin.advance_clock(seconds)
    assert (await caller.login(app, code)).get("errcode") == errcode


async def test_another_apps_code_is_unknown(caller, admin, app):
    other = await admin.create_app()
    assert (await caller.login(other, await admin.login(app.appid, "p1")))["errcode"] == 40029


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"js_code": ""}, 41008),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "0" * 32}, 40125),
        ({"grant_type": "client_credential"}, 40002),
        ({"js_code": "never-given-out"}, 40029),
    ],
)
async def test_wrong_and_missing_fields(caller, admin, app, change, errcode):
    right = {"appid": app.appid, "secret": app.secret, "grant_type": "authorization_code"}
    query = {**right, "js_code": await admin.login(app.appid, "p1"), **change}
    assert (await caller.get("/sns/jscode2session", **query))["errcode"] == errcode


async def test_a_risky_person_is_blocked(caller, admin, app):
    code = await admin.login(app.appid, "p1")
    await admin.mark_high_risk("p1")
    assert (await caller.login(app, code))["errcode"] == 40226


async def test_a_hundred_logins_a_minute_per_person(caller, admin, app):
    code = await admin.login(app.appid, "p1")
    answers = [(await caller.login(app, code)).get("errcode") for _ in range(101)]
    assert answers[1] == 40163
    assert answers[99] == 40163
    assert answers[100] == 45011
    assert "errcode" not in await caller.login(app, await admin.login(app.appid, "p2"))


async def test_the_session_key_rotates_at_some_logins_and_not_at_others(admin, app):
    await admin.change_settings(session_rules={"rotate_after_s": 0, "rotate_percent": 50})
    keys = []
    for _ in range(40):
        await admin.login(app.appid, "p1")
        keys.append((await admin.member(app.appid, "p1")).session_key)
    kept = sum(before == after for before, after in pairwise(keys))
    assert 5 < kept < 34


async def test_a_young_session_key_stays(admin, app):
    await admin.login(app.appid, "p1")
    first = (await admin.member(app.appid, "p1")).session_key
    await admin.login(app.appid, "p1")
    assert (await admin.member(app.appid, "p1")).session_key == first


async def test_an_idle_session_is_replaced(admin, app):
    await admin.login(app.appid, "p1")
    first = (await admin.member(app.appid, "p1")).session_key
    await admin.advance_clock(3 * 86400 + 1)
    await admin.login(app.appid, "p1")
    assert (await admin.member(app.appid, "p1")).session_key != first
