import time

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.sandbox.kit.exchange import Fate, Request
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.wechat.endpoints import PATHS
from yumen.sandbox.wechat.gate import Gate
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.shipping import Shipping
from yumen.sandbox.wechat.subscribe import Subscriptions
from yumen.sandbox.wechat.tokens import issue
from yumen.sandbox.wechat.trades import Trades
from yumen.sandbox.wechat.world import World, new_app


async def test_every_answer_says_that_it_is_no_wechat(caller, sandbox):
    for url in (sandbox.api + "/cgi-bin/token", sandbox.admin + "/api", sandbox.admin + "/"):
        async with caller.session.get(url) as answer:
            assert "this is not WeChat" in answer.headers["Yumen-Sandbox"]
    async with caller.session.get(sandbox.admin + "/") as answer:
        assert "SANDBOX / 沙箱 — this is not WeChat" in await answer.text()


async def test_an_unknown_path_answers_404_in_the_body(caller):
    assert (await caller.get("/cgi-bin/nothing"))["errcode"] == 404


async def test_private_paths_are_not_on_the_public_port(caller):
    assert (await caller.get("/api/apps"))["errcode"] == 404


async def test_an_errcode_can_be_ordered_for_the_next_calls_of_a_path(caller, admin, app):
    await admin.trouble(app.appid, "errcode", path="/cgi-bin/token", errcode=-1, left=2)
    answers = [(await caller.token(app)).get("errcode") for _ in range(3)]
    assert answers == [-1, -1, None]
    assert (await admin.app(app.appid)).troubles == []


async def test_a_cut_call_has_no_effect_and_a_lost_answer_has(caller, admin, app):
    token = (await caller.stable(app))["access_token"]

    async def number(code: str) -> int:  # by POST: aiohttp sends a GET again by itself when the line is cut
        path = "/wxa/business/getuserphonenumber"
        return (await caller.post(path, {"code": code}, access_token=token))["errcode"]

    first, second = (await admin.phone(app.appid, "p1")).code, (await admin.phone(app.appid, "p2")).code
    await admin.trouble(app.appid, "cut", left=1)
    with pytest.raises(aiohttp.ClientError):
        await number(first)
    assert await number(first) == 0
    await admin.trouble(app.appid, "lost", left=1)
    with pytest.raises(aiohttp.ClientError):
        await number(second)
    assert await number(second) == 40029


async def test_silence_lasts_until_the_callers_patience_ends(caller, admin, app):
    await admin.trouble(app.appid, "silent", left=1)
    url, query = caller.base + "/cgi-bin/token", {"appid": app.appid}
    with pytest.raises(TimeoutError):
        await caller.session.get(url, params=query, timeout=aiohttp.ClientTimeout(total=0.3))


async def test_slowness_is_added(caller, admin, app):
    await admin.trouble(app.appid, "slow", delay_ms=300)
    began = time.perf_counter()
    await caller.token(app)
    assert 0.3 <= time.perf_counter() - began < 2
    await admin.end_troubles(app.appid)
    began = time.perf_counter()
    await caller.token(app)
    assert time.perf_counter() - began < 0.25


async def test_a_gateways_page_may_come_instead(caller, admin, app):
    await admin.trouble(app.appid, "html_502", left=1)
    async with caller.session.get(caller.base + "/cgi-bin/token", params={"appid": app.appid}) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert b"502 Bad Gateway" in await answer.read()


async def test_answers_may_be_text_with_fields_nobody_knows(caller, admin, app):
    await admin.change_app(app.appid, quirks={"text_plain": True, "extra_fields": True})
    kinds = set()
    for _ in range(40):
        async with caller.session.get(caller.base + "/cgi-bin/token", params={"appid": app.appid}) as answer:
            kinds.add(answer.content_type)
    assert kinds == {"text/plain", "application/json"}
    assert any(name.startswith("sandbox_") for name in await caller.token(app))


