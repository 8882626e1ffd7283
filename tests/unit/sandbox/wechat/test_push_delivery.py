import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from aiohttp import web

from yumen.sandbox.wechat import push_delivery  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechat.client import Admin, AdminRefused
from yumen.sandbox.wechat.push_seal import decrypt, sign
from yumen.sandbox.wechat.records import Push
from yumen.sandbox.wechat.server import Options, running

TOKEN, KEY = "token123", "B" * 43


@dataclass
class Listener:
    """A backend's push address: echoes the verification, notes what comes, answers as told."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, str, float]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        if request.method == "GET":
            known = sign(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
            return web.Response(text=query["echostr"] if known else "no")
        self.got.append((query, await request.read()))
        status, body, wait_s = self.answers.pop(0) if self.answers else (200, "success", 0)
        await asyncio.sleep(wait_s)
        return web.Response(status=status, text=body)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    server = web.Application()
    server.router.add_route("*", "/push", listener.answer)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/push"
    yield listener
    await runner.cleanup()


@pytest.fixture
async def pushing(admin, app, listener):
    """The app, its push address set, with attempts that follow each other quickly."""
    await admin.set_push(app.appid, listener.url, TOKEN, KEY)
    await admin.change_app(app.appid, push_rules={"timeout_s": 0.3, "retry_after_s": 0.2})
    return app


async def settled(admin: Admin, until: Callable[[list[Push]], bool] | None = None) -> list[Push]:
    ready = until or (lambda pushes: all(push.state != "waiting" for push in pushes))
    for _ in range(100):
        pushes = await admin.pushes()
        if pushes and ready(pushes):
            return pushes
        await asyncio.sleep(0.05)
    raise AssertionError(pushes)


async def test_a_revoke_arrives_sealed_with_the_openid_in_the_query(admin, pushing, listener):
    await admin.revoke(pushing.appid, "p1", "8")
    (push,) = await settled(admin)
    ((query, body),) = listener.got
    inner = json.loads(decrypt(KEY, json.loads(body)["Encrypt"])[0])
    member = await admin.member(pushing.appid, "p1")
    assert (inner["Event"], inner["RevokeInfo"]) == ("user_authorization_revoke", "8")
    assert inner["OpenID"] == inner["FromUserName"] == query["openid"] == member.openid
    assert inner["ToUserName"] == pushing.original_id
    assert push.state == "delivered"
    assert member.revoked == ["8"]


async def test_a_closed_account_is_told_to_every_app_that_knew_it(admin, pushing, listener):
    other = await admin.create_app()
    await admin.set_push(other.appid, listener.url, TOKEN, KEY, mode="plain")
    for app in (pushing, other):
        await admin.login(app.appid, "p2")
    assert len(await admin.cancel("p2")) == 2
    await settled(admin)
    assert len(listener.got) == 2
    with pytest.raises(AdminRefused, match="person_cancelled"):
        await admin.login(pushing.appid, "p2")


async def test_three_attempts_then_it_is_dropped(admin, pushing, listener):
    listener.answers = [(500, "", 0), (200, "what?", 0), (200, "success", 1.0)]
    await admin.push(pushing.appid, "user_info_modified", "p1")
    (push,) = await settled(admin)
    assert push.state == "dropped"
    assert [attempt.outcome for attempt in push.attempts] == ["status 500", "odd answer", "no answer in 0.3 s"]
    starts = [attempt.at for attempt in push.attempts]
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(starts))
    inner = [decrypt(KEY, json.loads(body)["Encrypt"])[0] for _, body in listener.got]
    assert len(inner) == 3
    assert inner[0] == inner[1] == inner[2]
    assert len({query["nonce"] for query, _ in listener.got}) == 3


async def test_a_second_attempt_may_succeed(admin, pushing, listener):
    listener.answers = [(503, "", 0)]
    await admin.push(pushing.appid, "text", "p1", content="在吗")
    (push,) = await settled(admin)
    assert (push.state, len(push.attempts)) == ("delivered", 2)


async def test_duplicates_can_be_switched_on(admin, pushing, listener):
    await admin.change_app(pushing.appid, push_rules={"duplicates": True})
    await admin.push(pushing.appid, "user_info_modified", "p1")
    await settled(admin)
    first, second = (decrypt(KEY, json.loads(body)["Encrypt"])[0] for _, body in listener.got)
    assert first == second


async def test_reordering_holds_back_every_second(admin, pushing, listener):
    await admin.change_app(pushing.appid, push_rules={"reorder_s": 0.5})
    for content in ("1", "2"):
        await admin.push(pushing.appid, "text", "p1", content=content)
    await settled(admin)
    order = [json.loads(decrypt(KEY, json.loads(body)["Encrypt"])[0])["Content"] for _, body in listener.got]
    assert order == ["2", "1"]


async def test_a_late_push_comes_when_the_clock_gets_there(admin, pushing, listener):
    await admin.change_app(pushing.appid, push_rules={"late_s": 7200})
    await admin.push(pushing.appid, "user_info_modified", "p1")
    await asyncio.sleep(0.3)
    assert listener.got == []
    await admin.advance_clock(7201)
    await settled(admin)
    assert len(listener.got) == 1


async def test_what_waits_is_delivered_after_a_restart(options: Options, listener):
    async with running(options) as first, Admin(first.admin) as admin:
        app = await admin.create_app()
        await admin.add_people(1)
        await admin.set_push(app.appid, listener.url, TOKEN, KEY)
        await admin.change_app(app.appid, push_rules={"late_s": 1.0})
        await admin.push(app.appid, "user_info_modified", "p1")
    assert listener.got == []
    async with running(options) as second, Admin(second.admin) as admin:
        await settled(admin)
    assert len(listener.got) == 1


async def test_an_address_that_does_not_echo_is_not_accepted(admin, app, listener):
    with pytest.raises(AdminRefused, match="push_not_verified"):
        await admin.set_push(app.appid, listener.url, "another", KEY)
    with pytest.raises(AdminRefused, match="push_not_verified"):
        await admin.set_push(app.appid, "http://127.0.0.1:1/", TOKEN, KEY)
    assert (await admin.app(app.appid)).push is None


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/", "http://[", ""])
async def test_pushes_go_to_loopback_only(admin, app, url):
    with pytest.raises(AdminRefused, match="push_not_loopback"):
        await admin.set_push(app.appid, url, TOKEN, KEY, verify=False)


async def test_strange_events_and_codes_are_refused(admin, pushing):
    with pytest.raises(AdminRefused, match="event_unknown"):
        await admin.push(pushing.appid, "nothing", "p1")
    with pytest.raises(AdminRefused, match="revoke_info_unknown"):
        await admin.revoke(pushing.appid, "p1", "9")
