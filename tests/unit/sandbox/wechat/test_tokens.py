from yumen.sandbox.wechat import rates, tokens  # noqa: F401 - under test, over HTTP


async def test_a_plain_token_has_the_real_shape(caller, app):
    answer = await caller.token(app)
    assert set(answer) == {"access_token", "expires_in"}
    assert answer["expires_in"] == 7200
    assert len(answer["access_token"]) >= 130
    assert answer["access_token"][2] == "_"


async def test_the_token_before_works_for_five_more_minutes(caller, admin, app):
    old = (await caller.token(app))["access_token"]
    new = (await caller.token(app))["access_token"]
    assert [await caller.ping(old), await caller.ping(new)] == [0, 0]
    await admin.advance_clock(301)
    assert [await caller.ping(old), await caller.ping(new)] == [40001, 0]


async def test_a_token_dies_of_age_after_two_hours(caller, admin, app):
    token = (await caller.token(app))["access_token"]
    await admin.advance_clock(7195)
    assert await caller.ping(token) == 0
    await admin.advance_clock(10)
    assert await caller.ping(token) == 42001


async def test_missing_malformed_and_unknown_tokens_differ(caller, app):
    assert (await caller.get("/cgi-bin/getcallbackip"))["errcode"] == 41001
    assert await caller.ping("no-token") == 40014
    assert await caller.ping("55_" + "x" * 130) == 40001


async def test_the_plain_desk_closes_after_its_daily_quota_until_beijing_midnight(caller, admin, app):
    await admin.change_app(app.appid, daily_limits={"/cgi-bin/token": 2})
    answers = [(await caller.token(app)).get("errcode") for _ in range(3)]
    assert answers == [None, None, 45009]
    await admin.advance_clock(86400)
    assert "errcode" not in await caller.token(app)


async def test_the_stable_token_stays_the_same_with_falling_remainder(caller, admin, app):
    first = await caller.stable(app)
    await admin.advance_clock(1000)
    second = await caller.stable(app)
    assert second["access_token"] == first["access_token"]
    assert 6195 <= second["expires_in"] <= 6200


async def test_in_the_last_five_minutes_a_new_stable_token_comes_and_both_work(caller, admin, app):
    old = (await caller.stable(app))["access_token"]
    await admin.advance_clock(6901)
    new = await caller.stable(app)
    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    assert [await caller.ping(old), await caller.ping(new["access_token"])] == [0, 0]
    await admin.advance_clock(300)
    assert [await caller.ping(old), await caller.ping(new["access_token"])] == [42001, 0]


async def test_force_kills_at_once_but_not_twice_within_thirty_seconds(caller, admin, app):
    old = (await caller.stable(app))["access_token"]
    forced = (await caller.stable(app, force=True))["access_token"]
    assert [await caller.ping(old), await caller.ping(forced)] == [40001, 0]
    assert (await caller.stable(app, force=True))["access_token"] == forced
    await admin.advance_clock(31)
    assert (await caller.stable(app, force=True))["access_token"] != forced


async def test_twenty_forced_refreshes_a_day(caller, admin, app):
    # begin at a Beijing midnight, so that the minutes of this test stay within one day
    now = (await admin.overview()).now
    await admin.advance_clock(86400 - (now + 8 * 3600) % 86400 + 1)
    for _ in range(20):
        assert "errcode" not in await caller.stable(app, force=True)
        await admin.advance_clock(31)
    assert (await caller.stable(app, force=True))["errcode"] == 45009
    assert "errcode" not in await caller.stable(app)


async def test_the_two_families_never_touch_each_other(caller, app):
    stable = (await caller.stable(app))["access_token"]
    plain = (await caller.token(app))["access_token"]
    await caller.stable(app, force=True)
    assert await caller.ping(plain) == 0
    await caller.token(app)
    assert await caller.ping(stable) == 40001
    assert await caller.ping((await caller.stable(app))["access_token"]) == 0


async def test_a_foreign_refresh_can_be_played(caller, admin, app):
    stable = (await caller.stable(app))["access_token"]
    assert await admin.kill_tokens(app.appid) == 1
    assert await caller.ping(stable) == 40001


async def test_the_stable_desk_refuses_what_wechat_refuses(caller, app):
    whole = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}

    async def verdict(body: object) -> int:
        return (await caller.post("/cgi-bin/stable_token", body)).get("errcode")

    assert await verdict(b"") == 44002
    assert await verdict(b"grant_type=client_credential&appid=x") == 47001
    assert await verdict([]) == 47001
    assert await verdict({**whole, "force_refresh": "yes"}) == 47001
    assert await verdict({**whole, "grant_type": "authorization_code"}) == 40002
    assert await verdict({**whole, "appid": ""}) == 41002
    assert await verdict({**whole, "secret": ""}) == 41004
    assert await verdict({**whole, "appid": "wx1"}) == 40013
    assert await verdict({**whole, "secret": "1"}) == 40125
    assert (await caller.get("/cgi-bin/stable_token"))["errcode"] == 43002
    assert (await caller.post("/cgi-bin/token", {}))["errcode"] == 43001


async def test_an_address_off_the_list_is_refused_by_name(caller, admin, app):
    await admin.change_app(app.appid, allow_list=["198.51.100.0/24", "2001:db8::1"], egress_ip="203.0.113.9")
    refused = await caller.token(app)
    assert refused["errcode"] == 40164
    assert "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist" in refused["errmsg"]
    assert (await caller.stable(app))["errcode"] == 40164
    assert "errcode" not in await caller.token(app, **{"Yumen-Sandbox-Address": "198.51.100.7"})
    assert "errcode" not in await caller.token(app, **{"Yumen-Sandbox-Address": "2001:db8::1"})
    assert "errcode" not in await caller.login(app, await admin.login(app.appid, "p1"))


async def test_a_frozen_secret_gets_no_token_while_the_old_one_lives(caller, admin, app):
    token = (await caller.stable(app))["access_token"]
    await admin.change_app(app.appid, secret_frozen=True)
    assert (await caller.stable(app))["errcode"] == 40243
    assert (await caller.token(app))["errcode"] == 40243
    assert await caller.ping(token) == 0
