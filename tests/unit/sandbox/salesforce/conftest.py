"""A running sandbox with its app, and a caller that speaks to it as a gateway would."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec
import pytest

from yumen.sandbox.salesforce.client import Admin
from yumen.sandbox.salesforce.server import Addresses, Options, running

DATA = "/services/data/v68.0"


@dataclass
class Caller:
    """A gateway's side of the public API."""

    session: aiohttp.ClientSession
    base: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: object = None, headers: dict | None = None, **query: str):
        """Status and decoded body; paths without a leading slash are below the version."""
        url = self.base + (path if path.startswith("/") else f"{DATA}/{path}")
        sent = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        async with self.session.request(method, url, data=data, params=query, headers=sent) as answer:
            self.headers = dict(answer.headers)
            text = await answer.read()
        kind = self.headers.get("Content-Type", "")
        return answer.status, msgspec.json.decode(text) if text and "json" in kind else text

    async def upsert(self, *records: dict, kind: str = "Contact", all_or_none: bool = False):
        """A collection upsert by our external id; answers the results."""
        typed = [{"attributes": {"type": kind}, **record} for record in records]
        path = f"composite/sobjects/{kind}/Yumen_Id__c"
        status, results = await self.call("PATCH", path, {"allOrNone": all_or_none, "records": typed})
        assert status == 200
        return results

    async def select(self, soql: str, path: str = "query"):
        """The records of a query."""
        status, answer = await self.call("GET", path, q=soql)
        assert status == 200, answer
        return answer["records"]

    async def log_in(self, app) -> tuple[int, dict]:
        """By client credentials; keeps the token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_secret": app.client_secret,
        }
        async with self.session.post(self.base + "/services/oauth2/token", data=form) as answer:
            body = msgspec.json.decode(await answer.read())
        self.token = body.get("access_token", "")
        return answer.status, body


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(state=tmp_path / "salesforce.sqlite")


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
    return (await admin.apps())[0]


@pytest.fixture
async def caller(sandbox: Addresses, app) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        made = Caller(session, sandbox.api)
        await made.log_in(app)
        yield made
