"""What many rules ask of every file, gathered in one pass: subjects, imports, reads of fields, ways to open something.

Little of a file is kept, so that a large program, whose facts do not all lie in memory, is unpacked once for all rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from yumen.audit.finding import InFile
from yumen.audit.source.facts import IMPORT, PROP, Attribute, Facts, Tag

WATCHED: Final = frozenset({"session_key", "sessionKey"})
"""Fields whose reads some rule asks for."""


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

    def __init__(self, files: Iterable[Facts]) -> None:
        self.subjects: dict[str, InFile] = {}
        """The first place that speaks of each subject of `words`."""
        self.imports: list[Import] = []
        self.reads: list[Read] = []
        self.openings: list[Opening] = []
        for file, facts in enumerate(files):
            for subject, place in facts.words.items():
                self.subjects.setdefault(subject, InFile(facts.path, place, place))
            self._values(file, facts)
            for tag in facts.tags:
                if tag.attributes and (type_ := tag.get("open-type", "openType")) is not None:
                    self.openings.append(Opening(file, tag, type_))

    def _values(self, file: int, facts: Facts) -> None:
        for number, value in enumerate(facts.values):
            if value[0] == PROP:
                if value[2] in WATCHED:
                    self.reads.append(Read(file, number, str(value[2])))
            elif value[0] == IMPORT:
                self.imports.append(Import(file, facts.places[number], str(value[1])))
