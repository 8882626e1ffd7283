"""What following a value ends in, and the indexes that following needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from yumen.audit.source.context import Context, Contexts, Key
from yumen.audit.source.files import Files
from yumen.audit.source.memo import Memo
from yumen.audit.source.modules import Modules

KNOWN_MAX: Final = 30_000
"""Answers remembered at a time, or 8 MiB. Most are asked for again by the same file only."""
API: Final = -1
"""File number of names of the interface; their `value` is a text."""
NAMESPACE: Final = -1
"""Value number of all exports of a file."""


class Thing(NamedTuple):
    """`value` number of `file`, looked at through `context`; for names of the interface the dotted name."""

    file: int
    value: int | str
    context: Context | None = None


class Indexes:
    """What linking finds out, for following to use. Call `forget` when one of them grew."""

    def __init__(self, files: Files, modules: Modules) -> None:
        self.files = files.held
        self.listed = files
        self.modules = modules
        self.contexts = Contexts()
        self.stored: dict[tuple[int, int], dict[str, list[Thing]]] = defaultdict(lambda: defaultdict(list))
        """What was put into an object, array, cell or `this`, by its value number and field."""
        self.data: dict[tuple[int, int], dict[str, list[Thing]]] = defaultdict(lambda: defaultdict(list))
        """Page data by file and number of THIS."""
        self.globals: dict[str, list[Thing]] = defaultdict(list)
        self.app: list[Thing] = []
        self.bound: dict[tuple[Key, int], list[Thing]] = defaultdict(list)
        """What callbacks are called with."""
        self.callers: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        self.settled: dict[Key, list[Thing]] = defaultdict(list)
        """What the executor of a promise resolves with."""
        self.storage: dict[str, list[Thing]] = defaultdict(list)
        """What was written to the shopper's storage, by key."""
        self.received: set[tuple[Key, int]] = set()
        """Parameters that an event of a template hands something personal."""
        self._data_files: dict[str, int] = {}
        """Numbers of JSON files that scripts require."""
        self.given_up: set[int] = set()
        """Files in which following went too deep somewhere."""
        self.cut: set[int] = set()
        """Files with a way out that has more ways in than are followed."""
        self._memo: Memo[Thing] = Memo()
        self._by_name: dict[tuple[int, int], dict[str, list[int]]] = {}
        self._this: dict[int, dict[int, list[int]]] = {}
        self._members: dict[tuple[Thing, str], tuple[Thing, ...] | None] = {}
        self._asked = 0
        """How many questions for fields are open."""

    def forget(self) -> None:
        self._memo.forget()
        self._members.clear()
        self._asked = 0

    def tidy(self) -> None:
        """Forget answers that fill the memory. Only between questions."""
        if len(self._memo.known) + len(self._members) > KNOWN_MAX:
            self.forget()
            self._by_name.clear()
            self._this.clear()

    def op(self, thing: Thing) -> int:
        """The operation of a thing; -1 for names of the interface and whole modules."""
        file, number, _ = thing
        if file < 0 or number < 0:  # type: ignore[operator]  # a number wherever there is a file
            return -1
        return self.files[file].values[number][0]  # type: ignore[index, return-value]

    def value(self, thing: Thing) -> Sequence[Any]:
        """The tuple behind a thing of a file."""
        return self.files[thing[0]].values[thing[1]]  # type: ignore[index]  # a number wherever there is a file

    def api(self, thing: Thing) -> str:
        """The dotted name, if it is one of the interface."""
        return thing.value if isinstance(thing.value, str) else ""
