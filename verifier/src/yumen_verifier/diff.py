"""What was done to the leaves: align the leaves found with the leaves believed, and name edits, holes and moves.

Both come as streams; what is kept is a window around the place where they part, so memory stays bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from yumen_verifier.reference import UNKNOWN
from yumen_verifier.walk import ABSENT

WINDOWS: Final = (64, 1024, 16_384, 65_536)
ACTS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """One tampering: a code, the leaf (its place in the believed tree; of an inserted one, where it stands now)."""

    code: str
    leaf: int
    other: int | None = None


@dataclass(slots=True)
class _Raw:
    edits: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    gone: list[tuple[int, bytes]] = field(default_factory=list)
    added: list[tuple[int, bytes]] = field(default_factory=list)

    def full(self) -> bool:
        return len(self.edits) + len(self.gone) + len(self.added) >= ACTS_MAX


class _Window:
    """A stream that can be looked into, and the place of its next item."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream = stream
        self._ahead: deque[bytes] = deque()
        self.at = 0

    def look(self, count: int) -> deque[bytes]:
        self._ahead.extend(islice(self._stream, max(0, count - len(self._ahead))))
        return self._ahead

    def take(self) -> bytes | None:
        found = self._ahead.popleft() if self._ahead else next(self._stream, None)
        self.at += found is not None
        return found


def compare(found: Iterator[bytes], believed: Iterator[bytes], *, open_end: bool) -> list[Act]:
    """Name what was done. With `open_end` the found stream may go on after the believed one has ended."""
    ours, theirs, raw = _Window(found), _Window(believed), _Raw()
    while not raw.full():
        here, there = ours.look(1), theirs.look(1)
        if not there:
            if not open_end:
                _drain(ours, raw.added, raw)
            break
        if not here:
            _drain(theirs, raw.gone, raw)
            break
        if here[0] == there[0] or there[0] == UNKNOWN:
            ours.take()
            theirs.take()
        else:
            _step_over(ours, theirs, raw, open_end=open_end)
    return _name(raw, theirs.at if not ours.look(1) else None)


def _drain(window: _Window, into: list[tuple[int, bytes]], raw: _Raw) -> None:
    while not raw.full() and (item := window.take()) is not None:
        into.append((window.at - 1, item))


def _step_over(ours: _Window, theirs: _Window, raw: _Raw, *, open_end: bool) -> None:
    """Both differ here: find the nearest place where they agree again and note what lies between."""
    mine, other = _meeting(ours, theirs, open_end=open_end)
    while mine and other:
        raw.edits.append((theirs.at, ours.take() or b"", theirs.take() or b""))
        mine, other = mine - 1, other - 1
    for _ in range(mine):
        raw.added.append((ours.at, ours.take() or b""))
    for _ in range(other):
        raw.gone.append((theirs.at, theirs.take() or b""))


def _meeting(ours: _Window, theirs: _Window, *, open_end: bool) -> tuple[int, int]:
    """How many items to step over on each side; (1, 1) where they do not meet again within the widest window."""
    for width in WINDOWS:
        here, there = ours.look(width), theirs.look(width)
        places: dict[bytes, int] = {}
        for at, item in enumerate(islice(there, width)):
            places.setdefault(item, at)
        best: tuple[int, int] | None = None
        for at, item in enumerate(islice(here, width)):
            if best is not None and at > sum(best):
                break
            place = places.get(item)
            if place is not None and (best is None or _distance(at, place) < _distance(*best)):
                best = (at, place)
        if best is not None:
            return best
        if len(there) < width and (open_end or len(here) < width):
            return (min(len(here), len(there)) if open_end else len(here), len(there))
    return (1, 1)


def _distance(mine: int, other: int) -> tuple[int, int]:
    """Nearer meetings first; of equally near ones that which needs no shift (an edit rather than a move)."""
    return mine + other, abs(mine - other)


def _name(raw: _Raw, end: int | None) -> list[Act]:
    """`end` is the size of the believed tree when the found leaves ended before or with it."""
    acts = _cut_off(raw, end) + _moves(raw)
    now = {at: actual for at, actual, _ in raw.edits}
    home = {expected: at for at, _, expected in raw.edits}
    done: set[int] = set()
    for at, actual, expected in raw.edits:
        other = home.get(actual)
        if at in done:
            continue
        if actual == ABSENT:
            acts.append(Act("leaf.deleted", at))
        elif other is None:
            acts.append(Act("leaf.edited", at))
        elif now[other] == expected:
            acts.append(Act("leaf.swapped", min(at, other), max(at, other)))
            done.add(other)
        else:
            acts.append(Act("leaf.moved", other, at))
    return sorted(acts, key=lambda act: (act.leaf, act.code))


def _cut_off(raw: _Raw, end: int | None) -> list[Act]:
    """Leaves that are gone up to the very end were cut off, unless they stand elsewhere or were just pushed out."""
    elsewhere = {leaf for _, leaf in raw.added}
    pushed = len(elsewhere - {leaf for _, leaf in raw.gone})
    first = end
    while raw.gone and first is not None and raw.gone[-1][0] == first - 1 and raw.gone[-1][1] not in elsewhere:
        first = raw.gone.pop()[0]
    if end is None or first is None or end - first <= pushed:
        return []
    return [Act("log.truncated", first, end)]


def _moves(raw: _Raw) -> list[Act]:
    """Leaves that are missing at one place and stand at another; what remains was deleted or inserted."""
    stands = {leaf: at for at, leaf in raw.added}
    acts, moved = [], set()
    for at, leaf in raw.gone:
        to = stands.get(leaf)
        if to is None:
            acts.append(Act("leaf.deleted", at))
            continue
        moved.add(leaf)
        near = abs(to - at) == 1
        acts.append(Act("leaf.swapped", min(at, to), max(at, to)) if near else Act("leaf.moved", at, to))
    acts += [Act("leaf.inserted", at) for at, leaf in raw.added if leaf not in moved]
    return acts
