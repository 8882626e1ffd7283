"""What reports say, in one language: sentences of `audit.*`, rules' pages filled with facts, days, places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from yumen.audit.finding import At
from yumen.audit.pages import page
from yumen.audit.result import Case, Missing, Result, Station
from yumen.audit.rule import Owner, Rule
from yumen.audit.world import Unread
from yumen.kit.errors import Fact
from yumen.kit.i18n import Language, text

SUPPLY: Final = {
    "source_evidence": 'evidence.code = ["miniprogram"]',
    "service": "[service]",
    "domains": "[domains]",
    "filings": "[[filing]]",
    "flows": "flow = []",
    "probes": "--probe",
    "inventory": 'evidence.inventory = ["plan.json"]',
    "policy_text": 'evidence.policy = ["privacy.md"]',
    "guide": 'evidence.guide = "guide.json"',
    "access_list": 'evidence.access = "access.csv"',
    "schema": "--db postgresql://…",
    "kept": "[[retention]]",
    "contract_texts": 'evidence.contracts = ["scc.docx"]',
    "egress_log": 'evidence.egress = ["egress.csv"]',
    "running": "yumen evidence export",
}
"""What one writes or calls to supply a type of evidence: code, the same in every language."""


def supply(need: str, language: Language) -> str:
    """What would supply that evidence."""
    return SUPPLY.get(need) or say("supply.part", language)


def say(code: str, language: Language, **facts: Fact) -> str:
    """The sentence `audit.<code>`."""
    return text(f"audit.{code}", language, **facts)


def title(rule: Rule, language: Language) -> str:
    return page(rule, language).title


def found(case: Case, language: Language) -> str:
    """The rule's sentence with the facts of this case; a fact that is a word of ours is told in the language."""
    return fill(page(case.rule, language).found, case.facts, language)


def place(case: Case, language: Language) -> str:
    """Where it is: `pages/a.js:12`, or what kind of thing it is with its name."""
    at = case.finding.place
    if not isinstance(at, At):
        return case.place
    name = worded("kind", at.name, language)
    return name if name != at.name else f"{say(f'place.{at.kind}', language)} {name}"


def fill(sentence: str, facts: Mapping[str, Fact], language: Language) -> str:
    """Fill placeholders; one without a fact stays as it is, so that a slip is seen."""
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence.format_map(_Told({name: worded(name, value, language) for name, value in facts.items()}))


def worded(name: str, value: Fact, language: Language) -> str:
    """A fact for people: `icp` → ICP filing, 1000000 → 1,000,000."""
    if isinstance(value, int):
        return f"{value:,}" if not name.endswith("year") else str(value)
    code = f"audit.word.{name}.{value}"
    told = text(code, language)
    return value if told == code else told


def station(one: Station, language: Language) -> str:
    """A step of the way, told."""
    facts = {name: worded(name, value, language) for name, value in one.facts.items()}
    return say(f"step.{one.code}", language, **facts)


def missing(one: Missing, language: Language) -> str:
    """Why a rule was not judged."""
    facts = {name: worded(name, value, language) for name, value in one.facts.items()}
    return say(f"gap.{one.need}" if one.partly else f"need.{one.need}", language, **facts)


def unread(one: Unread, language: Language) -> str:
    """Why something was not read; of source files the reason, and how many more share it."""
    if one.code == "source":
        more = int(one.facts.get("more", 0))
        said = say(f"skipped.{one.facts.get('why')}", language)
        return f"{said} (+{more})" if more else said
    return say(f"unread.{one.code}", language, **one.facts)


def day(value: date, language: Language) -> str:
    """A day in a sentence: 24 November 2026, 2026 年 11 月 24 日."""
    if language == "zh":
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return f"{value.day} {value:%B} {value.year}"


def short_day(value: date, language: Language) -> str:
    """A day in a table: 24 Nov, 11-24."""
    return f"{value:%m-%d}" if language == "zh" else f"{value.day} {value:%b}"


def headline(result: Result, language: Language) -> tuple[str, str]:
    """The two sentences of the first screen: what was found among how much, what was not checked, as of when."""
    checked, cases = len(result.checked), len(result.cases)
    code = "head.none" if not cases else "head.found_one" if cases == 1 else "head.found"
    first = say(code, language, checked=checked, found=cases)
    return first, say("head.unchecked", language, unchecked=len(result.unchecked), day=day(result.on, language))


def owner(result: Result, who: Owner, language: Language) -> str:
    """The people behind an owner, as the declaration names them."""
    return result.owners.get(who) or say(f"owner.{who}", language)


def effort(hours: int, language: Language) -> str:
    """Hours below a day, days above."""
    return say("hours", language, hours=hours) if hours < 16 else say("days_of_work", language, days=round(hours / 8))


class _Told(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
