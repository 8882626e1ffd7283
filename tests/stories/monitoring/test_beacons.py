"""Measurements come in from phones nobody knows, are counted, and are forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.customer.conftest import VELVET, House, StaffDoor, house  # noqa: F401  # a fixture
from yumen.app.door import ShopperDoor
from yumen.kit.clock import shanghai_day
from yumen.kit.web import Limits, Opened, web_app
from yumen.monitoring import beacons
from yumen.monitoring.routes import ROUTES, STAFF_ROUTES

CALL = {
    "kind": "call", "name": "GET:/v1/orders/:id", "at_ms": 1200, "network": "4g", "value": 310, "status": 200,
    "tries": 2, "parts": {"dns": 10, "wait": 200},
}  # fmt: skip
STEP = {"kind": "step", "name": "pay.paid", "at_ms": 4000, "network": "4g", "value": 1}


def batch(*beacons: object, **other: object) -> dict[str, Any]:
    return {"app": VELVET, "visit": "0123456789abcdef", "library": "3.8.0", "platform": "ios", "beacons": list(beacons),
            **other}  # fmt: skip


@pytest.fixture
async def shopper(house: House) -> AsyncIterator[AsyncTestClient[Any]]:  # noqa: F811
    async with client(house, ROUTES, ShopperDoor()) as found:
        yield found


def client(house: House, routes: list[Any], door: Any) -> AsyncTestClient[Any]:  # noqa: F811
    async def ready() -> dict[str, str]:
        return {}

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(house.work, ready)

    app = web_app(routes, door, Limits(), opening, "shopper", "1")
    return AsyncTestClient(app, raise_server_exceptions=False)  # type: ignore[arg-type]


async def test_a_batch_is_stored_and_counted_without_a_token(house: House, shopper: AsyncTestClient[Any]) -> None:  # noqa: F811
    for sent in (batch(CALL, CALL, STEP, dropped=3), batch(CALL)):
        assert (await shopper.post("/v1/beacons", json=sent)).status_code == 204
    rows = await house.rows("select kind, name, value, network, library, facts from monitoring.beacon order by id")
    assert [row["kind"] for row in rows] == ["call", "call", "step", "call"]
    assert rows[0]["facts"] == {"status": 200, "tries": 2, "parts": {"dns": 10, "wait": 200}}
    assert rows[2]["facts"] is None
    async with house.unit() as uow:
        counts = await beacons.list_counts(uow, shanghai_day(uow.now))
    assert {(one.kind, one.beacons, one.batches, one.dropped) for one in counts} == {
        ("call", 3, 2, 3),
        ("step", 1, 0, 0),
    }


async def test_nothing_about_a_person_fits_in(house: House, shopper: AsyncTestClient[Any]) -> None:  # noqa: F811
    unfit = [
        batch({**CALL, "name": "call me 13800000000 now"}),
        batch({**CALL, "phone": "13800000000"}),
        batch({**CALL, "value": 1e300}),
        batch({**CALL, "parts": {"address": 1}}),
        batch({**CALL, "kind": "person"}),
        batch(CALL, visit="sub_0123456789abcdef"),
        batch(CALL, openid="oAlice"),
        batch(),
        batch(*[CALL] * 31),
    ]
    for sent in unfit:
        assert (await shopper.post("/v1/beacons", json=sent)).status_code == 400, sent
    assert (await shopper.post("/v1/beacons", json=batch(CALL, app="wx0000000000000000"))).status_code == 404
    assert await house.rows("select 1 from monitoring.beacon") == []


async def test_raw_measurements_are_forgotten_and_the_counts_stay(house: House) -> None:  # noqa: F811
    sent = beacons.Batch(VELVET, "0123456789abcdef", [beacons.Beacon("start", "appLaunch", 0, "wifi", 800.0)])
    async with house.unit() as uow:
        assert await beacons.take(uow, house.app(), sent) == 1
    async with house.unit() as uow:
        assert await beacons.forget_old(uow) == 0
    house.clock.offset += beacons.KEEP + timedelta(minutes=1)
    async with house.unit() as uow:
        assert await beacons.forget_old(uow) == 1
        (kept,) = await beacons.list_counts(uow, shanghai_day(uow.now - timedelta(days=30)))
    assert kept.beacons == 1


async def test_staff_see_how_many_came(house: House) -> None:  # noqa: F811
    sent = beacons.Batch(VELVET, "0123456789abcdef", [beacons.Beacon("error", "script", 5, "2g")])
    async with house.unit() as uow:
        await beacons.take(uow, house.app(), sent)
    engineer = {"Authorization": "Bearer stf_0000000000000000000000000a+engineer"}
    support = {"Authorization": "Bearer stf_0000000000000000000000000b+support"}
    async with client(house, STAFF_ROUTES, StaffDoor(house.handler)) as staff:
        seen = (await staff.get("/staff/v1/beacons/counts", headers=engineer)).json()
        assert (await staff.get("/staff/v1/beacons/counts", headers=support)).status_code == 403
    assert [(one["kind"], one["network"], one["beacons"]) for one in seen["items"]] == [("error", "2g", 1)]
