"""The staff routes over HTTP: who may, what is shown once, what a bad request answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from yumen.kit.web import Caller, Limits, Opened, web_app
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security.access import admission, allowed, authenticate, key_life
from yumen.security.access.routes import ROUTES

Client = AsyncTestClient[Any]


class Staff:
    """Recognises keys, and reads the table, as the wiring does."""

    async def recognise(self, work: Work, token: str) -> Caller | None:
        async with work.begin(Actor(ActorKind.SYSTEM, "door", 1)) as uow:  # type: ignore[arg-type]
            holder = await authenticate(uow.conn, token, uow.now)
        return None if holder is None else Caller(holder.actor, holder.roles)

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return allowed(roles, resource, action)


@pytest.fixture
async def client(work: Work) -> AsyncIterator[Client]:
    async def ready() -> dict[str, str]:
        return {}

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(work, ready)

    app = web_app(ROUTES, Staff(), Limits(), opening, "staff", "1")
    async with AsyncTestClient(app) as opened:  # type: ignore[arg-type,var-annotated]
        yield opened


@pytest.fixture
async def keys(begin: Any) -> dict[str, str]:
    """The keys of an operator and of somebody from compliance."""
    made = {}
    async with begin() as uow:
        for role in ("operator", "compliance"):
            actor = await admission.bootstrap(uow, role.title(), [role])
            made[role] = (await key_life.issue_first(uow, actor, 30)).token
            made[f"{role}_id"] = actor
    return made


def bearing(token: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **more}


async def test_nobody_is_anonymous(client: Client, keys: dict[str, str]) -> None:
    answers = [await client.get(path) for path in ("/staff/v1/whoami", "/staff/v1/keys", "/staff/v1/approvals")]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "auth.missing")}


async def test_a_key_says_who_one_is(client: Client, keys: dict[str, str]) -> None:
    answer = await client.get("/staff/v1/whoami", headers=bearing(keys["operator"]))
    assert answer.json() == {"actor": keys["operator_id"], "kind": "staff", "roles": ["operator"]}


async def test_a_person_comes_in_through_four_eyes_and_the_key_is_shown_once(
    client: Client, keys: dict[str, str]
) -> None:
    operator, compliance = bearing(keys["operator"]), bearing(keys["compliance"])
    admitted = await client.post("/staff/v1/actors", json={"kind": "staff", "name": "周杰"}, headers=operator)
    actor = admitted.json()["id"]
    for act, facts, path, body in (
        ("access.grant", {"actor": actor, "roles": ["support"]}, f"actors/{actor}/roles", {"roles": ["support"]}),
        (
            "access.key_issue",
            {"actor": actor, "roles": ["support"], "days": 30},
            "keys",
            {"actor_id": actor, "roles": ["support"], "days": 30},
        ),
    ):
        proposed = await client.post("/staff/v1/approvals", json={"act": act, "facts": facts}, headers=operator)
        approval = proposed.json()["id"]
        own = await client.post(f"/staff/v1/approvals/{approval}/approve", headers=operator)
        assert (own.status_code, own.json()["code"]) == (403, "approval.same_person")
        yes = await client.post(f"/staff/v1/approvals/{approval}/approve", headers=compliance)
        assert yes.status_code == 204
        again = {**operator, "idempotency-key": f"try-{path}"[:40].replace("/", "-")}
        first = await client.post(f"/staff/v1/{path}", json={**body, "approval_id": approval}, headers=again)
        second = await client.post(f"/staff/v1/{path}", json={**body, "approval_id": approval}, headers=again)
        assert first.status_code == second.status_code
    issued, repeated = first.json(), second.json()
    assert issued["id"] == repeated["id"]
    assert repeated["token"] is None
    who = await client.get("/staff/v1/whoami", headers=bearing(issued["token"]))
    assert who.json()["roles"] == ["support"]


async def test_the_table_decides(client: Client, keys: dict[str, str]) -> None:
    body = {"kind": "staff", "name": "X"}
    answer = await client.post("/staff/v1/actors", json=body, headers=bearing(keys["compliance"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")


async def test_keys_are_listed_in_pages_without_what_opens_them(client: Client, keys: dict[str, str]) -> None:
    headers = bearing(keys["operator"])
    first = (await client.get("/staff/v1/keys?limit=1", headers=headers)).json()
    rest = (await client.get(f"/staff/v1/keys?cursor={first['next_cursor']}", headers=headers)).json()
    assert len(first["items"]) == len(rest["items"]) == 1
    assert rest["next_cursor"] is None
    assert "token_hash" not in first["items"][0]


async def test_a_key_rotates_itself_and_revokes_itself(client: Client, keys: dict[str, str]) -> None:
    old = bearing(keys["compliance"])
    mine = [
        key
        for key in (await client.get("/staff/v1/keys", headers=old)).json()["items"]
        if key["actor_id"] == keys["compliance_id"]
    ]
    path = f"/staff/v1/keys/{mine[0]['id']}"
    fresh = (await client.post(f"{path}/rotate", json={"days": 60, "overlap_hours": 1}, headers=old)).json()
    assert (await client.get("/staff/v1/whoami", headers=bearing(fresh["token"]))).status_code == 200
    assert (await client.post(f"{path}/revoke", headers=old)).status_code == 204
    assert (await client.get("/staff/v1/whoami", headers=old)).json()["code"] == "auth.invalid"


@pytest.mark.parametrize(
    ("method", "path", "body", "at"),
    [
        ("POST", "/staff/v1/actors", {"kind": "ghost", "name": "X"}, "/kind"),
        ("POST", "/staff/v1/actors", {"kind": "staff", "name": "x" * 81}, "/name"),
        ("POST", "/staff/v1/actors", {"kind": "staff", "name": "a\u202eb"}, "/name"),
        ("POST", "/staff/v1/actors", {"kind": "staff", "name": "X", "role": "operator"}, "/role"),
        ("POST", "/staff/v1/keys", {"actor_id": "stf_1", "roles": ["operator"], "days": 3}, "/actor_id"),
        ("POST", "/staff/v1/approvals", {"act": "'; drop table", "facts": {}}, "/act"),
        ("POST", "/staff/v1/approvals", {"act": "keys.rotate_root", "facts": {"a": "张伟"}}, "/facts"),
        ("POST", "/staff/v1/approvals", {"act": "keys.rotate_root", "facts": {"a": {"b": 1}}}, "/facts"),
        ("GET", "/staff/v1/keys?limit=101", None, None),
        ("GET", "/staff/v1/keys?cursor=%27%3B--", None, None),
        ("POST", "/staff/v1/keys/key_1/revoke", None, None),
        ("POST", "/staff/v1/approvals/apr_00000000000000000000000000/approve", None, None),
    ],
)
async def test_bad_input_is_a_problem_with_its_place(
    client: Client, keys: dict[str, str], method: str, path: str, body: object, at: str | None
) -> None:
    answer = await client.request(method, path, json=body, headers=bearing(keys["operator"]))
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    if at is not None:
        assert answer.json()["at"].startswith(at), answer.json()
