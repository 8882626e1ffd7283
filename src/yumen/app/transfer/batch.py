"""Take in a few lines of one kind together: one transaction, one leaf, a verdict for each line."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

from yumen.app.transfer.kind import Kind, State, Verdict, refused
from yumen.app.transfer.lines import Fault, Line
from yumen.kit.errors import Problem
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

BROUGHT: Final = trail.LeafKind(
    "inbound.brought", "what", "source", "run", "rows_done", "taken", "unchanged", "refused"
)


@recorded
async def take_in(
    uow: UnitOfWork,
    kind: Kind[Any],
    source: str,
    lines: Sequence[Line | Fault],
    *,
    run: str | None = None,
    rows_done: int = 0,
    dry: bool = False,
) -> list[Verdict]:
    """A verdict for each line, in order. A dry run looks at everything and writes nothing.

    Raises `NamedMeanwhile` when somebody logged in at the same moment: roll back and do it again.
    """
    verdicts: dict[int, Verdict] = {}
    items: dict[int, Any] = {}
    for place, line in enumerate(lines):
        if isinstance(line, Fault):
            verdicts[place] = refused(line.code, line.field)
            continue
        try:
            items[place] = kind.judge(line.cells)
        except Problem as problem:
            verdicts[place] = refused(problem.code.name, (problem.at or "").removeprefix("/"))
    for together in _rounds(kind, items):
        found = await kind.take(uow, source, [items[place] for place in together], dry)
        verdicts.update(zip(together, found, strict=True))
    ordered = [verdicts[place] for place in range(len(lines))]
    taken, unchanged, not_taken = (count(ordered, state) for state in State)
    if dry or not taken:
        return uow.unchanged(ordered)
    await trail.record(
        uow, BROUGHT.name, what=kind.name, source=source, run=run, rows_done=rows_done, taken=taken,
        unchanged=unchanged, refused=not_taken,
    )  # fmt: skip
    return ordered


def count(verdicts: Sequence[Verdict], state: State) -> int:
    return sum(verdict.state is state for verdict in verdicts)


def _rounds(kind: Kind[Any], items: dict[int, Any]) -> list[list[int]]:
    """Split the items so that no two of one round share a name; the order of those that do is kept."""
    rounds: list[list[int]] = []
    last: dict[Hashable, int] = {}
    for place, item in items.items():
        names = kind.names(item)
        at = max((last[name] + 1 for name in names if name in last), default=0)
        last.update(dict.fromkeys(names, at))
        if at == len(rounds):
            rounds.append([])
        rounds[at].append(place)
    return rounds
