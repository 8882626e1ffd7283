"""At the desk: draw the year's line near, so that a laptop shows what happens at it; and the contracts to be signed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import resources
from typing import Final

from yumen.app.demo.shopkeeper import Shopkeeper
from yumen.app.door import StaffDoor
from yumen.app.up import Running
from yumen.app.wiring import House, furnished
from yumen.border import Allow, Counter, Mechanisms, figures, filings, prepare, read, resolve, transfers
from yumen.kit.clock import real_now, shanghai_day
from yumen.kit.ids import SubjectId
from yumen.kit.web.edge import Caller
from yumen.kit.work import UnitOfWork
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap

NEAR: Final = "members-salesforce"
SOURCE: Final = "made up: the loyalty programme's mailing from Hong Kong, so that the year's line is near"
WAIT_S, WAIT_MAX = 0.25, 480


@dataclass(frozen=True, slots=True)
class Drawn:
    """The last person who may pass this year, and which contracts are in force already."""

    most: int
    in_force: frozenset[str]


async def draw_near(running: Running, keeper: Shopkeeper, willing: int, room: int) -> Drawn:
    """Declare a flow beside the gate, with four eyes, so that `room` of the `willing` persons still fit.

    At a later start the contracts are in force and no room was left: the willing are held by now, others before them
    too, and all of these but as many as should stay find room.
    """
    today = shanghai_day(real_now())
    async with furnished(running.settings, running.databases) as house:
        first, second = [await _caller(house, key) for key in (keeper.first, keeper.second)]
        held: list[SubjectId] = []

        async def all_held() -> bool:
            async with house.work.begin(first.actor) as uow:
                number = await _in_force(uow, NEAR)
                held[:] = [] if number is None else await transfers.held(uow, number, SubjectId(0))
            return number is None or len(held) >= willing

        await until(all_held, "judgements")
        async with house.work.begin(first.actor) as uow:
            rules = await filings.rules(uow, uow.use(DataMap), Mechanisms())
            drawn = Drawn(_most(uow), frozenset(one.draft.id for one in rules.contracts.values()))
            figure = next((one for one in await figures.read(uow, today.year) if one.counter is Counter.GENERAL), None)
            fits = len(held) - (willing - room) if held else room
            more = drawn.most - (figure.persons if figure else 0) - fits
            beside = figures.Correction(today.year, Counter.GENERAL, more, SOURCE, declared=True)
            approval = await figures.propose(uow, beside)
        async with house.work.begin(second.actor) as uow:
            await four_eyes.approve(uow, approval, second.roles)
        async with house.work.begin(first.actor) as uow:
            await figures.correct(uow, beside, approval)
    return drawn


def source_of(system: str) -> str:
    """The contract with that system of headquarters, as it was reviewed."""
    return (resources.files("yumen.app.demo") / "contracts" / f"{system}.toml").read_text(encoding="utf-8")


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Look again and again. Raises TimeoutError with that word after two minutes."""
    for _ in range(WAIT_MAX):
        if await holds():
            return
        await asyncio.sleep(WAIT_S)
    raise TimeoutError(what)


async def _in_force(uow: UnitOfWork, contract: str) -> int | None:
    rules = await filings.rules(uow, uow.use(DataMap), Mechanisms())
    return next((number for number, one in rules.contracts.items() if one.draft.id == contract), None)


def _most(uow: UnitOfWork) -> int:
    today = shanghai_day(real_now())
    contract = resolve(read(source_of("salesforce").encode()), uow.use(DataMap), today)
    right = prepare(contract, Mechanisms(), today).grown
    assert isinstance(right, Allow), "few persons need no mechanism"
    return right.room.general_max


async def _caller(house: House, key: str) -> Caller:
    caller = await StaffDoor().recognise(house.work, key)
    assert caller is not None, "the key was issued by this demo"
    return caller
