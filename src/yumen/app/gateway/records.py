"""What the command line does with mechanisms on file and with the meter: read, propose, carry out what was approved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from yumen.app.gateway.acting import as_cli, as_staff
from yumen.app.holdings import HOLDINGS
from yumen.border import Filing, FilingDraft, ViewRule, figures, filings
from yumen.border.figures import Change, Correction
from yumen.gateway import Gate, metering
from yumen.kit.clock import shanghai_day
from yumen.kit.settings import Settings
from yumen.kit.web.edge import Caller
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import DataMap

CHANGES_MAX: Final = 1_000


def read_record(file: Path, on: date) -> FilingDraft:
    """The mechanism in that file, held against the data map and the law. Raises BadContractError."""
    return filings.read_filing(file.read_bytes(), DataMap(HOLDINGS, on=on), on)


async def on_file(settings: Settings, handler: str) -> list[Filing]:
    """Every mechanism that was ever registered."""
    return await as_cli(settings, handler, filings.on_file)


async def propose_filing(settings: Settings, key: str, file: Path) -> str:
    """Put a mechanism before a second person; answers the approval. Raises BadContractError."""
    source = await asyncio.to_thread(file.read_bytes)
    return await as_staff(settings, key, "filing", lambda uow, _: filings.propose(uow, source, uow.use(Gate).data_map))


async def register(settings: Settings, key: str, file: Path, approval: str) -> str:
    """Put an approved mechanism on file; answers its id. Raises BadContractError."""
    source = await asyncio.to_thread(file.read_bytes)

    async def story(uow: UnitOfWork, _: Caller) -> str:
        draft = filings.read_filing(source, uow.use(Gate).data_map, shanghai_day(uow.now))
        return await filings.register(uow, draft, approval)

    return await as_staff(settings, key, "filing", story)


async def revoke(settings: Settings, key: str, filing: str) -> None:
    """Say that a mechanism ends today."""
    await as_staff(settings, key, "filing", lambda uow, _: filings.revoke(uow, filing))


async def meter(
    settings: Settings, handler: str, year: int | None
) -> tuple[list[metering.Line], Sequence[Change], ViewRule | None]:
    """Every counter of a year (this one when None), what was added beside bookings, and whom views abroad book."""

    async def story(uow: UnitOfWork) -> tuple[list[metering.Line], Sequence[Change], ViewRule | None]:
        counted, views = year or shanghai_day(uow.now).year, metering.views_of(uow.use(Gate), uow.handler)
        return await metering.of_year(uow, counted), await figures.changes(uow, counted, "", CHANGES_MAX), views

    return await as_cli(settings, handler, story)


async def correct(settings: Settings, key: str, correction: Correction, approval: str | None) -> str:
    """Propose it (answers the approval), or carry it out once that was approved (answers the change)."""
    if approval is None:
        return await as_staff(settings, key, "correct", lambda uow, _: figures.propose(uow, correction))
    return await as_staff(settings, key, "correct", lambda uow, _: figures.correct(uow, correction, approval))
