"""What the command line does with files of another system: look, take in, tell how far they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from yumen.app.databases import reachable
from yumen.app.door import named_caller
from yumen.app.first_staff import handler_named
from yumen.app.transfer import consent_store, exporting, importing, store
from yumen.app.transfer.exporting import Manifest
from yumen.app.transfer.importing import Report
from yumen.app.transfer.kind import SOURCE, Kind
from yumen.app.transfer.kinds import kind_of
from yumen.app.transfer.opening import Pause
from yumen.app.wiring import SYSTEM, House, furnished
from yumen.customer import identity
from yumen.kit.errors import Code
from yumen.kit.i18n import Language, text
from yumen.kit.ids import HandlerId
from yumen.kit.settings import Settings
from yumen.kit.work import Actor, ActorKind
from yumen.security.datamap import DataMap

SOURCE_UNFIT: Final = Code("transfer.source_unfit", 422)

Told = Callable[[int], object]


async def bring(settings: Settings, what: str, file: Path, source: str, handler: str, dry: bool, told: Told) -> Report:
    """Take a file in (`members`, `points`, `orders`, `consents`). `handler` is its name in the settings.

    Raises `transfer.source_unfit`, ``handler.unclear` and those of `importing.load`.
    """
    if SOURCE.fullmatch(source) is None:
        raise SOURCE_UNFIT()
    async with at_handler(settings, handler) as (house, actor):
        kind: Kind[Any] = kind_of(what, house.work.use(identity.Apps), actor.handler, house.work.clock.now())
        return await importing.load(lambda: house.work.begin(actor), kind, source, file, dry=dry, told=told)


async def status(settings: Settings, handler: str, language: Language) -> list[str]:
    """The runs, the newest first; then, for each purpose that was agreed to elsewhere, who is still to be asked."""
    async with at_handler(settings, handler) as (house, actor), house.work.begin(actor) as uow:
        runs = await store.list_runs(uow.conn, actor.handler)
        plans = await consent_store.plan(uow.conn, actor.handler)
    lines = [
        text(
            "transfer.run.ended" if run.ended_at else "transfer.run.open", language,
            run=run.id, what=run.kind, source=run.source, begun=f"{run.begun_at:%Y-%m-%d %H:%M}",
            rows=run.rows_done, taken=run.taken, unchanged=run.unchanged, refused=run.refused,
        )
        for run in runs
    ]  # fmt: skip
    return lines + [
        text(
            "transfer.plan", language,
            purpose=plan.purpose, given=plan.given, confirmed=plan.confirmed, declined=plan.declined,
            to_ask=plan.to_ask,
        )
        for plan in plans
    ]  # fmt: skip


def report_lines(report: Report, language: Language, dry: bool) -> list[str]:
    """The report as a reader sees it: counts, then each fault by line, field and reason; never a value."""
    head = "transfer.report.dry" if dry else "transfer.report.again" if report.again else "transfer.report.done"
    lines = [
        text(
            head, language, run=report.run or "-", rows=report.rows, skipped=report.skipped, taken=report.taken,
            unchanged=report.unchanged, refused=report.refused,
        )
    ]  # fmt: skip
    for fault in report.faults:
        code = "transfer.report.fault" if fault.field else "transfer.report.fault_line"
        why = text(fault.code, language)
        lines.append(text(code, language, line=fault.line, field=fault.field, why=why))
    if report.refused > len(report.faults):
        lines.append(text("transfer.report.more", language, more=report.refused - len(report.faults)))
    return lines


async def carry_out(
    settings: Settings,
    folder: Path,
    approval: str,
    key: str,
    told: Callable[[str, int], object],
    pause: Pause = asyncio.sleep,
) -> Manifest:
    """Export everything of the handler whose staff key this is, as a second person approved.

    `told` hears how many rows of a file are written, `pause` waits where the budget for opening values is spent.

    Raises `auth.invalid`, `access.denied`, `transfer.folder_full`, `approval.…`.
    """
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        actor = (await named_caller(house.work, key, "export", "carry_out")).actor
        data_map = house.work.use(DataMap)
        return await exporting.export(lambda: house.work.begin(actor), data_map, folder, approval, pause, told)


@asynccontextmanager
async def at_handler(settings: Settings, name: str) -> AsyncIterator[tuple[House, Actor]]:
    """The house, and the command line acting for the handler of that name. Raises `handler.unclear`."""
    code = handler_named(settings, name)
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        async with house.work.begin(SYSTEM) as uow:
            number = (await identity.handlers.numbers(uow.conn))[code]
        yield house, Actor(ActorKind.SYSTEM, "cli", HandlerId(number))
