"""One furnished process: what is wired, how the first people come in, and that a second process changes nothing."""

from __future__ import annotations

import asyncio

import pytest

from tests.stories.app.conftest import Town
from yumen.app.databases import bring_up_to_date, pending
from yumen.app.door import HooksDoor, ShopperDoor, StaffDoor
from yumen.app.first_staff import admit_first
from yumen.app.wiring import furnished
from yumen.kit.errors import Problem


async def test_several_processes_start_at_once_and_write_down_the_same_once(town: Town) -> None:
    before = await town.count("select count(*) from trail.entry")

    async def start() -> None:
        async with furnished(town.settings, town.databases) as house:
            assert house.work.clock.now() is not None

    await asyncio.gather(*(start() for _ in range(4)))
    assert await town.count("select count(*) from trail.entry") == before
    assert await town.count("select count(*) from consent.notice") > 3


async def test_migrations_that_are_applied_are_not_applied_again(town: Town) -> None:
    assert await bring_up_to_date(town.databases) == 0
    lines = await pending(town.databases)
    assert len(lines) > 8
    assert all(line.endswith("applied") for line in lines)


async def test_the_first_two_people_are_admitted_and_nobody_else(town: Town) -> None:
    for name in ("Lin Yue", "Chen An"):
        actor, token = await admit_first(town.settings, "", name, ["operator", "compliance"], 30)
        shown = await town.staff.ask("GET", "/staff/v1/whoami", token=token)
        assert (shown.json()["actor"], shown.json()["roles"]) == (actor, ["compliance", "operator"])
    with pytest.raises(Problem, match=r"access\.bootstrap_over"):
        await admit_first(town.settings, "velvet", "Third", ["operator"], 30)
    with pytest.raises(Problem, match=r"handler\.unclear") as unclear:
        await admit_first(town.settings, "satin", "Fourth", ["operator"], 30)
    assert unclear.value.facts["known"] == "velvet"


async def test_each_door_knows_its_own_callers_only(town: Town) -> None:
    work, visitor, key = town.house.work, await town.visitor(), await town.clerk("support")
    shopper = await ShopperDoor().recognise(work, visitor.token)
    clerk = await StaffDoor().recognise(work, key)
    assert shopper is not None
    assert clerk is not None
    assert (shopper.roles, clerk.roles) == (("shopper",), ("support",))
    assert await ShopperDoor().recognise(work, key) is None
    assert await StaffDoor().recognise(work, visitor.token) is None
    assert await HooksDoor().recognise(work, key) is None
    assert not HooksDoor().allowed(("visitor",), "phone", "bind")
