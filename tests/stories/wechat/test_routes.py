"""The push address over HTTP, called by the sandbox as WeChat would call it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.kit.clock import Clock
from yumen.kit.db import Conn
from yumen.kit.jobs import Arguments
from yumen.kit.web import Limits, web_app
from yumen.kit.web.asgi import Opened
from yumen.kit.work import UnitOfWork, Work
from yumen.sandbox.wechat.client import AdminRefused
from yumen.wechat import Accounts, PushMode
from yumen.wechat.push import (
    AuthorizationCancelled,
    AuthorizationRevoked,
    Inbox,
    Listeners,
    Pushed,
    PushReceived,
    UserInfoModified,
    handle_push_job,
)
from yumen.wechat.routes import ROUTES


class Everybody:
    """No tokens; whoever comes may deliver."""

    async def recognise(self, work: Work, token: str) -> None:
        return None

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return (resource, action) == ("wechat_push", "receive")


class Runner:
    """Runs the job of a push soon after it was announced, as the worker does."""

    def __init__(self) -> None:
        self.work: Work | None = None
        self.waiting: list[PushReceived] = []

    async def publish(self, conn: Conn, event: object) -> None:
        assert isinstance(event, PushReceived)
        self.waiting.append(event)

    async def run(self) -> None:
        assert self.work is not None
        for event in self.waiting:
            arguments: Arguments = {"push_id": event.push_id, "appid": event.appid}
            await handle_push_job(self.work, arguments)


@dataclass
class Hooks:
    """The running hooks edge."""

    url: str
    runner: Runner
    told: list[Pushed]


def wired(stage, mode: PushMode) -> tuple[Work, Runner, list[Pushed]]:
    told: list[Pushed] = []

    async def listen(_: UnitOfWork, event: Pushed) -> None:
        told.append(event)

    runner = Runner()
    listeners = Listeners({kind: [listen] for kind in Pushed.__subclasses__()})
    push = replace(stage.account.push, mode=mode)
    inbox = Inbox(Accounts([replace(stage.account, push=push)]), stage.store)
    services: dict[type, object] = {Inbox: inbox, Listeners: listeners}
    runner.work = Work(stage.database, Clock(), services, runner)
    return runner.work, runner, told


def opening(work: Work):
    async def ready() -> dict[str, str]:
        return {}

    @asynccontextmanager
    async def opened() -> AsyncIterator[Opened]:
        yield Opened(work, ready)

    return opened


@pytest.fixture
async def hooks(stage) -> AsyncIterator[Hooks]:
    async with serving(stage, PushMode.SECURE) as hooks:
        yield hooks


@asynccontextmanager
async def serving(stage, mode: PushMode) -> AsyncIterator[Hooks]:
    work, runner, told = wired(stage, mode)
    app = web_app(ROUTES, Everybody(), Limits(), opening(work), "hooks", "0")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    task = asyncio.create_task(server.serve())
    await _answers(f"http://127.0.0.1:{port}/livez")
    yield Hooks(f"http://127.0.0.1:{port}/hooks/wechat/{stage.appid}", runner, told)
    server.stop()
    await task


async def _answers(url: str) -> None:
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def settle(stage, pushes: list[str]) -> None:
    """Wait until these pushes were delivered or given up."""
    async with asyncio.timeout(15):
        while any(push.state == "waiting" for push in await stage.admin.pushes() if push.id in pushes):
            await asyncio.sleep(0.02)
    assert {push.state for push in await stage.admin.pushes() if push.id in pushes} == {"delivered"}


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("mode", list(PushMode))
async def test_every_mode_and_format_arrives(stage, mode, form):
    async with serving(stage, mode) as hooks:
        push = stage.account.push
        await stage.admin.set_push(
            stage.appid, hooks.url, push.token, push.encoding_aes_key, mode=mode.value, format=form
        )
        person = (await stage.admin.people(1))[0]
        pushes = await stage.admin.revoke(stage.appid, person.id, "8")
        pushes += await stage.admin.push(stage.appid, "user_info_modified", person.id)
        pushes += await stage.admin.push(stage.appid, "text", person.id, content="你好")
        await settle(stage, pushes)
        await hooks.runner.run()
        openid = (await stage.admin.member(stage.appid, person.id)).openid
        assert {(type(event), event.openid) for event in hooks.told} == {
            (AuthorizationRevoked, openid),
            (UserInfoModified, openid),
        }


async def test_duplicates_and_a_person_nobody_knows_are_success_and_handled_once(stage, hooks):
    push = stage.account.push
    await stage.admin.set_push(stage.appid, hooks.url, push.token, push.encoding_aes_key)
    await stage.admin.change_app(stage.appid, push_rules={"duplicates": True})
    person = (await stage.admin.add_people(1))[0]
    pushes = await stage.admin.push(stage.appid, "user_authorization_cancellation", person.id)
    assert len(pushes) > 1
    await settle(stage, pushes)
    await hooks.runner.run()
    assert [type(event) for event in hooks.told] == [AuthorizationCancelled]


async def test_a_wrong_token_does_not_pass_the_url_check(stage, hooks):
    with pytest.raises(AdminRefused, match="push"):
        await stage.admin.set_push(stage.appid, hooks.url, "othertoken", stage.account.push.encoding_aes_key)


HOSTILE = st.sampled_from(["'; drop table x;--", "\u202e", "\x00", "9" * 5000, "-1", "1e9", "٣", "\ud7ff"])
PARAMETERS = st.dictionaries(
    st.sampled_from(["timestamp", "nonce", "signature", "msg_signature", "encrypt_type", "openid", "echostr"]),
    st.text(max_size=60) | HOSTILE,
    max_size=6,
)
BODIES = st.binary(max_size=300) | st.just(b'{"a":' * 5000) | st.just(b"<xml>" + b"<a>" * 500)


async def test_no_request_makes_a_500(hooks):
    """Drawn by hypothesis, sent over one connection: the server and its database are set up once."""
    requests: list[tuple[dict[str, str], bytes]] = []

    @settings(max_examples=80, deadline=None, database=None)
    @given(PARAMETERS, BODIES)
    def draw(parameters: dict[str, str], body: bytes) -> None:
        requests.append((parameters, body))

    draw()
    async with aiohttp.ClientSession() as session:
        for parameters, body in requests:
            for method in ("POST", "GET"):
                query = {name: value.encode("utf-8", "replace").decode() for name, value in parameters.items()}
                async with session.request(method, hooks.url, params=query, data=body) as answer:
                    problem = await answer.json(content_type="application/problem+json")
                    assert 400 <= answer.status < 500, (method, parameters, body, problem)
                    assert problem["code"]
    assert len(requests) >= 80


async def test_a_forged_push_gets_a_coded_problem_in_the_callers_language(hooks):
    query = {"timestamp": "1700000000", "nonce": "n", "msg_signature": "0" * 40}
    headers = {"Accept-Language": "zh"}
    forged = aiohttp.ClientSession(headers=headers)
    async with forged as session, session.post(hooks.url, params=query, data=b'{"Encrypt": "AAAA"}') as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["code"]) == (403, "wechat.push_refused")
    assert problem["title"] == "消息推送的签名不正确。"


async def test_an_app_that_is_not_served_here_is_unknown(hooks):
    url = hooks.url.rpartition("/")[0] + "/wx" + "9" * 16
    query = {"timestamp": "1700000000", "nonce": "n", "signature": "s", "echostr": "e"}
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (404, "wechat.app_unknown")
