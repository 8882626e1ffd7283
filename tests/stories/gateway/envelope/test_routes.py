"""Keys are pinned over the staff edge by two people with the roles for it; the history is there to be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.customer.conftest import StaffDoor
from tests.stories.gateway.envelope.conftest import HQ, LI, WANG, Post
from yumen.gateway.envelope.routes import ROUTES
from yumen.kit.web import Limits, Opened, web_app
from yumen_receiver import fingerprint

BASE = "/staff/v1/gateway"


def who(name: str, role: str = "compliance") -> dict[str, str]:
    return {"Authorization": f"Bearer {name}+{role}"}


@pytest.fixture
async def staff(dual: Post) -> AsyncIterator[AsyncTestClient[Any]]:
    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        async def ready() -> dict[str, str]:
            return {}

        yield Opened(dual.work, ready)

    app = web_app(ROUTES, StaffDoor(dual.handler), Limits(), opening, "staff", "1")
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client


async def propose(staff: AsyncTestClient[Any], dual: Post) -> str:
    body = {"profile": "dual", "bundle": dual.identity.bundle().decode()}
    answer = await staff.post(f"{BASE}/recipients/{HQ}/keys", json=body, headers=who(LI, "operator"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_two_people_pin_keys(staff: AsyncTestClient[Any], dual: Post) -> None:
    keys = await propose(staff, dual)
    told = {"fingerprint": fingerprint(dual.identity.bundle())}
    own = await staff.post(f"{BASE}/keys/{keys}/confirm", json=told, headers=who(LI))
    assert (own.status_code, own.json()["code"]) == (403, "envelope.same_person")
    other = await staff.post(f"{BASE}/keys/{keys}/confirm", json=told, headers=who(WANG))
    assert other.status_code == 204
    page = (await staff.get(f"{BASE}/keys", headers=who(LI))).json()
    assert [one["state"] for one in page["items"] if one["id"] == keys] == ["confirmed"]
    assert (await staff.post(f"{BASE}/keys/{keys}/revoke", headers=who(LI, "operator"))).status_code == 204
    assert (await staff.post(f"{BASE}/keys/{keys}/refuse", headers=who(WANG))).status_code == 409


async def test_an_engineer_pins_nothing(staff: AsyncTestClient[Any], dual: Post) -> None:
    keys = await propose(staff, dual)
    told = {"fingerprint": fingerprint(dual.identity.bundle())}
    answer = await staff.post(f"{BASE}/keys/{keys}/confirm", json=told, headers=who(WANG, "engineer"))
    assert answer.status_code == 403


async def test_our_own_bundle_comes_with_its_fingerprint(staff: AsyncTestClient[Any], dual: Post) -> None:
    ours = (await staff.get(f"{BASE}/sender-bundle", headers=who(LI))).json()
    assert ours["fingerprint"] == fingerprint(ours["bundle"].encode())
    dual.receiver.trust(ours["bundle"].encode(), ours["fingerprint"])
    await dual.exchange()
    handed = await staff.post(f"{BASE}/pens/sm", headers=who(LI, "operator"))
    assert handed.json() == {"number": 1}
    assert await dual.exchange(b"introducing") == b"introducing"


async def test_the_history_is_read_page_by_page(staff: AsyncTestClient[Any], dual: Post) -> None:
    await dual.exchange()
    await dual.exchange()
    await dual.seal()
    first = (await staff.get(f"{BASE}/recipients/{HQ}/envelopes?limit=2", headers=who(LI))).json()
    assert [one["sequence"] for one in first["items"]] == [1, 2]
    rest = (await staff.get(f"{BASE}/recipients/{HQ}/envelopes?cursor={first['next_cursor']}", headers=who(LI))).json()
    assert [(one["sequence"], one["receipted_at"]) for one in rest["items"]] == [(3, None)]
