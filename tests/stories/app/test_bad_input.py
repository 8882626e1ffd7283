"""Whatever is sent to whichever route: a 4xx problem with code and place, in the caller's language; never a 500."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Cluster
from tests.stories.app.conftest import Town, opened_town
from tests.stories.app.gate import Answer, Gate
from tests.stories.app.storm import Storm, blow_blindly, blow_by_schema
from tests.stories.app.unfit import Operation, Wish, operations
from yumen.sandbox.wechat.server import Addresses

HAN = re.compile(r"[一-鿿]")
LANGUAGES = ("en", "zh")
EVERYTHING = ("operator", "engineer", "compliance", "support", "agency", "auditor")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "\r\nX")


@pytest.fixture(scope="module")
async def town(cluster: Cluster, sandbox: Addresses, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with opened_town(cluster, sandbox, Path(tmp_path_factory.mktemp("house"))) as opened:
        yield opened


class Callers:
    """Who asks at which edge. A shopper whom a request logged out logs in again."""

    def __init__(self, town: Town, clerk: str, machine: str) -> None:
        self._town = town
        self._clerk = clerk
        self._machine = machine
        self._shopper = ""
        self.gates: dict[str, Gate] = {"shopper": town.shopper, "staff": town.staff, "hooks": town.hooks}

    async def token(self, edge: str, path: str = "") -> str | None:
        if path.startswith("/v1/inbound/"):
            return self._machine
        if edge != "shopper":
            return self._clerk if edge == "staff" else None
        if (await self._town.shopper.ask("GET", "/v1/me", token=self._shopper or "x")).status != 200:
            self._shopper = (await self._town.visitor()).token
        return self._shopper


@pytest.fixture(scope="module")
async def callers(town: Town) -> Callers:
    return await callers_of(town)


async def callers_of(town: Town) -> Callers:
    clerk = await town.clerk(*EVERYTHING)
    return Callers(town, clerk, await machine(town, clerk, await town.clerk(*EVERYTHING)))


async def machine(town: Town, clerk: str, second: str) -> str:
    """The key of a machine of the brand, as two people decided."""

    async def act(token: str, path: str, body: object = None) -> str:
        answer = await town.staff.ask("POST", f"/staff/v1/{path}", json=body, token=token)
        assert answer.status < 300, answer.body
        return str(answer.json().get("token") or answer.json()["id"]) if answer.body else ""

    async def agreed(what: str, **facts: object) -> str:
        approval = await act(clerk, "approvals", {"act": what, "facts": facts})
        await act(second, f"approvals/{approval}/approve")
        return approval

    made, roles = await act(clerk, "actors", {"kind": "machine", "name": "Stock"}), ["erp"]
    granted = await agreed("access.grant", actor=made, roles=roles)
    await act(clerk, f"actors/{made}/roles", {"roles": roles, "approval_id": granted})
    issuing = await agreed("access.key_issue", actor=made, roles=roles, days=30)
    return await act(clerk, "keys", {"actor_id": made, "roles": roles, "days": 30, "approval_id": issuing})


def check(wish: Wish, answer: Answer, language: str) -> str | None:
    """What is amiss with an answer, in one line."""
    problem = answer.json() if answer.headers.get("content-type") == "application/problem+json" else {}
    found = f"{problem.get('code')} at {problem.get('at')!r}" if problem else repr(answer.body[:80])
    told = f"{wish.method} {wish.path[:40]!r} [{wish.what[:50]}] → {answer.status} {found}"
    if answer.status >= 500 or answer.status < 200:
        return told
    if answer.status < 400:
        return f"accepted: {told}" if wish.refused else None
    if not problem:
        return f"no problem: {told}"
    if not problem["code"] or not problem["title"] or problem["status"] != answer.status:
        return f"empty: {told}"
    if bool(HAN.search(problem["title"])) != (language == "zh"):
        return f"wrong language: {told}"
    if wish.at is not None and not (problem.get("at") or "-").startswith(wish.at):
        return f"wrong place, not {wish.at}: {told}"
    return None


@pytest.mark.parametrize("operation", operations(), ids=lambda one: f"{one.method} {one.template}")
async def test_unfit_input_is_refused_with_its_place(callers: Callers, operation: Operation) -> None:
    amiss, statuses = [], Counter[int]()
    token = await callers.token(operation.edge, operation.template)
    for number, wish in enumerate(operation.unfit()):
        language = LANGUAGES[number % 2]
        own = {name for name, _ in wish.headers}
        spoken = () if b"accept-language" in own else ((b"accept-language", language.encode()),)
        answer = await callers.gates[wish.edge].ask(
            wish.method, wish.path, query=wish.query_string, body=wish.content, headers=(*wish.headers, *spoken),
            token=token,
        )  # fmt: skip
        if answer.status < 300:
            token = await callers.token(operation.edge, operation.template)
        statuses[answer.status] += 1
        if found := check(wish, answer, language if spoken else "en"):
            amiss.append(found)
    assert not amiss, "\n" + "\n".join(amiss[:20])
    assert sum(statuses.values()) >= 9


async def test_odd_methods_and_addresses_are_refused(callers: Callers) -> None:
    amiss = []
    for operation in operations():
        fit, token = operation.fit(), await callers.token(operation.edge, operation.template)
        known = {each.method for each in operations() if each.template == operation.template} | {"OPTIONS", "HEAD"}
        for method in METHODS:
            if method not in known:
                wish = Wish(operation.edge, method, fit.path, refused=True, what=method)
                answer = await callers.gates[operation.edge].ask(method, fit.path, token=token, language="zh")
                amiss += filter(None, [check(wish, answer, "zh")])
    for gate in callers.gates.values():
        for path in ("/", "//", "/v1", "/v1/../staff", "/%00", "/\x00", "/\x7f", "/" + "a" * 5000, "/ÿ", "/v1/login/"):
            answer = await gate.ask("POST", path, json={})
            amiss += filter(None, [check(Wish("", "POST", path, refused=True), answer, "en")])
    assert not amiss, "\n" + "\n".join(amiss[:20])


async def test_odd_tokens_are_refused(callers: Callers) -> None:
    odd = (
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer \xff",
        b"Bearer " + b"x" * 5000,
        b"Basic YTpi",
        b"Bearer a b",
        b"\0",
        b"Bearer ' or 1=1",
    )
    for operation in operations():
        for header in odd:
            fit = operation.fit()
            answer = await callers.gates[fit.edge].ask(
                fit.method, fit.path, query=fit.query_string, body=fit.content,
                headers=(*fit.headers, (b"authorization", header)), language="zh",
            )  # fmt: skip
            assert answer.status in {401, 431}, (operation.template, header, answer.body)
            assert check(fit, answer, "zh") is None


async def test_the_house_still_stands(callers: Callers, town: Town) -> None:
    assert (await town.shopper.ask("GET", "/readyz")).status == 200
    assert (await town.visitor()).token
    assert not [line for line in town.log if b'"failure"' in line]


@pytest.mark.parametrize("edge", ["shopper", "staff", "hooks"])
async def test_a_storm_of_made_up_requests_meets_no_defect(callers: Callers, edge: str) -> None:
    storm = Storm(callers.gates[edge], lambda path: callers.token(edge, path), asyncio.get_running_loop())
    await asyncio.to_thread(blow_by_schema, storm, edge, 6, 1)
    await asyncio.to_thread(blow_blindly, storm, edge, 150, 1)
    assert not storm.amiss, "\n" + "\n".join(storm.amiss[:20])
    assert storm.statuses[400] > 30
