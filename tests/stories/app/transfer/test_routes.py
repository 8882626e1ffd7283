"""Another system's backend brings what changed there: machines only, item by item, as often as it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.app.transfer.conftest import openid
from tests.stories.customer.conftest import VELVET, House, StaffDoor
from yumen.app.transfer.routes import ROUTES
from yumen.kit.web import Limits, Opened, web_app

MACHINE = {"Authorization": "Bearer mch_0000000000000000000000000a+agency_backend"}
ITEM = {"external_id": "sap-1", "app": VELVET, "openid": openid(1), "phone": "13800000001"}


@pytest.fixture
async def edge(house: House) -> AsyncIterator[AsyncTestClient[Any]]:
    async def ready() -> dict[str, str]:
        return {}

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(house.work, ready)

    app = web_app(ROUTES, StaffDoor(house.handler), Limits(), opening, "staff", "1")
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client


async def bring(edge: AsyncTestClient[Any], what: str, *items: object, **headers: str) -> dict[str, Any]:
    answer = await edge.post(f"/v1/inbound/sap/{what}", json={"items": items}, headers=MACHINE | headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_every_item_has_its_verdict_and_a_repeat_changes_nothing(
    house: House, edge: AsyncTestClient[Any]
) -> None:
    told = await bring(edge, "members", ITEM, {"external_id": "sap-2", "phone": "no"}, {"external_id": "sap-3"}, ITEM)
    assert (told["taken"], told["unchanged"], told["refused"]) == (2, 1, 1)
    assert told["items"][1] == {"state": "refused", "field": "phone", "code": "transfer.field_unfit"}
    before = await house.rows("select count(*) as n from trail.entry")
    assert (await bring(edge, "members", ITEM, {"external_id": "sap-3"}))["unchanged"] == 2
    assert await house.rows("select count(*) as n from trail.entry") == before


async def test_the_same_key_gets_the_same_answer(edge: AsyncTestClient[Any]) -> None:
    first = await bring(edge, "members", ITEM, **{"Idempotency-Key": "key-of-a-sender"})
    assert first["taken"] == 1
    assert await bring(edge, "members", ITEM, **{"Idempotency-Key": "key-of-a-sender"}) == first


async def test_points_orders_and_consents_follow_their_members(house: House, edge: AsyncTestClient[Any]) -> None:
    await bring(edge, "members", ITEM)
    points = await bring(edge, "points", {"external_id": "sap-1", "points": 70}, {"external_id": "sap-9", "points": 1})
    assert [item["code"] for item in points["items"]] == ["", "transfer.member_unknown"]
    order = {
        "external_id": "sap-1", "number": "A-1", "state": "completed", "total_fen": 500, "placed_at": "2024-05-01",
        "lines": [{"sku": "TEE-S", "quantity": 1, "due_fen": 500}],
    }  # fmt: skip
    assert (await bring(edge, "orders", order))["taken"] == 1
    consent = {"external_id": "sap-1", "purpose": "marketing", "state": "given"}
    assert (await bring(edge, "consents", consent))["taken"] == 1
    (held,) = await house.rows("select (select points from loyalty.balance) as points, lines from inbound.past_order")
    assert held["points"] == 70
    assert held["lines"] == [{"sku": "TEE-S", "quantity": 1, "due_fen": 500, "title": ""}]


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("stf_0000000000000000000000000a+operator", 403),
        ("stf_0000000000000000000000000a+compliance", 403),
        ("mch_0000000000000000000000000a+erp", 200),
    ],
)
async def test_only_machines_bring(edge: AsyncTestClient[Any], token: str, status: int) -> None:
    answer = await edge.post(
        "/v1/inbound/sap/members", json={"items": [ITEM]}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [{}, {"items": []}, {"items": [{}]}, {"items": [{"external_id": "a", "age": 3}]}, {"items": [ITEM] * 201}, [ITEM]],
)
async def test_a_body_that_is_none_is_refused_as_a_whole(edge: AsyncTestClient[Any], body: object) -> None:
    answer = await edge.post("/v1/inbound/sap/members", json=body, headers=MACHINE)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("source", ["SAP", "1sap", "s" * 33, "sap-x", "sap_", "m6sx4nn8zxc5v_6yu6yqf1c005hi"])
async def test_a_source_is_a_short_word(edge: AsyncTestClient[Any], source: str) -> None:
    answer = await edge.post(f"/v1/inbound/{source}/members", json={"items": [ITEM]}, headers=MACHINE)
    assert answer.status_code == 400
