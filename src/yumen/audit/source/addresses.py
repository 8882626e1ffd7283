"""Absolute addresses a program calls or shows, each with the place it is written at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from yumen.audit.finding import Certainty, InFile
from yumen.audit.source import hosts
from yumen.audit.source.facts import Facts
from yumen.audit.source.gathered import look
from yumen.audit.source.hosts import Address
from yumen.audit.source.program import Program
from yumen.audit.source.sites import at, package


class Origin(NamedTuple):
    """Scheme, host and port that calls go to: the place it is written at, the interface that is called, how often."""

    address: Address
    place: InFile
    api: str
    calls: int
    certainty: Certainty
    package: str
    """Whose code calls it; empty where the brand's own does."""


_SHOWING: Final = frozenset({"src", "poster", "style"})
_CALLED: Final[WeakKeyDictionary[Program, list[Origin]]] = WeakKeyDictionary()
"""What was worked out for a program that is still there: several rules ask."""


def called(program: Program) -> list[Origin]:
    """Each origin once, at the text it comes from; calls that lead there are counted."""
    known = _CALLED.get(program)
    if known is None:
        known = _CALLED[program] = _called(program)
    return known


def _called(program: Program) -> list[Origin]:
    found: dict[str, Origin] = {}
    for request in program.requests:
        for url in request.urls:
            address = hosts.address(url.start)
            if address is None or not is_complete(url.start, url.whole) or hosts.is_sample(address.host):
                continue
            known = found.get(address.name)
            if known is not None:
                whose = known.package and package(program, request.file)
                found[address.name] = known._replace(calls=known.calls + 1, package=whose)
                continue
            place = written_at(program, address) or at(
                program, request.file, *_span(program, request.file, request.call)
            )
            whose = package(program, request.file)
            found[address.name] = Origin(address, place, request.api, 1, Certainty.PROVEN, whose)
    return sorted(found.values(), key=lambda one: (one.place.path, one.place.start, one.address.name))


def is_complete(text: str, whole: bool) -> bool:
    """Does the known start of an address include all of its host? `https://` + unknown does not."""
    rest = text.partition("//")[2]
    return whole or any(mark in rest for mark in "/?#")


def written_at(program: Program, address: Address) -> InFile | None:
    """The first literal with that origin, in the order of files."""
    return program.origins.get(address.name)


def shown(program: Program) -> Iterator[tuple[Address, InFile]]:
    """Addresses of pictures, fonts and style sheets in templates and styles."""
    for file, addresses in program.gathered.told(_shown):
        for one, start, end in addresses if program.is_own(file) else ():
            yield one, at(program, file, start, end)
    for style in program.styles:
        for text, start in style.remote:
            address = hosts.address(text)
            if address is not None:
                yield address, InFile(style.path, start, start + len(text))


@look
def _shown(facts: Facts) -> list[tuple[Address, int, int]]:
    """Addresses in the attributes of tags, with the places of those."""
    found = []
    for tag in facts.tags:
        for attribute in tag.attributes:
            if attribute.name in _SHOWING and "//" in attribute.text:
                start = attribute.text.find("http")
                address = hosts.address(attribute.text[max(start, 0) :])
                if address is not None and "{{" not in address.host:
                    found.append((address, attribute.start, attribute.end))
    return found


def _span(program: Program, file: int, call: int) -> tuple[int, int]:
    made = program.facts[file].calls[call]
    return made.start, made.end
