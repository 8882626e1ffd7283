"""Hand each rule the evidence it names, and keep what it says. A rule without evidence is not silent: it is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from yumen.audit.finding import Finding, Gap
from yumen.audit.result import Missing
from yumen.audit.rule import Rule

FINDINGS_PER_RULE_MAX: Final = 500
OTHERS_PER_RULE_MAX: Final = 5_000
"""Findings of one rule in somebody else's code; they are folded, so only their number grows."""


@dataclass(slots=True)
class Judged:
    """`checked` holds the rules that looked at something, wholly or in part."""

    findings: list[tuple[Rule, Finding]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    checked: list[Rule] = field(default_factory=list)


def judge(rules: Sequence[Rule], evidence: Mapping[type, Any]) -> Judged:
    """Every rule once, in the order given."""
    judged = Judged()
    for rule in rules:
        absent = next((kind for kind in rule.needs.values() if kind not in evidence), None)
        if absent is None:
            _ask(rule, evidence, judged)
        else:
            judged.missing.append(Missing(rule, need_of(absent)))
    return judged


def need_of(kind: type) -> str:
    """The word of a type of evidence: `SourceEvidence` → `source_evidence`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _ask(rule: Rule, evidence: Mapping[type, Any], judged: Judged) -> None:
    given = {name: evidence[kind] for name, kind in rule.needs.items()}
    given |= {name: evidence.get(kind) for name, kind in rule.wants.items()}
    found, others, whole, gaps = 0, 0, False, []
    for said in rule.judge(**given):
        if isinstance(said, Gap):
            gaps.append(Missing(rule, said.code, said.facts, partly=True))
            whole |= said.whole
            continue
        if said.package:
            others += 1
            if others <= OTHERS_PER_RULE_MAX:
                judged.findings.append((rule, said))
            continue
        found += 1
        if found > FINDINGS_PER_RULE_MAX:
            gaps.append(Missing(rule, "too_many", {"max": FINDINGS_PER_RULE_MAX}, partly=True))
            break
        judged.findings.append((rule, said))
    judged.missing.extend(gaps)
    if found or not whole:
        judged.checked.append(rule)
