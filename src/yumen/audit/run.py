"""One audit: collect, judge, place, compare, plan. What comes out depends on the input alone, apart from the time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from yumen.audit import baseline, plan, rules, score, suppress
from yumen.audit.collect import Ways, collect
from yumen.audit.declaration import Declaration
from yumen.audit.finding import Finding, InFile, Place, Step, fingerprint
from yumen.audit.judging import judge
from yumen.audit.places import Places
from yumen.audit.reading import base_of, read_declaration
from yumen.audit.redact import scrub
from yumen.audit.result import Case, Folded, Lapsed, Result, State, Station
from yumen.audit.rule import Effect, Rule
from yumen.audit.source import SourceEvidence, unfollowed, without_collecting
from yumen.audit.world import World
from yumen.kit.errors import Code, Fact

UNKNOWN_RULE: Final = Code("audit.unknown_rule", 422)
UNFOLLOWED_MAX: Final = 20
"""Files that are named in which something could not be followed."""
Progress = Callable[[str, int, int], None]
"""A stage (`audit.stage.<stage>`), how far, of how much (0: not known)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants. `only` and `skip` hold rule ids, their letters (`HST`) or areas (`hosting`)."""

    path: Path
    taken_at: datetime
    on: date
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    severity: Effect = Effect.ADVICE
    baseline: Path | None = None
    ways: Ways = field(default_factory=Ways)


def run(asked: Asked, progress: Progress) -> Result:
    """Audit a folder. Raises a `Problem` for a declaration, a baseline or a rule that cannot be understood."""
    with without_collecting():
        return _run(asked, progress)


def _run(asked: Asked, progress: Progress) -> Result:
    declaration, origin = read_declaration(asked.path)
    known = baseline.read(asked.baseline) if asked.baseline is not None else None
    chosen = choose(rules.load(), asked)
    world = World(base_of(asked.path), asked.taken_at, asked.on)
    if origin is not None:
        world.read(origin)
    evidence = collect(world, declaration, asked.ways, _needed(chosen), progress)
    progress("judge", 0, len(chosen))
    judged = judge(chosen, evidence)
    progress("place", 0, len(judged.findings))
    places = Places(tuple(dict.fromkeys((world.base, *(world.base / code for code in declaration.evidence.code)))))
    _tell_unfollowed(world, evidence.get(SourceEvidence), places)
    own = [one for one in judged.findings if not one[1].package]
    cases, lapsed = _place(own, places, declaration, asked.on)
    standing = tuple(case for case in cases if case.state is not State.SUPPRESSED)
    comparison = None
    if known is not None:
        standing, comparison = baseline.compare(standing, known, frozenset(rule.id for rule in chosen))
    return Result(
        subject=declaration.service.name if declaration.service else world.base.resolve().name,
        version=(declaration.service.version or "") if declaration.service else "",
        taken_at=asked.taken_at,
        on=asked.on,
        digest=world.digest,
        digests=MappingProxyType(dict(sorted(world.digests.items()))),
        rules=tuple(chosen),
        checked=tuple(judged.checked),
        cases=standing,
        suppressed=tuple(case for case in cases if case.state is State.SUPPRESSED),
        missing=tuple(judged.missing),
        unread=tuple(sorted(world.unread, key=lambda one: (one.name, one.code))),
        scores=score.score(chosen, {one.id for one in judged.checked}, {case.rule.id for case in standing}),
        plan=plan.make(standing, asked.on),
        owners=MappingProxyType(dict(declaration.owners)),
        comparison=comparison,
        lapsed=(*suppress.strangers(declaration.suppress, rules.load()), *lapsed),
        others=_fold(judged.findings, places, declaration, asked.on),
    )


def _tell_unfollowed(world: World, source: SourceEvidence | None, places: Places) -> None:
    """Where the ways of data could not be followed: file by file, and from a number on only how many more."""
    told = [one for program in (source.programs if source else ()) for one in unfollowed(program)]
    for one in told[:UNFOLLOWED_MAX]:
        line = places.line(one.path, one.start)
        world.skip(places.located(one.path), f"unfollowed_{one.why}", count=one.count, line=line[0] if line else 1)
    rest = told[UNFOLLOWED_MAX:]
    if rest:
        name = places.located(rest[0].path)
        world.skip(name, "unfollowed_more", files=len(rest), count=sum(one.count for one in rest))


def choose(known: Mapping[str, Rule], asked: Asked) -> list[Rule]:
    """The rules this run is about. A word that names no rule raises `audit.unknown_rule`."""
    for word in (*asked.only, *asked.skip):
        if not any(_means(word, rule) for rule in known.values()):
            raise UNKNOWN_RULE(rule=word)
    worst = list(Effect)[: list(Effect).index(asked.severity) + 1]
    return [
        rule
        for rule in known.values()
        if rule.effect in worst
        and (not asked.only or any(_means(word, rule) for word in asked.only))
        and not any(_means(word, rule) for word in asked.skip)
    ]


def _means(word: str, rule: Rule) -> bool:
    return word in {rule.id, rule.id[:3], rule.area.value}


def _needed(chosen: Iterable[Rule]) -> frozenset[type]:
    return frozenset(kind for rule in chosen for kind in (*rule.needs.values(), *rule.wants.values()))


def _place(
    findings: Sequence[tuple[Rule, Finding]], places: Places, declaration: Declaration, on: date
) -> tuple[tuple[Case, ...], tuple[Lapsed, ...]]:
    cases, lapsed, seen = [], [], Counter[str]()
    for rule, told in findings:
        finding = _located(told, places)
        mark = fingerprint(rule.id, finding)
        seen[mark] += 1
        case = _case(rule, finding, mark if seen[mark] == 1 else f"{mark}-{seen[mark]}", places)
        verdict = suppress.judge(rule.id, finding.place, case.line, places, declaration.suppress, on)
        if verdict.lapsed is not None:
            lapsed.append(verdict.lapsed)
        if verdict.reason:
            case = replace(case, state=State.SUPPRESSED, reason=verdict.reason)
        cases.append(case)
    cases.sort(key=lambda case: case.order)
    return tuple(cases), _distinct(lapsed)


def _fold(
    findings: Sequence[tuple[Rule, Finding]], places: Places, declaration: Declaration, on: date
) -> tuple[Folded, ...]:
    """What stands in somebody else's code: the first case for each rule and package, and how many there are."""
    groups: dict[tuple[str, str], list[tuple[Rule, Finding]]] = defaultdict(list)
    for rule, finding in findings:
        if finding.package:
            groups[finding.package, rule.id].append((rule, finding))
    folded = []
    for (package, _), group in groups.items():
        cases, _lapsed = _place(group[:1], places, declaration, on)
        folded += [Folded(package, case, len(group)) for case in cases if case.state is not State.SUPPRESSED]
    return tuple(sorted(folded, key=lambda one: (one.package, one.case.order)))


