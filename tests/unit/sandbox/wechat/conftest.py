"""A running sandbox with one app and three people, and a caller that speaks to it as a backend would."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import pytest

from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.server import Addresses, Options, running


@dataclass(frozen=True)
class Caller:
    """A backend's side of the public API; answers are decoded whatever their content type says."""

    session: aiohttp.ClientSession
    base: str

    async def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> dict:
        async with self.session.get(self.base + path, params=query, headers=headers) as answer:
            assert answer.status == 200
            return msgspec.json.decode(await answer.read())

    async def post(self, path: str, body: object, **query: str) -> dict:
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        async with self.session.post(self.base + path, params=query, data=data) as answer:
            assert answer.status == 200
            return msgspec.json.decode(await answer.read())

    async def login(self, app: App, code: str) -> dict:
        query = {"appid": app.appid, "secret": app.secret, "js_code": code, "grant_type": "authorization_code"}
        return await self.get("/sns/jscode2session", **query)

    async def token(self, app: App, **headers: str) -> dict:
        query = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
        return await self.get("/cgi-bin/token", headers, **query)

    async def stable(self, app: App, *, force: bool = False) -> dict:
        body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret, "force_refresh": force}
        return await self.post("/cgi-bin/stable_token", body)

    async def ping(self, token: str) -> int:
        """0 if the token works, else the errcode."""
        return (await self.get("/cgi-bin/getcallbackip", access_token=token))["errcode"]


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(state=tmp_path / "wechat.sqlite")


@pytest.fixture
async def sandbox(options: Options) -> AsyncIterator[Addresses]:
    async with running(options) as addresses:
        yield addresses


@pytest.fixture
async def admin(sandbox: Addresses) -> AsyncIterator[Admin]:
    async with Admin(sandbox.admin) as client:
        yield client


@pytest.fixture
async def caller(sandbox: Addresses) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(session, sandbox.api)


@pytest.fixture
async def app(admin: Admin) -> App:
    await admin.add_people(3)
    return await admin.create_app(open_platform="orvane")
