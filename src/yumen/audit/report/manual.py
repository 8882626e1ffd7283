"""The manual page of a rule, and all of them as one document: what `--explain` prints and the docs show."""

from __future__ import annotations

from collections.abc import Iterable

from yumen.audit.pages import page
from yumen.audit.report.words import say
from yumen.audit.requirements import clause, clauses, coverage
from yumen.audit.rule import Area, Rule
from yumen.kit.i18n import Language


def manual_page(rule: Rule, language: Language, level: int = 1) -> str:
    """One page as Markdown."""
    text = page(rule, language)
    tags = " · ".join(
        say(code, language) for code in (f"effect.{rule.effect}", f"grade.{rule.grade}", f"area.{rule.area}")
    )
    resting = "\n".join(
        f"- {clause(name).article(language)} (`{name}`): {clause(name).title(language)}" for name in rule.requirements
    )
    return (
        f"{'#' * level} {rule.id} {text.title}\n\n{tags}\n\n{text.why}\n\n"
        f"**{say('head.found_short', language)}** {text.found}\n\n"
        f"**{say('head.out', language)}** {text.way}\n\n{resting}\n"
    )


def all_pages(rules: Iterable[Rule], language: Language) -> str:
    """Every page by area."""
    held = list(rules)
    parts = []
    for area in Area:
        mine = [rule for rule in held if rule.area is area]
        if mine:
            parts.append(f"## {say(f'area.{area}', language)}\n")
            parts.extend(manual_page(rule, language, 3) for rule in mine)
    return "\n".join(parts)


def coverage_matrix(rules: Iterable[Rule], language: Language) -> str:
    """Every clause with the rules that check it, or what a person has to look at."""
    checked = coverage(rules)
    heads = ("requirement", "article", "since_day", "binds", "checked_by", "reading")
    lines = ["| " + " | ".join(say(f"head.{head}", language) for head in heads) + " |", "|" + " --- |" * len(heads)]
    for name, one in clauses().items():
        by = ", ".join(checked[name])
        if one.manual(language):
            by = f"{by}; " if by else by
            by += say("head.manual", language, what=one.manual(language))
        article = f"[{one.article(language)}]({one.source})" if one.source else one.article(language)
        lines.append(
            f"| `{name}` {one.title(language)} | {article} | {one.effective_on} "
            f"| {say(f'binds.{one.binds}', language)} | {by} | {say(f'sure.{one.sure}', language)} |"
        )
    return "\n".join(lines) + "\n"