def _distinct(lapsed: Iterable[Lapsed]) -> tuple[Lapsed, ...]:
    kept = {(one.place, one.rule, one.code): one for one in lapsed}
    return tuple(kept[key] for key in sorted(kept))


def _located(finding: Finding, places: Places) -> Finding:
    """Paths from the audited folder, whatever root the rule saw."""
    path = tuple(replace(step, place=_from_base(step.place, places)) for step in finding.path)
    return replace(finding, place=_from_base(finding.place, places), path=path)


def _from_base(place: Place, places: Places) -> Place:
    return replace(place, path=places.located(place.path)) if isinstance(place, InFile) else place


def _case(rule: Rule, finding: Finding, mark: str, places: Places) -> Case:
    facts = _scrubbed(finding.facts)
    stations = tuple(_station(step, places) for step in finding.path)
    if not isinstance(finding.place, InFile):
        return Case(rule, finding, mark, facts, stations=stations)
    path, start, end = finding.place.path, finding.place.start, finding.place.end
    if not start and not end:  # the file as a whole
        return Case(rule, finding, mark, facts, stations=stations)
    line, column = places.line(path, start) or (None, None)
    snippet = places.snippet(path, start, finding.hidden) if line is not None else None
    return Case(rule, finding, mark, facts, line=line, column=column, snippet=snippet, stations=stations)


def _station(step: Step, places: Places) -> Station:
    line = None
    if isinstance(step.place, InFile):
        line, _ = places.line(step.place.path, step.place.start) or (None, None)
    return Station(step.place.name, line, step.code, _scrubbed(step.facts))


def _scrubbed(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: scrub(value) if isinstance(value, str) else value for name, value in facts.items()}
