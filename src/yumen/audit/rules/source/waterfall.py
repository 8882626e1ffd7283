"""Requests that wait for each other before the first screen is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.context import Key
from yumen.audit.source.facts import Await, Condition, Facts
from yumen.audit.source.sites import at
from yumen.kit.errors import Fact
from yumen.law import Tag

IN_A_ROW_MIN: Final = 3
"""Requests one after the other; two are a login and what it opens."""
DEPTH_MAX: Final = 12
AWAITS_MAX: Final = 200
"""Of one function; the later ones are not looked at."""
_AFTER_FAILURE: Final = frozenset({"fail", "complete", "catch", "reject", "onRejected"})


@rule("SRC136", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.network",), effort=Effort.DAY)
def requests_wait_for_each_other_at_the_start(source: SourceEvidence) -> Iterator[Finding]:
    """At the start requests wait for each other.

    Each step costs a whole round trip: 50 ms at home, a second in a lift. Three in a row are three seconds of a white
    page for whoever stands there. Callbacks, promises and `await` all wait; what stands in one `Promise.all` does not.

    Found: from `{hook}`, {calls} requests start only when the one before them has answered.

    Way out: Ask for what does not depend on each other at the same time (`Promise.all`), let the server answer the
    first screen with one request, and show what is kept from last time meanwhile.
    """
    for program in source.programs:
        rows = _Rows(program)
        deepest: dict[str, _Chain] = {}
        for key, hook in program.starting.items():
            chain = rows.of(key)
            if chain.calls > deepest.get(hook, _NONE).calls:
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
    condition: int


class _Chain(NamedTuple):
    """The longest row of requests from a function on, and the place of its first."""

    calls: int
    file: int
    start: int
    end: int


class _Step(NamedTuple):
    """Something in the body of a function that asks a server: where it stands, and the row that begins there.

    `answers`: does an `await` around it wait for it? A function that returns nothing is not waited for.
    """

    start: int
    condition: int
    chain: _Chain
    answers: bool = True


_NONE: Final = _Chain(0, 0, 0, 0)
_ANY_TIME: Final = -2
"""In place of a condition: a function that is only written here may run before everything around it."""
Sites = dict[Key, list[_Site]]


class _Rows:
    """The longest row of each function, worked out once; of functions that call each other in a circle, one waits."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._sites = _sites(program)
        self._known: dict[Key, _Chain] = {}

    def of(self, key: Key, depth: int = 0) -> _Chain:
        """The longest row that begins in this function, or in one it calls."""
        if key not in self._known and depth < DEPTH_MAX:
            self._known[key] = _NONE
            awaits = _awaits(self._program.facts[key.file], key.function)
            self._known[key] = _longest(self._steps(key, depth + 1), awaits, self._program.facts[key.file].conditions)
        return self._known.get(key, _NONE)

    def _steps(self, key: Key, depth: int) -> list[_Step]:
        """Its requests, the functions it calls, and the functions written in it."""
        facts = self._program.facts[key.file]
        sites = self._sites.get(key, [])
        inner = _inner(facts, key)
        found = [self._request(key.file, site, inner, depth) for site in sites]
        for target, number in self._program.flows_found.called_in(key):
            call = facts.calls[number]
            found.append(_Step(call.start, call.condition, self.of(target, depth), self._answers(target)))
        for number in inner:
            start = facts.functions[number].start
            if not any(site.start < start < site.until for site in sites):
                found.append(_Step(start, _ANY_TIME, self.of(Key(key.file, number), depth)))
        return [step for step in found if step.chain.calls]

    def _answers(self, key: Key) -> bool:
        facts = self._program.facts[key.file]
        return bool(facts.functions[key.function].returns or _awaits(facts, key.function))

    def _request(self, file: int, site: _Site, inner: list[int], depth: int) -> _Step:
        """A request, and the longest row of what runs when it has answered."""
        functions = self._program.facts[file].functions
        waiting = [n for n in inner if site.start < functions[n].start < site.until]
        later = [self.of(Key(file, n), depth) for n in waiting if functions[n].name not in _AFTER_FAILURE]
        calls = 1 + max((row.calls for row in later), default=0)
        return _Step(site.start, site.condition, _Chain(calls, file, site.start, site.end))


def _awaits(facts: Facts, function: int) -> list[Await]:
    return [one for one in facts.awaits if one.inside == function][:AWAITS_MAX]


def _longest(steps: list[_Step], awaits: list[Await], conditions: list[Condition]) -> _Chain:
    """The longest row among steps of one function: what stands in an `await` is over before what follows begins."""
    over = [(one, chain) for one in awaits if (chain := _most(steps, one, awaits)).calls]
    rows = []
    for step in steps:
        before = [chain for one, chain in over if one.end <= step.start and _surely(one, step, conditions)]
        first = before[0] if before else step.chain
        rows.append(first._replace(calls=step.chain.calls + sum(chain.calls for chain in before)))
    return max(rows, key=lambda row: row.calls, default=_NONE)


def _most(steps: list[_Step], awaited: Await, awaits: list[Await]) -> _Chain:
    """The longest row in an `await`, without that of an `await` inside it."""
    within = [one for one in awaits if awaited.start < one.start < awaited.end]
    here = [
        step.chain
        for step in steps
        if step.answers
        and awaited.start < step.start < awaited.end
        and not any(one.start < step.start < one.end for one in within)
    ]
    return max(here, key=lambda chain: chain.calls, default=_NONE)


def _surely(awaited: Await, step: _Step, conditions: list[Condition]) -> bool:
    """Has the `await` run whenever the step runs?"""
    number = step.condition
    while number >= 0 and number != awaited.condition:
        number = conditions[number].around
    return number == awaited.condition


def _sites(program: Program) -> Sites:
    """Requests of the own code by the function that makes them."""
    found: dict[Key, dict[int, _Site]] = defaultdict(dict)
    ends: dict[int, dict[int, int]] = {}
    for request in program.requests:
        file, number = request.hops[-1] if request.hops else (request.file, request.call)
        if program.is_own(file):
            calls = program.facts[file].calls
            if file not in ends:
                ends[file] = _ends((one.start, one.end) for one in calls)
            call = calls[number]
            until = ends[file].get(call.start, call.end)
            found[Key(file, call.inside)][call.start] = _Site(call.start, call.end, until, call.condition)
    return {key: list(sites.values()) for key, sites in found.items()}


def _ends(spans: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The furthest end of calls that begin at one place: of `get().then(…)` that of `then`."""
    found: dict[int, int] = {}
    for start, end in spans:
        found[start] = max(end, found.get(start, 0))
    return found


def _inner(facts: Facts, key: Key) -> list[int]:
    """The functions written right in this one."""
    return [number for number, one in enumerate(facts.functions) if number and one.parent == key.function]
