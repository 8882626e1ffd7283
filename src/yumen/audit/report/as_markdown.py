"""The report as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Final

from yumen.audit.pages import page
from yumen.audit.report import words
from yumen.audit.requirements import clause
from yumen.audit.result import Case, Result
from yumen.audit.rule import Effect
from yumen.kit.i18n import Language

PLACES_MAX: Final = 20
_ADDRESS: Final = re.compile(r"((?:\w+://|www\.)[^\s，。；、）]*[^\s，。；、）),.;:])")
"""What Markdown would take for a link, unasked."""
_CODE: Final = "\ue000"
"""Stands for the marks of code while the facts are filled in: a private character."""


def render(result: Result, languages: tuple[Language, ...]) -> str:
    """One part a language."""
    return "\n---\n\n".join(_one(result, language) for language in languages)


def _one(result: Result, language: Language) -> str:
    first, second = words.headline(result, language)
    parts = [
        f"# {words.say('head.title', language)} · {plain(result.subject)}\n\n**{first}** {second}\n",
        _grades(result, language),
        _findings(result, language),
        _others(result, language),
        _plan(result, language),
        _unchecked(result, language),
        words.say("head.foot", language) + "\n",
    ]
    return "\n".join(part for part in parts if part)


def plain(said: str) -> str:
    """Text that Markdown takes for text: nothing that was read can become markup or a link. Addresses are code."""
    pieces = _ADDRESS.split(said.replace("\n", " "))
    return "".join(code(piece) if number % 2 else _escaped(piece) for number, piece in enumerate(pieces))


def code(said: str) -> str:
    """A stretch of code; what would end it is left out."""
    return f"`{said.replace('`', '')}`"


def _escaped(said: str) -> str:
    for mark in "\\`*_[]|#":
        said = said.replace(mark, f"\\{mark}")
    return said.replace("<", "&lt;").replace(">", "&gt;")


def sentence(case: Case, language: Language) -> str:
    """What was found, with the code that the rule's own sentence marks as such."""
    template = page(case.rule, language).found.replace("`", _CODE)
    pieces = words.fill(template, case.facts, language).split(_CODE)
    return "".join(code(piece) if number % 2 and piece else plain(piece) for number, piece in enumerate(pieces))


def _grades(result: Result, language: Language) -> str:
    names = [*(f"effect.{effect}" for effect in Effect), "effect.none"]
    counts = [*(result.count(effect) for effect in Effect), len(result.unchecked)]
    heads = "| " + " | ".join(words.say(name, language) for name in names) + " |"
    return f"{heads}\n|{' ---: |' * len(names)}\n| {' | '.join(map(str, counts))} |\n"


def _findings(result: Result, language: Language) -> str:
    parts = []
    for _, group in groupby(result.cases, key=lambda case: case.rule.id):
        parts.append(_rule(list(group), language))
    return f"## {words.say('head.findings', language)}\n\n" + "\n".join(parts) if parts else ""


def _rule(cases: list[Case], language: Language) -> str:
    rule = cases[0].rule
    text = page(rule, language)
    tags = f"{words.say(f'effect.{rule.effect}', language)} · {words.say(f'grade.{rule.grade}', language)}"
    laws = "; ".join(clause(name).article(language) for name in rule.requirements)
    lines = [f"- {code(words.place(case, language))} {sentence(case, language)}" for case in cases[:PLACES_MAX]]
    if len(cases) > PLACES_MAX:
        lines.append(f"- {words.say('head.more', language, count=len(cases) - PLACES_MAX)}")
    return f"### {rule.id} {text.title}\n\n{tags} · {laws}\n\n{text.why}\n\n" + "\n".join(lines) + f"\n\n→ {text.way}\n"


def _others(result: Result, language: Language) -> str:
    lines = [
        f"- {plain(one.package)}: {one.case.rule.id} ×{one.count} {plain(words.title(one.case.rule, language))}"
        for one in result.others
    ]
    head = f"## {words.say('head.others', language)}\n\n{words.say('head.others_note', language)}\n\n"
    return head + "\n".join(lines) + "\n" if lines else ""


def _plan(result: Result, language: Language) -> str:
    if not result.plan:
        return ""
    heads = [words.say(f"head.{head}", language) for head in ("step", "closes", "owner", "effort", "due", "left")]
    lines = [f"## {words.say('head.plan', language)}\n", "| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for step in result.plan:
        cells = (
            f"{step.rule.id} {words.title(step.rule, language)}",
            str(step.cases),
            plain(words.owner(result, step.owner, language)),
            words.effort(step.hours, language),
            step.due.isoformat(),
            str(step.left),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _unchecked(result: Result, language: Language) -> str:
    whole = Counter(one.need for one in result.missing if not one.partly)
    lines = [
        f"- {count} · {words.say(f'need.{need}', language)}: `{words.supply(need, language)}`"
        for need, count in sorted(whole.items())
    ]
    lines += sorted({f"- {one.rule.id}: {plain(words.missing(one, language))}" for one in result.missing if one.partly})
    lines += [f"- {plain(one.name)}: {plain(words.unread(one, language))}" for one in result.unread]
    return f"## {words.say('head.not_checked', language)}\n\n" + "\n".join(lines) + "\n" if lines else ""
