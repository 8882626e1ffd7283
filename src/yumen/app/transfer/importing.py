"""Take a whole file in: a unit for each thousand rows, so that a run killed anywhere goes on where it was.

Progress is committed with the rows it stands for. A file that came in without a fault is not read again; one with
faults may be brought again once they are mended elsewhere: what is in already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from yumen.app.transfer import store
from yumen.app.transfer.batch import count, take_in
from yumen.app.transfer.kind import Kind, State, Verdict
from yumen.app.transfer.lines import Fault, Line, check, hash_of, read
from yumen.customer.identity import NamedMeanwhile
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork

RUN_ELSEWHERE: Final = Code("transfer.run_elsewhere", 409)
"""Another process takes the same file in."""
BUSY: Final = Code("transfer.busy", 503)

ROWS_A_UNIT: Final = 1000
TRIES_MAX: Final = 3
FAULTS_SHOWN_MAX: Final = 200

Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


@dataclass
class Report:
    """What came of a file: counts, and the first faults by line, field and code. `again`: nothing was left to do."""

    run: str = ""
    rows: int = 0
    skipped: int = 0
    taken: int = 0
    unchanged: int = 0
    refused: int = 0
    again: bool = False
    faults: list[Fault] = field(default_factory=list)


async def load(
    units: Units,
    kind: Kind[Any],
    source: str,
    path: Path,
    *,
    dry: bool = False,
    told: Callable[[int], object] = lambda rows: None,
) -> Report:
    """Take the file in, or only look (`dry`); `told` hears how many rows are done after each unit.

    Raises `transfer.no_file`, `transfer.head_unfit`, `transfer.not_text`, `transfer.line_too_long` (rows before that
    place are kept), `transfer.run_elsewhere`, `transfer.busy`.
    """
    check(path)
    if dry:
        return await _look(units, kind, source, path, told)
    file_hash = hash_of(path)
    async with units() as uow:
        run = await store.begin(uow.conn, uow.handler, kind.name, source, file_hash, uow.now)
    if run.ended_at is not None:
        return await _report(units, run.id, skipped=run.rows_done, again=True)
    done = run.rows_done
    rows = read(path, kind.columns)
    skipped = sum(1 for _ in islice(rows, done))
    for lines in _batches(rows):
        await _take(units, kind, source, run.id, done, lines)
        done += len(lines)
        told(done)
    async with units() as uow:
        await store.end(uow.conn, run.id, uow.now)
    return await _report(units, run.id, skipped=skipped)


async def _take(units: Units, kind: Kind[Any], source: str, run: str, done: int, lines: Sequence[Line | Fault]) -> None:
    """One unit; again when somebody logged in at the same moment as one of these people was named."""
    for _ in range(TRIES_MAX):
        try:
            async with units() as uow:
                verdicts = await take_in(uow, kind, source, lines, run=run, rows_done=done + len(lines))
                taken, unchanged, refused = (count(verdicts, state) for state in State)
                if not await store.go_on(uow.conn, run, done, len(lines), (taken, unchanged, refused)):
                    raise RUN_ELSEWHERE()
                if refused:
                    await store.insert_faults(uow.conn, run, _faults(lines, verdicts))
        except NamedMeanwhile:
            continue
        return
    raise BUSY()


async def _look(units: Units, kind: Kind[Any], source: str, path: Path, told: Callable[[int], object]) -> Report:
    report = Report()
    for lines in _batches(read(path, kind.columns)):
        async with units() as uow:
            verdicts = await take_in(uow, kind, source, lines, dry=True)
        report.rows += len(lines)
        report.taken += count(verdicts, State.TAKEN)
        report.unchanged += count(verdicts, State.UNCHANGED)
        report.refused += count(verdicts, State.REFUSED)
        report.faults += _faults(lines, verdicts)[: FAULTS_SHOWN_MAX - len(report.faults)]
        told(report.rows)
    return report


async def _report(units: Units, run_id: str, *, skipped: int, again: bool = False) -> Report:
    async with units() as uow:
        run = await store.get(uow.conn, run_id)
        faults = await store.list_faults(uow.conn, run_id, FAULTS_SHOWN_MAX)
    return Report(run.id, run.rows_done, skipped, run.taken, run.unchanged, run.refused, again, faults)


def _faults(lines: Sequence[Line | Fault], verdicts: Sequence[Verdict]) -> list[Fault]:
    return [
        Fault(line.number if isinstance(line, Line) else line.line, verdict.field, verdict.code)
        for line, verdict in zip(lines, verdicts, strict=True)
        if verdict.state is State.REFUSED
    ]


def _batches(rows: Iterator[Line | Fault]) -> Iterator[list[Line | Fault]]:
    while batch := list(islice(rows, ROWS_A_UNIT)):
        yield batch