async def test_a_caller_in_frankfurt_waits_and_pays_the_handshake_once(caller, admin, app, sandbox):
    async def took(session: aiohttp.ClientSession, **headers: str) -> float:
        began = time.perf_counter()
        async with session.get(sandbox.api + "/cgi-bin/token", params={"appid": app.appid}, headers=headers) as answer:
            await answer.read()
        return time.perf_counter() - began

    async with aiohttp.ClientSession() as fresh:
        opening = await took(fresh, **{"Yumen-Sandbox-Vantage": "frankfurt"})
        following = await took(fresh, **{"Yumen-Sandbox-Vantage": "frankfurt"})
        home = await took(fresh)
    assert opening > 0.45
    assert following > 0.15
    assert home < 0.15
    await admin.set_vantage("europe", app.appid)
    assert await took(caller.session) > 0.15
    remarks = [row.remark for row in await admin.calls(limit=4)]
    assert remarks == ["frankfurt", "", "frankfurt", "frankfurt"]


async def test_the_call_log_holds_no_secret_and_no_number(caller, admin, app):
    pressed = await admin.phone(app.appid, "p1")
    token = (await caller.stable(app))["access_token"]
    await caller.post("/wxa/business/getuserphonenumber", {"code": pressed.code}, access_token=token)
    await caller.post("/wxa/business/getuserphonenumber", {"code": pressed.code}, access_token=token)
    await caller.login(app, await admin.login(app.appid, "p1"))
    wrong = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret + "x"}
    await caller.post("/cgi-bin/stable_token", wrong)
    member, person = await admin.member(app.appid, "p1"), (await admin.people())[0]
    log = msgspec.json.encode(await admin.calls()).decode()
    assert app.appid in log
    for hidden in (app.secret, token, pressed.code, member.session_key, person.pure_phone):
        assert hidden not in log


async def test_calls_are_counted_by_path_and_errcode(caller, admin, app):
    await caller.login(app, "nothing")
    await caller.login(app, "nothing")
    counted = {(c.path, c.errcode): c.calls for c in (await admin.metrics()).calls}
    assert counted["/sns/jscode2session", 40029] == 2


PATH = st.one_of(st.sampled_from(["/sns/jscode2session", "/cgi-bin/clear_quota/v2", *PATHS]), st.text(max_size=40))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
NAMES = (
    *("appid", "secret", "js_code", "grant_type", "access_token", "openid", "signature", "sig_method", "code", "rid"),
    *("cgi_path", "action", "check_operator", "encrypted_msg_hash", "force_refresh", "appsecret"),
)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "appid",
            "secret",
            "js_code",
            "grant_type",
            "access_token",
            "openid",
            "signature",
            "sig_method",
            "code",
            "rid",
            "cgi_path",
            "action",
            "check_operator",
            "encrypted_msg_hash",
            "force_refresh",
            "appsecret",
        ]
    ),
    JSON,
    max_size=6,
)
DEEP = st.just(b"[" * 5000)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=PATH,
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    fields=FIELDS,
    body=st.one_of(st.binary(max_size=60), FIELDS.map(msgspec.json.encode), DEEP),
    known=st.booleans(),
)
def test_odd_input_never_breaks_the_gate(tmp_path_factory, path, method, fields, body, known):
    gate, app, token = odd_gate(tmp_path_factory)
    query = {name: str(value) for name, value in fields.items()}
    if known:
        query |= {"appid": app.appid, "secret": app.secret, "access_token": token}
    answer = gate(Request(method, path, query, {}, body, False, True, path))
    assert answer.status == 200
    assert answer.fate is Fate.GIVEN
    assert isinstance(msgspec.json.decode(answer.body), dict)


_ODD: list = []


def odd_gate(factory: pytest.TempPathFactory):
    if not _ODD:
        world = World(Journal(factory.mktemp("odd") / "state.sqlite"))
        app = world.add_app(new_app("odd"))
        _ODD.append((gate_of(world), app, issue(world, app, "stable").value))
    return _ODD[0]


def gate_of(world: World) -> Gate:
    postman = Postman(world)
    return Gate(world, Shipping(Trades(world, postman)), Subscriptions(world, postman))
