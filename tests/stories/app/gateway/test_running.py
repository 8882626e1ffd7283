"""The loops of the gate: whoever agrees arrives, whoever withdraws is taken back, without anybody calling a step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway, opened_gateway
from tests.stories.gateway.recipient import FakeRecipient
from yumen.app.gateway.running import run, told_without_values
from yumen.customer import identity
from yumen.gateway import Gate, Recipients, connections
from yumen.gateway.connectors.connector import Abilities
from yumen.kit.db import Database
from yumen.kit.errors import NotSent

APP = """
with brand as (
    insert into identity.brand (handler_id, code, name_en, name_zh) select id, 'v', 'V', '丝绒' from identity.handler
    returning id, handler_id
)
insert into identity.app (handler_id, brand_id, appid, kind)
select handler_id, id, 'wx00000000000000a1', 'mini' from brand
"""


async def running(database: Database, kms: Path) -> Gateway:
    gateway = await opened_gateway(database, kms, FakeRecipient())
    await gateway.do(APP)
    async with gateway.unit() as uow:
        services = gateway.work.services
        services[identity.Apps] = await identity.Apps.read(uow.conn)  # type: ignore[index]
        services[Gate] = gateway.gate  # type: ignore[index]
    return gateway


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_people_arrive_and_are_taken_back_by_themselves(database: Database, tmp_path: Path) -> None:
    gateway = await running(database, tmp_path / "kms")
    stop = asyncio.Event()
    loops = asyncio.create_task(run(gateway.work, stop))
    person = await gateway.member()
    name = await gateway.number_of(person)

    async def there() -> bool:
        await gateway.do("update gateway.connection set round_at = null")  # the contract's minute has passed
        return name in gateway.hq.held

    async def gone() -> bool:
        return name not in gateway.hq.held

    await until(there)
    await gateway.withdraw(person)
    await until(gone)
    stop.set()
    await asyncio.wait_for(loops, 20)
    (row,) = await gateway.rows("select held_by, rules_version from gateway.connection")
    assert (row["held_by"], row["rules_version"]) == (None, 1)
    await gateway.gate.bookings.close()


async def test_a_recipient_served_by_another_process_is_left_to_it(database: Database, tmp_path: Path) -> None:
    gateway = await running(database, tmp_path / "kms")
    assert await connections.take(gateway.work, gateway.recipient, "another")
    await gateway.member()
    stop = asyncio.Event()
    loops = asyncio.create_task(run(gateway.work, stop))

    async def judged() -> bool:
        return len(await gateway.rows("select 1 from border.outbound")) == 1

    await until(judged)
    await asyncio.sleep(0.3)
    stop.set()
    await asyncio.wait_for(loops, 20)
    assert gateway.hq.calls == []
    (row,) = await gateway.rows("select held_by from gateway.connection where contract = %s", CONTRACT)
    assert row["held_by"] == "another"
    await gateway.gate.bookings.close()


async def test_without_recipients_there_is_nothing_to_run(database: Database, tmp_path: Path) -> None:
    gateway = await running(database, tmp_path / "kms")
    gateway.work.services[Gate] = replace(gateway.gate, recipients=Recipients())  # type: ignore[index]
    await asyncio.wait_for(run(gateway.work, asyncio.Event()), 5)
    await gateway.gate.bookings.close()


class Broken(FakeRecipient):
    """A connector with a bug of its own, whose message quotes a person."""

    @property
    def abilities(self) -> Abilities:
        raise KeyError("Mei Wang")


async def test_a_defect_in_one_connector_stops_neither_the_others_nor_the_judging(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = await running(database, tmp_path / "kms")
    broken = replace(gateway.recipient, contract="another", connector=Broken())
    gate = replace(gateway.gate, recipients=Recipients([broken, gateway.recipient]))
    gateway.work.services[Gate] = gate  # type: ignore[index]
    stop = asyncio.Event()
    loops = asyncio.create_task(run(gateway.work, stop))
    name = await gateway.number_of(await gateway.member())

    async def there() -> bool:
        await gateway.do("update gateway.connection set round_at = null")
        return name in gateway.hq.held and "defect KeyError at test_running.py" in caplog.text

    await until(there)
    stop.set()
    await asyncio.wait_for(loops, 20)
    assert "Mei" not in caplog.text
    await gateway.gate.bookings.close()


def test_a_defect_of_many_tasks_is_told_by_the_kind_of_one() -> None:
    inner = ExceptionGroup("of a task", [KeyError("Mei Wang")])
    assert told_without_values(ExceptionGroup("of another", [inner])) == "KeyError"


async def test_a_recipient_that_refuses_our_credentials_is_left_alone_until_it_lets_us_in(
    database: Database, tmp_path: Path
) -> None:
    """It is knocked at by its description only; nobody is opened for it meanwhile."""
    gateway = await running(database, tmp_path / "kms")
    refusing = True

    def trouble(what: str, n: int) -> Exception | None:
        return NotSent("connector.login_refused", "invalid_grant", system="salesforce") if refusing else None

    gateway.hq.trouble = trouble
    stop = asyncio.Event()
    loops = asyncio.create_task(run(gateway.work, stop))
    name = await gateway.number_of(await gateway.member())

    async def locked() -> bool:
        return bool(await gateway.rows("select 1 from gateway.connection where locked_out_at is not null"))

    async def there() -> bool:
        gateway.clock.offset += timedelta(seconds=5)
        return name in gateway.hq.held

    await until(locked)
    refusing = False
    await until(there)
    assert not await locked()
    stop.set()
    await loops
