"""What a run hands to a reporter: cases, what was not checked, and the words around them. Plain facts, no prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Owner, Rule
from yumen.audit.world import Unread
from yumen.kit.errors import Fact
from yumen.law import Tag


class State(StrEnum):
    NEW = "new"
    KNOWN = "known"
    """It stands in the baseline."""
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines of a file around a place, already scrubbed. `first` is the number of the first line."""

    first: int
    lines: tuple[str, ...]
    hit: int


@dataclass(frozen=True, slots=True)
class Station:
    """A step of the way with its line."""

    place: str
    line: int | None
    code: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Case:
    """One finding, placed and named. `line` and `column` count from 1."""

    rule: Rule
    finding: Finding
    fingerprint: str
    facts: Mapping[str, Fact]
    state: State = State.NEW
    line: int | None = None
    column: int | None = None
    snippet: Snippet | None = None
    stations: tuple[Station, ...] = ()
    reason: str = ""
    """Why it is suppressed, and until when."""

    @property
    def effect(self) -> Effect:
        return self.rule.effect

    @property
    def place(self) -> str:
        """`pages/a.js:12`, or the name of a place that is no file."""
        name = self.finding.place.name
        return name if self.line is None else f"{name}:{self.line}"

    @property
    def order(self) -> tuple[int, int, int, str, str, int, str]:
        """Worst first, then surest, then by place."""
        return (
            list(Effect).index(self.rule.effect),
            list(Certainty).index(self.finding.certainty),
            list(Area).index(self.rule.area),
            self.rule.id,
            self.finding.place.name,
            self.line or 0,
            self.fingerprint,
        )


@dataclass(frozen=True, slots=True)
class Folded:
    """What one rule found in somebody else's code: the first case, and how many there are."""

    package: str
    case: Case
    count: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A rule that was not judged, or not wholly: `need` is a sentence `audit.need.<need>` or `audit.gap.<need>`."""

    rule: Rule
    need: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score: a rule, what it weighs, and whether it was earned."""

    rule: Rule
    points: int
    outcome: str
    """found | passed | unchecked"""


@dataclass(frozen=True, slots=True)
class AreaScore:
    """The score of an area, law, platform and advice apart; `lines` explain it one by one."""

    area: Area
    lines: tuple[Line, ...]

    def points(self, grade: Tag) -> tuple[int, int]:
        """Earned and possible."""
        mine = [line for line in self.lines if line.rule.grade is grade]
        return sum(line.points for line in mine if line.outcome == "passed"), sum(line.points for line in mine)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One piece of work: all findings of a rule, who does it, how long, by when, what is left then."""

    rule: Rule
    cases: int
    owner: Owner
    hours: int
    due: date
    left: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the findings of an earlier run."""

    taken_at: str
    closed: tuple[str, ...]
    """`RULE place` of each that is gone."""
    new: int
    before: int


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A suppression that does not count: `code` is a sentence `audit.lapsed.<code>`."""

    place: str
    rule: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a report prints."""

    subject: str
    version: str
    taken_at: datetime
    on: date
    digest: str
    digests: Mapping[str, str]
    rules: tuple[Rule, ...]
    checked: tuple[Rule, ...]
    cases: tuple[Case, ...]
    suppressed: tuple[Case, ...]
    missing: tuple[Missing, ...]
    unread: tuple[Unread, ...]
    scores: tuple[AreaScore, ...]
    plan: tuple[PlanStep, ...]
    owners: Mapping[Owner, str]
    comparison: Comparison | None = None
    lapsed: tuple[Lapsed, ...] = ()
    others: tuple[Folded, ...] = ()
    """Findings in somebody else's code, one line for each rule and package; no score and no plan counts them."""

    @property
    def unchecked(self) -> tuple[Rule, ...]:
        """Rules that were not judged at all."""
        checked = {rule.id for rule in self.checked}
        return tuple(rule for rule in self.rules if rule.id not in checked)

    def count(self, effect: Effect) -> int:
        return sum(case.effect is effect for case in self.cases)

    def of(self, area: Area) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.rule.area is area)
