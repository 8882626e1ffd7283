"""What was refused leaves a trace that staff see: how often, on which route, with which code; about nobody."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.app.conftest import Town, until
from yumen.app import refusals, staff_refusals
from yumen.app.refusals import Refusals
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import Actor, ActorKind


async def test_attempts_at_the_shop_are_seen_by_staff_within_seconds(town: Town) -> None:
    assert staff_refusals.ROUTES
    visitor, key = await town.visitor(), await town.clerk("compliance")
    foreign = f"/v1/orders/{new_id('ord')}"
    for _ in range(3):
        assert (await town.api.ask("GET", foreign, visitor.token))[0] == 404
    negative = {"lines": [{"sku": "sku_x", "quantity": -1}], "expected_fen": 1}
    assert (await town.api.ask("POST", "/v1/orders", visitor.token, negative))[0] == 400
    await until(lambda: _written(town, 4))
    seen = (await town.staff.ask("GET", "/staff/v1/refusals", token=key)).json()
    assert [(one["route"], one["code"], one["times"]) for one in seen["items"]] == [
        ("GET /v1/orders/{order_id}", "order.not_found", 3),
        ("POST /v1/orders", "request.invalid", 1),
    ]
    yesterday = await town.staff.ask("GET", "/staff/v1/refusals", query=b"day=2020-01-01", token=key)
    assert yesterday.json() == {"day": "2020-01-01", "items": []}
    assert (await town.staff.ask("GET", "/staff/v1/refusals", token=await town.clerk("agency"))).status == 403


async def test_counts_of_several_writers_add_up_and_go_after_a_while(town: Town) -> None:
    work = town.house.work
    for _ in range(2):
        writer = Refusals()
        for _ in range(5):
            writer.count(town.handler, "POST /v1/orders", "coupon.not_usable")
        await writer.write(work)
        await writer.write(work)
    assert await town.count("select sum(times)::int from ops.refusal") == 10
    work.clock.offset += refusals.KEPT + timedelta(days=2)
    async with work.begin(Actor(ActorKind.SYSTEM, "worker", HandlerId(0))) as uow:
        await refusals.forget_old(uow)
    assert await town.count("select count(*) from ops.refusal") == 0


async def _written(town: Town, times: int) -> bool:
    return await town.count("select coalesce(sum(times), 0)::int from ops.refusal") >= times
