"""What an earlier run found, read from its JSON report: so that only what is new breaks a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from yumen.audit.result import Case, Comparison, State
from yumen.kit.errors import Code

BASELINE_UNREADABLE: Final = Code("audit.baseline_unreadable", 422)


class _Earlier(msgspec.Struct, frozen=True):
    rule: str
    fingerprint: str
    place: str


class _Report(msgspec.Struct, frozen=True):
    taken_at: str
    findings: tuple[_Earlier, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """`known` holds `RULE place` by fingerprint."""

    taken_at: str
    known: Mapping[str, str]


def read(path: Path) -> Baseline:
    """The findings of a JSON report. Raises `audit.baseline_unreadable`."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=_Report)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as failed:
        raise BASELINE_UNREADABLE(file=path.name) from failed
    return Baseline(report.taken_at, {one.fingerprint: f"{one.rule} {one.place}" for one in report.findings})


def compare(cases: Iterable[Case], baseline: Baseline, asked: frozenset[str]) -> tuple[tuple[Case, ...], Comparison]:
    """Cases that stood in the baseline become known. `asked`: the rules of this run; others can close nothing."""
    marked = tuple(replace(case, state=State.KNOWN) if case.fingerprint in baseline.known else case for case in cases)
    still = {case.fingerprint for case in marked}
    before = {mark: said for mark, said in baseline.known.items() if said.split(" ", 1)[0] in asked}
    closed = tuple(sorted(said for mark, said in before.items() if mark not in still))
    new = sum(case.state is State.NEW for case in marked)
    return marked, Comparison(baseline.taken_at, closed, new, len(before))
