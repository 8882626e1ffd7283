"""Who acts at the command line: the house itself where one only looks, a person with a key where something is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from yumen.app.databases import reachable
from yumen.app.door import known_caller, named_caller
from yumen.app.first_staff import handler_named
from yumen.app.wiring import SYSTEM, House, furnished
from yumen.customer import identity
from yumen.kit.ids import HandlerId
from yumen.kit.settings import Settings
from yumen.kit.web.edge import Caller
from yumen.kit.work import Actor, ActorKind, UnitOfWork

T = TypeVar("T")


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """The house of these settings, once its databases answer."""
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        yield house


async def as_cli(settings: Settings, handler: str, story: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    """`handler` is its name in the settings; it may be left out where there is one. Raises `handler.unclear`."""
    code = handler_named(settings, handler)
    async with open_house(settings) as house:
        async with house.work.begin(SYSTEM) as uow:
            number: HandlerId = (await identity.handlers.numbers(uow.conn))[code]
        async with house.work.begin(Actor(ActorKind.SYSTEM, "cli", number)) as uow:
            return await story(uow)


async def as_staff(settings: Settings, key: str, action: str, story: Callable[[UnitOfWork, Caller], Awaitable[T]]) -> T:
    """Whoever has this key, if the access table lets them do that with the gateway. Raises as `caller_of`."""
    async with open_house(settings) as house:
        caller = await caller_of(house, key, action)
        async with house.work.begin(caller.actor) as uow:
            return await story(uow, caller)


async def caller_of(house: House, key: str, action: str = "") -> Caller:
    """The person whose staff key this is. Raises `auth.invalid`, `access.denied`."""
    if not action:
        return await known_caller(house.work, key)
    return await named_caller(house.work, key, "gateway", action)
