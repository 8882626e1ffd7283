"""What rules ask of every file, told in one pass over the facts.

The facts of a large program do not all lie in memory: those that lie packed are read again whenever somebody goes
through all files. So a rule that wants to know something of each file has a look for it, registered here, and the
first question takes one pass for all looks. Only what they tell is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

from yumen.audit.finding import InFile
from yumen.audit.source.facts import IMPORT, PROP, Attribute, Facts, Tag

WATCHED: Final = frozenset({"session_key", "sessionKey"})
"""Fields whose reads some rule asks for."""
T = TypeVar("T")
Look = Callable[[Facts], Any]
LOOKS: Final[list[Look]] = []
"""Those of all modules that were imported."""


def look(ask: Callable[[Facts], T]) -> Callable[[Facts], T]:
    """Register a question to one file; an answer that is empty is not kept."""
    LOOKS.append(ask)
    return ask


class Import(NamedTuple):
    """A module that a file takes, by the text it is written with."""

    file: int
    place: int
    module: str


class Read(NamedTuple):
    """A read of a watched field, by the number of its value."""

    file: int
    number: int
    name: str


class Opening(NamedTuple):
    """A tag with an `open-type`, and that attribute."""

    file: int
    tag: Tag
    type: Attribute


class Gathered:
    """In the order of files and places."""

    def __init__(self, facts: Mapping[int, Facts], paths: Sequence[str], looks: Sequence[Look] = LOOKS) -> None:
        self._facts = facts
        self._paths = paths
        self._looks = looks
        self._told: dict[Look, list[tuple[int, Any]]] = {}
        self._seen = 0
        """How many files every look so far has seen; linking may add some."""

    def told(self, ask: Callable[[Facts], T | None]) -> list[tuple[int, T]]:
        """What a registered look was told, with the numbers of the files that told something."""
        self._take([one for one in self._looks if one not in self._told], 0, self._seen)
        now = len(self._paths)
        self._take(self._looks, self._seen, now)
        self._seen = now
        return self._told[ask]

    def _take(self, looks: Sequence[Look], start: int, end: int) -> None:
        pairs = [(ask, self._told.setdefault(ask, [])) for ask in looks]
        for file in range(start, end) if pairs else ():
            facts = self._facts[file]
            for ask, found in pairs:
                if answer := ask(facts):
                    found.append((file, answer))

    @cached_property
    def subjects(self) -> dict[str, InFile]:
        """The first place that speaks of each subject of `words`."""
        found: dict[str, InFile] = {}
        for _, (path, words) in self.told(_words):
            for subject, place in words.items():
                found.setdefault(subject, InFile(path, place, place))
        return found

    @cached_property
    def imports(self) -> list[Import]:
        """Modules that files take."""
        return [Import(file, *one) for file, (taken, _) in self.told(_values) for one in taken]

    @cached_property
    def reads(self) -> list[Read]:
        """Reads of watched fields."""
        return [Read(file, *one) for file, (_, read) in self.told(_values) for one in read]

    @cached_property
    def openings(self) -> list[Opening]:
        """Tags that open something."""
        return [Opening(file, *one) for file, opening in self.told(_openings) for one in opening]


@look
def _words(facts: Facts) -> tuple[str, dict[str, int]] | None:
    return (facts.path, facts.words) if facts.words else None


@look
def _values(facts: Facts) -> tuple[list[tuple[int, str]], list[tuple[int, str]]] | None:
    taken, read = [], []
    for number, value in enumerate(facts.values):
        if value[0] == PROP:
            if value[2] in WATCHED:
                read.append((number, str(value[2])))
        elif value[0] == IMPORT:
            taken.append((facts.places[number], str(value[1])))
    return (taken, read) if taken or read else None


@look
def _openings(facts: Facts) -> list[tuple[Tag, Attribute]]:
    return [
        (tag, type_) for tag in facts.tags if tag.attributes and (type_ := tag.get("open-type", "openType")) is not None
    ]
