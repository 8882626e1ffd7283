import re

import pytest

from yumen.sandbox.wechat import calls, upkeep  # noqa: F401 - under test, over HTTP


@pytest.fixture
async def token(caller, app):
    return (await caller.stable(app))["access_token"]


def rid_of(answer: dict) -> str:
    return re.search(r"rid: (\S+)$", answer["errmsg"])[1]


async def test_a_quota_is_counted_and_cleared(caller, app, token):
    path = {"cgi_path": "/cgi-bin/getcallbackip"}
    for _ in range(3):
        await caller.ping(token)
    answer = await caller.post("/cgi-bin/openapi/quota/get", path, access_token=token)
    assert answer["quota"]["used"] == 3
    assert answer["quota"]["remain"] == answer["quota"]["daily_limit"] - 3
    assert (await caller.post("/cgi-bin/openapi/quota/clear", path, access_token=token))["errcode"] == 0
    answer = await caller.post("/cgi-bin/openapi/quota/get", path, access_token=token)
    assert answer["quota"]["used"] == 0


@pytest.mark.parametrize(
    ("path", "errcode"), [("/cgi-bin/nothing", 76021), ("/sns/jscode2session", 76022), ("cgi-bin/token", 76021)]
)
async def test_unknown_paths_have_no_quota(caller, token, path, errcode):
    answer = await caller.post("/cgi-bin/openapi/quota/get", {"cgi_path": path}, access_token=token)
    assert answer["errcode"] == errcode


async def test_a_used_up_quota_can_be_cleared_ten_times_a_month_by_both_ways_together(caller, admin, app, token):
    await admin.change_app(app.appid, daily_limits={"/cgi-bin/getcallbackip": 1})
    assert [await caller.ping(token), await caller.ping(token)] == [0, 45009]
    for n in range(10):
        if n % 2:
            answer = await caller.post("/cgi-bin/clear_quota", {"appid": app.appid}, access_token=token)
        else:
            answer = await caller.post("/cgi-bin/clear_quota/v2", b"", appid=app.appid, appsecret=app.secret)
        assert answer["errcode"] == 0
    assert await caller.ping(token) == 0
    assert (await caller.post("/cgi-bin/clear_quota", {"appid": app.appid}, access_token=token))["errcode"] == 48006
    answer = await caller.post("/cgi-bin/clear_quota/v2", b"", appid=app.appid, appsecret=app.secret)
    assert answer["errcode"] == 48006


async def test_clearing_names_the_right_app(caller, app, token):
    assert (await caller.post("/cgi-bin/clear_quota", {"appid": "wx1"}, access_token=token))["errcode"] == 40013
    assert (await caller.post("/cgi-bin/clear_quota/v2", b"", appsecret=app.secret))["errcode"] == 41002
    assert (await caller.post("/cgi-bin/clear_quota/v2", b"", appid=app.appid))["errcode"] == 41004


async def test_a_rid_tells_about_the_failed_call_without_its_secrets(caller, token):
    failed = await caller.post("/wxa/business/getuserphonenumber", {"code": "x" * 64}, access_token=token)
    answer = await caller.post("/cgi-bin/openapi/rid/get", {"rid": rid_of(failed)}, access_token=token)
    request = answer["request"]
    assert request["request_url"].startswith("/wxa/business/getuserphonenumber?")
    assert "40029" in request["response_body"]
    assert token not in str(answer)


async def test_rids_of_others_of_sns_of_nobody_and_too_old(caller, admin, app, token):
    async def ask(rid: str, value: str = token) -> int:
        return (await caller.post("/cgi-bin/openapi/rid/get", {"rid": rid}, access_token=value))["errcode"]

    other = await admin.create_app()
    theirs = (await caller.stable(other))["access_token"]
    mine = rid_of(await caller.post("/wxa/business/getuserphonenumber", {"code": ""}, access_token=token))
    assert await ask(mine, theirs) == 76003
    assert await ask(rid_of(await caller.login(app, "nothing"))) == 76022
    assert await ask("nonsense") == 76002
    now = int((await admin.overview()).now)
    assert await ask(f"{now:08x}-00000000-00000000") == 76001
    assert await ask(f"{now - 8 * 86400:08x}-00000000-00000000") == 76004


async def test_addresses_are_listed(caller, token):
    assert "127.0.0.1" in (await caller.get("/cgi-bin/getcallbackip", access_token=token))["ip_list"]
    assert (await caller.get("/cgi-bin/get_api_domain_ip", access_token=token))["ip_list"] == ["127.0.0.1"]


async def test_the_push_address_is_checked(caller, admin, app, token):
    async def check(action: str, operator: str = "DEFAULT") -> dict:
        body = {"action": action, "check_operator": operator}
        return await caller.post("/cgi-bin/callback/check", body, access_token=token)

    assert (await check("all"))["errcode"] == 40201
    await admin.set_push(app.appid, "http://127.0.0.1:1/hooks", "token123", "A" * 43, verify=False)
    assert (await check("all"))["dns"][0]["ip"] == "127.0.0.1"
    assert "dns" not in await check("ping", "UNICOM")
    assert (await check("trace"))["errcode"] == 40202
    assert (await check("dns", "NOBODY"))["errcode"] == 40203
