"""Admit the first two people of a handler from the command line: four eyes need two people to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.app.databases import reachable
from yumen.app.wiring import SYSTEM, furnished
from yumen.customer import identity
from yumen.kit.errors import Code
from yumen.kit.settings import Settings
from yumen.kit.work import Actor, ActorKind
from yumen.security.access import admission, key_life

HANDLER_UNCLEAR: Final = Code("handler.unclear", 422)


async def admit_first(settings: Settings, handler: str, name: str, roles: Sequence[str], days: int) -> tuple[str, str]:
    """Admit a person and make the first key; answers id and key. `handler` is its name in the settings.

    Raises `handler.unclear`, `access.bootstrap_over`, `access.role_unfit`, `access.name_unfit`,
    `access.key_life_unfit`.
    """
    code = handler_named(settings, handler)
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        async with house.work.begin(SYSTEM) as uow:
            number = (await identity.handlers.numbers(uow.conn))[code]
        async with house.work.begin(Actor(ActorKind.SYSTEM, "cli", number)) as uow:
            actor = await admission.bootstrap(uow, name, roles)
            key = await key_life.issue_first(uow, actor, days)
    return actor, key.token


def handler_named(settings: Settings, name: str) -> str:
    """The handler's name in the settings; it may be left out where there is one. Raises `handler.unclear`."""
    code = name or (next(iter(settings.handler)) if len(settings.handler) == 1 else "")
    if code not in settings.handler:
        raise HANDLER_UNCLEAR(known=", ".join(sorted(settings.handler)) or "-")
    return code
