"""One broken place, and what a rule may say about it.

A rule yields `Finding`s, and `Gap`s where evidence is there but not enough. Facts fill the `{placeholders}` of the
rule's sentence; they are shown to people, so a secret or a personal value goes through `redact.secret` or
`redact.personal` first. Offsets are bytes of the original file; line and column are counted once, by the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from yumen.kit.errors import Fact


class Certainty(StrEnum):
    """How sure a finding is. The order is that of the report."""

    PROVEN = "proven"
    """Every step was followed, or the fact was read as it stands."""
    LIKELY = "likely"
    """A name or a shape says so."""
    POSSIBLE = "possible"
    """Only a trace, as in minified code."""


@dataclass(frozen=True, slots=True)
class InFile:
    """A place in a file. `path` is relative to the audited root, with `/`; `start` and `end` are byte offsets;
    both 0 mean the file as a whole."""

    path: str
    start: int = 0
    end: int = 0

    @property
    def name(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class At:
    """A place that is no file: `kind` is a word of `audit.place.*` (domain, filing, table, column, policy, guide,
    account, flow, resource, declaration, package); `name` says which one (`db.orders.phone`)."""

    kind: str
    name: str


Place = InFile | At


@dataclass(frozen=True, slots=True)
class Step:
    """One station on the way from the cause to the finding: `code` is a sentence `audit.step.<code>` with facts."""

    place: Place
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at one place.

    `path`   the way it takes: source first, then hops, then the sink.
    `hidden` byte ranges of the file that no snippet may show (a secret, a person's value).
    `key`    what tells this finding from another of the same rule in the same file when lines move; by default the
             facts do.
    `people` how many persons it touches, where that is known.
    `package` whose code it stands in, where it is somebody else's (an npm package, a copied library, a machine-made
             file): such findings are folded into one line for each rule and package, beside those of the own code.
    """

    place: Place
    facts: Mapping[str, Fact] = field(default_factory=dict)
    certainty: Certainty = Certainty.PROVEN
    path: tuple[Step, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    key: str = ""
    people: int | None = None
    package: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be judged although evidence came: `code` is a sentence `audit.gap.<code>` with facts.

    `whole`: nothing at all could be judged, so the rule counts as not checked unless it found something all the same;
    otherwise only a part (one host among many) was left out.
    """

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    whole: bool = True


def fingerprint(rule: str, finding: Finding) -> str:
    """16 hex digits that stay when lines move: the rule, the place without its offset, and the key or the facts."""
    told = finding.key or "\x1f".join(f"{name}={value}" for name, value in sorted(finding.facts.items()))
    kind = finding.place.kind if isinstance(finding.place, At) else "file"
    parts = "\x1e".join((rule, kind, finding.place.name, told))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
