"""The catalogue of clauses, and which rules check each: what a rule names, or an honest "manual"."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from yumen.audit.rule import Rule
from yumen.kit.i18n import Language
from yumen.law import Tag


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement of law, platform, or our advice."""

    grade: Tag
    sure: Literal["sourced", "memory", "interpretation"]
    effective_on: date
    binds: str
    """A code: `audit.binds.<binds>`."""
    evidence: tuple[str, ...]
    article_en: str
    article_zh: str
    en: str
    zh: str
    source: str = ""
    manual_en: str = ""
    manual_zh: str = ""

    def title(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def article(self, language: Language) -> str:
        return self.article_zh if language == "zh" else self.article_en

    def manual(self, language: Language) -> str:
        return self.manual_zh if language == "zh" else self.manual_en


@dataclass(frozen=True, slots=True)
class _File:
    review_on: date
    clause: dict[str, Clause]


def clauses() -> Mapping[str, Clause]:
    """Every clause by id, in the order of the file."""
    return _file().clause


def clause(name: str) -> Clause:
    """One clause. An unknown id is our defect: KeyError."""
    return _file().clause[name]


def review_on() -> date:
    """The day by which somebody reads the texts again."""
    return _file().review_on


def coverage(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """The ids of the rules that check each clause; none where a person has to look."""
    found: dict[str, list[str]] = {name: [] for name in clauses()}
    for rule in rules:
        for name in rule.requirements:
            found[name].append(rule.id)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


@cache
def _file() -> _File:
    text = (resources.files("yumen.audit") / "requirements.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)
