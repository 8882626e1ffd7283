"""What a batch costs the database does not grow with how many flew before it, analysed or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tests.stories.gateway.conftest import CONTRACT, Gateway
from yumen.gateway import flight_store, presence_store
from yumen.gateway.flight_store import Departure, Landing
from yumen.kit import arrays
from yumen.kit.db import Conn, Role
from yumen.kit.ids import SubjectId

BEFORE: Final = 3_000
BATCH: Final = 100


def departure(number: int) -> Departure:
    index = number.to_bytes(16, "big")
    return Departure(f"00000000-0000-7000-8000-{number:012d}", number, SubjectId(number), index, b"sealed", index)


async def departed(gateway: Gateway, first: int, last: int, *, landed: bool) -> list[Landing]:
    """These are on the way, or were."""
    now = datetime(2026, 11, 26, tzinfo=UTC)
    leaving = [departure(number) for number in range(first, last + 1)]
    async with gateway.unit() as uow:
        ids = await flight_store.depart(uow.conn, gateway.handler, CONTRACT, leaving)
        landings = [Landing(ids[one.key], one.key, one.place, "") for one in leaving]
        if landed:
            await flight_store.land(uow.conn, landings, now, now)
    return landings


async def plan(conn: Conn, query: str, values: Mapping[str, object]) -> list[Mapping[str, Any]]:
    """Every node of the plan that the statement ran by; the root is first."""
    (row,) = await (await conn.execute(f"explain (analyze, format json) {query}", values)).fetchall()
    return list(nodes(row["QUERY PLAN"][0]["Plan"]))


def nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from nodes(below)


async def test_each_lands_by_its_own_row_and_only_under_its_own_transfer(gateway: Gateway) -> None:
    first, second, third = await departed(gateway, 1, 3, landed=False)
    now = datetime(2026, 11, 26, tzinfo=UTC)
    async with gateway.unit() as uow:
        await flight_store.land(uow.conn, [first, Landing(second.id, third.key, 9, "")], now, now)
        await flight_store.ground(uow.conn, [(third.id, second.key)])
    rows = await gateway.rows("select flying_key is null as down, version from gateway.presence order by id")
    assert [(row["down"], row["version"]) for row in rows] == [(True, 1), (False, 0), (False, 0)]
    async with gateway.unit() as uow:
        await flight_store.ground(uow.conn, [(third.id, third.key)])
    rows = await gateway.rows("select flying_key is null as down from gateway.presence order by id")
    assert [row["down"] for row in rows] == [True, False, True]


async def test_who_lands_is_not_looked_for_among_all_who_ever_flew(gateway: Gateway) -> None:
    await departed(gateway, 1, BEFORE, landed=True)
    batch = await departed(gateway, BEFORE + 1, BEFORE + BATCH, landed=False)
    values = {
        "ids": arrays.plain(one.id for one in batch), "keys": arrays.plain(one.key for one in batch),
        "places": arrays.plain(one.place for one in batch), "remote_ids": arrays.texts("" for _ in batch),
        "now": datetime(2026, 11, 26, tzinfo=UTC), "keep_until": datetime(2026, 11, 26, tzinfo=UTC),
    }  # fmt: skip
    async with await gateway.database.connect(Role.APP) as conn:
        used = {node.get("Index Name") for node in await plan(conn, flight_store.LAND, values)}
    assert "presence_flying" not in used


async def test_who_is_near_is_found_without_passing_by_everybody(gateway: Gateway) -> None:
    await departed(gateway, 1, BEFORE, landed=True)
    asked = [departure(number) for number in range(BEFORE - BATCH + 1, BEFORE + 1)]
    values = {
        "handler": gateway.handler, "contract": CONTRACT, "subjects": arrays.plain(one.subject for one in asked),
        "indexes": arrays.bytes_(one.index for one in asked),
    }  # fmt: skip
    async with await gateway.database.connect(Role.APP) as conn:
        ran = await plan(conn, presence_store.FIND_NEAR, values)
    assert ran[0]["Actual Rows"] == BATCH
    passed = [node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in ran]
    assert max(passed) <= 2 * BATCH


async def test_who_departs_again_keeps_the_row(gateway: Gateway) -> None:
    (before,) = await departed(gateway, 1, 1, landed=True)
    (again,) = await departed(gateway, 1, 1, landed=False)
    assert again.id == before.id
