"""An edge as a caller meets it: who may, what is refused, and what the answer says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import msgspec
import pytest
from litestar import get, post
from litestar.testing import AsyncTestClient
from msgspec import Meta

from yumen.kit.clock import Clock
from yumen.kit.db import Database
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId
from yumen.kit.web import Caller, Edge, Limits, Opened, allow, web_app
from yumen.kit.web.envelope import Envelope
from yumen.kit.web.rates import Rate
from yumen.kit.work import Actor, ActorKind, Work

TEAPOT = Code("test.teapot", 418)


class Line(msgspec.Struct, forbid_unknown_fields=True):
    code: Annotated[str, Meta(max_length=8)]


class Order(msgspec.Struct, forbid_unknown_fields=True):
    lines: list[Line]


@get("/open", opt=allow("thing", "read"))
async def read(edge: Edge) -> dict[str, str]:
    return {"language": edge.language, "peer": edge.address}


@post("/closed", opt=allow("thing", "write"), status_code=200)
async def write(data: Order, edge: Edge) -> dict[str, str]:
    return {"actor": edge.actor.id}


@post("/masses", opt=allow("thing", "write", bulk=True), status_code=200)
async def write_many(data: Order, edge: Edge) -> dict[str, int]:
    return {"lines": len(data.lines)}


@get("/undeclared")
async def undeclared() -> str:
    return "never"


@get("/teapot", opt=allow("thing", "read"))
async def teapot() -> str:
    raise TEAPOT(at="/pot")


@get("/broken", opt=allow("thing", "read"))
async def broken() -> str:
    raise KeyError("13800000000")


class Table:
    async def recognise(self, work: Work, token: str) -> Caller | None:
        if token == "good":
            return Caller(Actor(ActorKind.STAFF, "stf_1", HandlerId(1)), ("clerk",))
        return Caller(Actor(ActorKind.STAFF, "stf_2", HandlerId(1)), ("nobody",)) if token == "poor" else None

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return (resource, action) == ("thing", "read") or "clerk" in roles


class Nowhere:
    async def publish(self, conn: object, event: object) -> None: ...


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
async def client(lines: list[bytes]) -> AsyncIterator[AsyncTestClient[Any]]:
    async def ready() -> dict[str, str]:
        return {"database": "ok"}

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(Work(Database({}), Clock(), {}, Nowhere()), ready)

    limits = Limits(body_max=1000, bulk_max=5000, rates={"address": Rate(per_second=1, burst=60)})
    app = web_app([read, write, write_many, undeclared, teapot, broken], Table(), limits, opening, "test", "1")
    assert isinstance(app, Envelope)
    app.log = lines.append
    async with AsyncTestClient(app, raise_server_exceptions=False) as opened:  # type: ignore[arg-type]
        yield opened


async def test_a_visitor_reads_what_the_table_allows(client: AsyncTestClient[Any]) -> None:
    answer = await client.get("/open", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert answer.status_code == 200
    assert answer.json()["language"] == "zh"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"].startswith("req_")


async def test_a_route_that_declares_nothing_is_refused(client: AsyncTestClient[Any]) -> None:
    answer = await client.get("/undeclared", headers={"Authorization": "Bearer good"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        (None, 401, "auth.missing"),
        ("Bearer bad", 401, "auth.invalid"),
        ("Basic good", 401, "auth.invalid"),
        ("Bearer " + "x" * 300, 401, "auth.invalid"),
        ("Bearer poor", 403, "access.denied"),
    ],
)
async def test_who_may_not_is_told_so(client: AsyncTestClient[Any], header: str | None, status: int, code: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = await client.post("/closed", json={"lines": []}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b'{"lines": [{"code": 1}]}', "/lines/0/code"),
        (b'{"lines": [{"code": "123456789"}]}', "/lines/0/code"),
        (b'{"lines": [{}]}', "/lines/0/code"),
        (b'{"lines": [], "more": 1}', "/more"),
        (b"{", ""),
        (b'{"lines": "\xff"}', ""),
        (b"[" * 900, ""),
        (b'{"lines": [{"code": "1", "code": "2"}]}', "/lines/0/code"),
    ],
)
async def test_a_bad_body_names_its_place(client: AsyncTestClient[Any], body: bytes, at: str) -> None:
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    answer = await client.post("/closed", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["at"] == at


async def test_a_large_body_is_refused_by_its_length(client: AsyncTestClient[Any]) -> None:
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    answer = await client.post("/closed", content=b" " * 1001, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.body_too_large")


async def test_a_route_of_masses_takes_more_and_has_its_bound_too(client: AsyncTestClient[Any]) -> None:
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    many = msgspec.json.encode({"lines": [{"code": "12345678"}] * 80})
    assert 1000 < len(many) < 5000
    assert (await client.post("/masses", content=many, headers=headers)).json() == {"lines": 80}
    answer = await client.post("/masses", content=many + b" " * 5000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.body_too_large")


async def test_unknown_addresses_and_methods_are_problems(client: AsyncTestClient[Any]) -> None:
    assert (await client.get("/nothing")).json()["code"] == "request.not_found"
    assert (await client.delete("/open")).json()["code"] == "request.method_not_allowed"


async def test_a_defect_answers_500_without_its_text_and_names_its_place_in_the_log(
    client: AsyncTestClient[Any], lines: list[bytes]
) -> None:
    answer = await client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "13800000000" not in answer.text
    (line,) = [msgspec.json.decode(each) for each in lines]
    assert line["failure"].startswith("KeyError test_asgi.py:")
    assert b"13800000000" not in lines[0]


async def test_each_request_leaves_one_line_with_its_route_and_no_query(
    client: AsyncTestClient[Any], lines: list[bytes]
) -> None:
    await client.get("/open?phone=13800000000")
    (line,) = lines
    assert b"13800000000" not in line
    assert msgspec.json.decode(line)["route"] == "/open"


async def test_too_many_requests_are_told_when_to_come_back(client: AsyncTestClient[Any]) -> None:
    answers = [await client.get("/teapot") for _ in range(70)]
    assert answers[0].status_code == 418
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
