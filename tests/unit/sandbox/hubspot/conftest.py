"""A running sandbox with its app, a caller that speaks to it as a gateway would, and a receiver of events."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web

from yumen.sandbox.hubspot.client import Admin
from yumen.sandbox.hubspot.server import Addresses, Options, running

CONTACTS = "/crm/v3/objects/contacts"
KEY = {
    "name": "yumen_id",
    "label": "Yumen id",
    "type": "string",
    "fieldType": "text",
    "groupName": "contactinformation",
    "hasUniqueValue": True,
}


@dataclass
class Caller:
    """A gateway's side of the public API."""

    session: aiohttp.ClientSession
    base: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: object = None, headers: dict | None = None, **query: str):
        """Status and decoded body; paths without a leading slash are below contacts."""
        url = self.base + (path if path.startswith("/") else f"{CONTACTS}/{path}")
        sent = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        async with self.session.request(method, url, data=data, params=query, headers=sent) as answer:
            self.headers = dict(answer.headers)
            text = await answer.read()
        kind = self.headers.get("Content-Type", "")
        return answer.status, msgspec.json.decode(text) if text and "json" in kind else text

    async def upsert(self, *people: tuple[str, dict], traced: bool = True):
        """A batch upsert by our unique property; answers status and body."""
        inputs = [
            {"id": key, "idProperty": "yumen_id", "properties": properties}
            | ({"objectWriteTraceId": key} if traced else {})
            for key, properties in people
        ]
        return await self.call("POST", "batch/upsert", {"inputs": inputs})

    async def read(self, *keys: str):
        """A batch read by our unique property; answers contacts by key."""
        inputs = {
            "inputs": [{"id": key} for key in keys],
            "idProperty": "yumen_id",
            "properties": ["yumen_id", "email"],
        }
        _, body = await self.call("POST", "batch/read", inputs)
        return {one["properties"]["yumen_id"]: one for one in body["results"]}

    async def refresh(self, app, **form: str):
        """A token by refresh token; keeps it."""
        usual = {
            "grant_type": "refresh_token",
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "refresh_token": app.refresh_token,
        }
        async with self.session.post(self.base + "/oauth/v1/token", data={**usual, **form}) as answer:
            body = msgspec.json.decode(await answer.read())
        self.token = body.get("access_token", "")
        return answer.status, body


@dataclass
class Receiver:
    """Hears events; answers what it is told to."""

    url: str
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 204)

    def events(self) -> list[dict]:
        return [event for _, body in self.heard for event in msgspec.json.decode(body)]


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(state=tmp_path / "hubspot.sqlite")


@pytest.fixture
async def sandbox(options: Options) -> AsyncIterator[Addresses]:
    async with running(options) as addresses:
        yield addresses


@pytest.fixture
async def admin(sandbox: Addresses) -> AsyncIterator[Admin]:
    async with Admin(sandbox.admin) as client:
        yield client


@pytest.fixture
async def app(admin: Admin):
    return await admin.app()


@pytest.fixture
async def caller(sandbox: Addresses, app) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        made = Caller(session, sandbox.api, app.token)
        status, _ = await made.call("POST", "/crm/v3/properties/contacts", KEY)
        assert status == 201
        yield made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver("")
    server = web.Application()
    server.router.add_post("/hooks/hubspot", made.take)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/hubspot"
    yield made
    await runner.cleanup()
