"""What the command line does with the gate: look, ask, steer, and bring a contract through four eyes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from yumen.app.gateway.acting import as_cli, as_staff, caller_of, open_house
from yumen.app.gateway.furnishing import OPENERS
from yumen.app.holdings import HOLDINGS
from yumen.border import BadContractError, Draft, Fault, Version, contracting, diff, faults, read, say, unopened
from yumen.border.reading import placed
from yumen.gateway import Gate, cases, connections, explaining, foresight
from yumen.gateway.cases import Case
from yumen.kit.i18n import Language
from yumen.kit.settings import Settings
from yumen.kit.web.edge import Caller
from yumen.kit.work import UnitOfWork
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap


def check(file: Path, on: date) -> tuple[Draft | None, list[Fault]]:
    """The contract in that file, held against the data map, what can be opened here and the law of the day.

    Answers everything that is wrong beside it.
    """
    source = file.read_bytes()
    try:
        draft = read(source)
    except BadContractError as bad:
        return None, bad.faults
    return draft, placed([*faults(draft, DataMap(HOLDINGS, on=on), on), *_unopened(draft)], source.decode())


def _unopened(draft: Draft) -> list[Fault]:
    """Fields of the data map that nothing here opens; a field that the map does not know is told as that."""
    known = {field.address for holding in HOLDINGS for field in holding.fields}
    return [fault for fault in unopened(draft, OPENERS) if fault.facts["field"] in known]


def lines_of(draft: Draft, before: Draft | None, language: Language) -> list[str]:
    """The contract as statements, or what it says otherwise than the one before."""
    return say(draft, language) if before is None else diff(before, draft, language)


async def versions(settings: Settings, handler: str) -> Sequence[Version]:
    """Every version of every contract."""
    return await as_cli(settings, handler, contracting.versions)


async def compare(settings: Settings, handler: str, contract: str, version: int) -> tuple[Draft, Draft | None]:
    """A version that was proposed, and the one in force before it. Raises `contract.not_found`."""
    return await as_cli(settings, handler, lambda uow: contracting.compare(uow, contract, version))


async def status(settings: Settings, handler: str) -> list[connections.Status]:
    """Every connection of the handler."""
    return await as_cli(settings, handler, connections.status)


async def list_cases(settings: Settings, handler: str) -> list[Case]:
    """Open cases, the oldest first."""
    return await as_cli(settings, handler, cases.list_open)


async def retry(settings: Settings, key: str, case: str) -> None:
    """Judge and send the person of a case anew, after a repair."""
    await as_staff(settings, key, "mend", lambda uow, _: cases.retry(uow, case))


async def drop(settings: Settings, key: str, case: str, reason: str) -> None:
    """Give a record up."""
    await as_staff(settings, key, "mend", lambda uow, _: cases.drop(uow, case, reason))


async def look_ahead(settings: Settings, handler: str, add: int) -> list[foresight.Outlook]:
    """The nearest lines, with a plan's persons added."""
    return await as_cli(settings, handler, lambda uow: foresight.look_ahead(uow, uow.use(Gate), add))


async def explain(settings: Settings, handler: str, external_id: str) -> explaining.Explanation:
    """What is known of a recipient's name for somebody: codes only."""
    return await as_cli(settings, handler, lambda uow: explaining.explain(uow, uow.use(Gate), external_id))


async def pause(settings: Settings, key: str, contract: str, reason: str) -> None:
    await as_staff(settings, key, "steer", lambda uow, _: connections.pause(uow, contract, reason))


async def resume(settings: Settings, key: str, contract: str) -> None:
    await as_staff(settings, key, "steer", lambda uow, _: connections.resume(uow, contract))


async def resync(settings: Settings, key: str, contract: str) -> int:
    """Order it and write everybody down; answers how many pages."""
    async with open_house(settings) as house:
        caller = await caller_of(house, key, "steer")
        async with house.work.begin(caller.actor) as uow:
            await connections.order_resync(uow, contract)
        return await connections.resync(house.work, caller.actor.handler)


async def propose(settings: Settings, key: str, file: Path) -> str:
    """Put a contract before a second person; answers the approval. Raises BadContractError with every fault."""
    source = await asyncio.to_thread(file.read_bytes)
    draft = read(source)

    async def story(uow: UnitOfWork, _: Caller) -> str:
        gate = uow.use(Gate)
        gate.require_openers(draft)
        return await contracting.propose(uow, source, gate.data_map)

    return await as_staff(settings, key, "contract", story)


async def approve(settings: Settings, key: str, approval: str) -> None:
    """Say yes as the second person."""
    await as_staff(settings, key, "", lambda uow, caller: four_eyes.approve(uow, approval, caller.roles))


async def enforce(settings: Settings, key: str, contract: str, version: int, approval: str) -> None:
    """Put an approved version into force."""
    await as_staff(
        settings,
        key,
        "contract",
        lambda uow, _: contracting.enforce(uow, contract, version, approval, uow.use(Gate).data_map),
    )


async def end(settings: Settings, key: str, contract: str) -> None:
    """Stop a contract at once."""
    await as_staff(settings, key, "contract", lambda uow, _: contracting.end(uow, contract))
