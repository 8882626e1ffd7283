"""Requests that wait for each other before the first screen is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.context import Key
from yumen.audit.source.sites import at
from yumen.kit.errors import Fact
from yumen.law import Tag

IN_A_ROW_MIN: Final = 3
"""Requests one after the other; two are a login and what it opens."""
DEPTH_MAX: Final = 12
_AFTER_FAILURE: Final = frozenset({"fail", "complete", "catch", "reject", "onRejected"})


@rule("SRC136", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.network",), effort=Effort.DAY)
def requests_wait_for_each_other_at_the_start(source: SourceEvidence) -> Iterator[Finding]:
    """At the start requests wait for each other.

    Each step costs a whole round trip: 50 ms at home, a second in a lift. Three in a row are three seconds of a white
    page for whoever stands there. What runs behind `await` is not seen by this check.

    Found: from `{hook}`, {calls} requests start only when the one before them has answered.

    Way out: Ask for what does not depend on each other at the same time (`Promise.all`), let the server answer the
    first screen with one request, and show what is kept from last time meanwhile.
    """
    for program in source.programs:
        sites = _sites(program)
        deepest: dict[str, _Chain] = {}
        for key, hook in program.starting.items():
            chain = _chain(program, sites, key, frozenset())
            if chain is not None and chain.calls > deepest.get(hook, _NONE).calls:
                deepest[hook] = chain
        for hook, chain in sorted(deepest.items()):
            if chain.calls >= IN_A_ROW_MIN:
                facts: dict[str, Fact] = {"hook": hook, "calls": chain.calls}
                place = at(program, chain.file, chain.start, chain.end)
                yield Finding(place, facts, Certainty.LIKELY, key=hook)


class _Site(NamedTuple):
    """A request as its outermost caller writes it: `until` is the end of what waits for it."""

    start: int
    end: int
    until: int


class _Chain(NamedTuple):
    """The longest row of requests from a function on, and the place of its first."""

    calls: int
    file: int
    start: int
    end: int


_NONE: Final = _Chain(0, 0, 0, 0)
Sites = dict[Key, list[_Site]]


def _sites(program: Program) -> Sites:
    """Requests of the own code by the function that makes them."""
    found: dict[Key, dict[int, _Site]] = defaultdict(dict)
    ends = {file: _ends((call.start, call.end) for call in facts.calls) for file, facts in enumerate(program.facts)}
    for request in program.requests:
        file, number = request.hops[-1] if request.hops else (request.file, request.call)
        if program.is_own(file):
            call = program.facts[file].calls[number]
            site = _Site(call.start, call.end, ends[file].get(call.start, call.end))
            found[Key(file, call.inside)][call.start] = site
    return {key: list(sites.values()) for key, sites in found.items()}


def _ends(spans: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The furthest end of calls that begin at one place: of `get().then(…)` that of `then`."""
    found: dict[int, int] = {}
    for start, end in spans:
        found[start] = max(end, found.get(start, 0))
    return found


def _chain(program: Program, sites: Sites, key: Key, above: frozenset[Key]) -> _Chain | None:
    """The longest row that begins in this function, or in one it calls."""
    if key in above or len(above) >= DEPTH_MAX:
        return None
    above |= {key}
    mine = sites.get(key, [])
    rows: list[_Chain] = []
    for site in mine:
        later = [_chain(program, sites, one, above) for one in _waiting(program, key, site)]
        calls = 1 + max((row.calls for row in later if row is not None), default=0)
        rows.append(_Chain(calls, key.file, site.start, site.end))
    beside = [one for one in _inner(program, key) if not any(_holds(program, site, one) for site in mine)]
    for one in (*program.flows_found.called_in(key), *beside):
        row = _chain(program, sites, one, above)
        if row is not None:
            rows.append(row)
    return max(rows, key=lambda row: row.calls, default=None)


def _waiting(program: Program, key: Key, site: _Site) -> Iterator[Key]:
    """Functions that run when the request has answered."""
    for one in _inner(program, key):
        if _holds(program, site, one) and program.facts[one.file].functions[one.function].name not in _AFTER_FAILURE:
            yield one


def _inner(program: Program, key: Key) -> list[Key]:
    functions = program.facts[key.file].functions
    return [Key(key.file, number) for number, one in enumerate(functions) if number and one.parent == key.function]


def _holds(program: Program, site: _Site, one: Key) -> bool:
    return site.start < program.facts[one.file].functions[one.function].start < site.until
