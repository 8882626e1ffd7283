"""The facts of a program's files by number: the first ones lie ready, of the others only bytes, read when asked for.

A large program would fill the memory otherwise. What is read again is the same as before, what linking added included.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, overload

from yumen.audit.source.cache import decode, encode
from yumen.audit.source.facts import Facts, Value
from yumen.audit.source.gathered import Gathered

READY_BYTES: Final = 8 * 1024 * 1024
"""Of source, whose facts lie ready: about the eightfold in memory, and enough for 2,000 ordinary files."""
RECENT_MAX: Final = 256
"""Facts that were read again and stay for a while."""


class Held(dict[int, Facts]):
    """Facts by number; asking for one that is not ready reads it."""

    def __init__(self, recent_max: int) -> None:
        super().__init__()
        self.packed: dict[int, tuple[bytes, str]] = {}
        self.added: dict[int, list[tuple[Value, int]]] = {}
        self._recent: deque[int] = deque()
        self._recent_max = recent_max
        self.read_again = 0
        """How many facts were."""

    def __missing__(self, number: int) -> Facts:
        facts = decode(*self.packed[number])
        self.read_again += 1
        for value, place in self.added.get(number, ()):
            facts.values.append(value)
            facts.places.append(place)
        if len(self._recent) >= self._recent_max:
            del self[self._recent.popleft()]
        self[number] = facts
        self._recent.append(number)
        return facts


class Files(Sequence[Facts]):
    """`held[number]` is `files[number]` without the detour of a call."""

    def __init__(self, ready_bytes: int = READY_BYTES, recent_max: int = RECENT_MAX) -> None:
        self.held = Held(recent_max)
        self.paths: list[str] = []
        self.lights: list[str] = []
        """Why a file was only looked at, or nothing."""
        self._left = ready_bytes
        self.gathered = Gathered(self.held, self.paths)

    def append(self, facts: Facts, packed: bytes | None = None) -> bytes | None:
        """One more file. `packed` are its facts as bytes, where somebody has them already; what is kept of them."""
        number = len(self.paths)
        self.paths.append(facts.path)
        self.lights.append(facts.light)
        if self._left >= facts.size:
            self._left -= facts.size
            self.held[number] = facts
            return None
        packed = encode(facts) if packed is None else packed
        self.held.packed[number] = (packed, facts.path)
        return packed

    def add(self, number: int, value: Value, place: int) -> int:
        """A value that linking makes up: its number."""
        facts = self.held[number]
        facts.values.append(value)
        facts.places.append(place)
        if number in self.held.packed:
            self.held.added.setdefault(number, []).append((value, place))
        return len(facts.values) - 1

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> Facts: ...

    @overload
    def __getitem__(self, index: slice) -> list[Facts]: ...

    def __getitem__(self, index: int | slice) -> Facts | list[Facts]:
        if isinstance(index, slice):
            return [self.held[number] for number in range(*index.indices(len(self.paths)))]
        if index < 0:
            index += len(self.paths)
        if not 0 <= index < len(self.paths):
            raise IndexError(index)
        return self.held[index]

    def __iter__(self) -> Iterator[Facts]:
        held = self.held
        for number in range(len(self.paths)):
            yield held[number]
