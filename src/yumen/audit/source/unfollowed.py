"""Where following ended before the end: calls to addresses nobody can tell, code made to be hard, too many ways in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from yumen.audit.source.program import Program


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """`why` is `request`, `deep` or `cut`; `count` places in the file `path`, the first at byte `start`."""

    why: str
    path: str
    start: int
    count: int


def unfollowed(program: Program) -> Iterator[Unfollowed]:
    """By file, in the order of files; nothing when no rule asked for the ways of data."""
    if not program.was_followed:
        return
    values = program.flows_found.values
    for why, files in (("deep", values.given_up), ("cut", values.cut)):
        for file in sorted(files):
            yield Unfollowed(why, program.facts.paths[file], 0, 1)
    places: dict[int, set[int]] = {}
    for request in program.requests:
        if request.api.startswith("cloud.") or any(url.start for url in request.urls):
            continue
        file, call = request.hops[-1] if request.hops else (request.file, request.call)
        if program.is_own(file):
            places.setdefault(file, set()).add(program.facts[file].calls[call].start)
    for file, starts in sorted(places.items()):
        yield Unfollowed("request", program.facts.paths[file], min(starts), len(starts))
