"""What a board reads: the sentence, the five grades, what would block the launch, where the findings are."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Final

from yumen.audit.report.markup import Voice, effect_icon, icon, slips
from yumen.audit.report.words import headline, place, title
from yumen.audit.result import Case, Result
from yumen.audit.rule import HOURS, Area, Effect, Effort
from yumen.kit.clock import SHANGHAI
from yumen.kit.errors import Fact
from yumen.law import Tag

BLOCKERS_MAX: Final = 6


def anchor(rule: str) -> str:
    """Where a rule's findings stand in the page."""
    return f"#{rule.lower()}"


def verdict(result: Result, voice: Voice) -> str:
    """The sentence with its figures, base and date."""
    sentence = voice.raw(
        lambda language: "{}<br><span class=quiet>{}</span>".format(*map(escape, headline(result, language)))
    )
    return (
        f'<section class="verdict"><h1>{sentence}</h1>\n<dl class="about">{_about(result, voice)}</dl>\n'
        f'<ul class="grades">{_grades(result, voice)}</ul></section>\n'
    )


def _about(result: Result, voice: Voice) -> str:
    taken = result.taken_at.astimezone(SHANGHAI)
    rows: list[tuple[str, dict[str, Fact], str]] = [
        ("head.subject", {}, escape(f"{result.subject} {result.version}".rstrip())),
        ("head.taken", {}, escape(f"{taken:%Y-%m-%d %H:%M} +08")),
    ]
    if result.comparison is not None:
        change = voice.word("head.change", closed=len(result.comparison.closed), new=result.comparison.new)
        rows.append(("head.since", {"day": result.comparison.taken_at[:10]}, change))
    rows.append(("head.evidence", {}, f"<span class=mono>SHA-256 {result.digest[:4]}…{result.digest[-4:]}</span>"))
    return "".join(f"<div><dt>{voice.word(code, **facts)}</dt><dd>{said}</dd></div>" for code, facts, said in rows)


def _grades(result: Result, voice: Voice) -> str:
    counts = {**{effect.value: result.count(effect) for effect in Effect}, "none": len(result.unchecked)}
    first = {case.effect.value: anchor(case.rule.id) for case in reversed(result.cases)}
    return "".join(
        f'<li class="g-{effect}"><a href="{first.get(effect, "#unchecked")}">{effect_icon(effect)}<b>{count}</b><span>'
        f"<strong>{voice.word(f'effect.{effect}')}</strong><small>{voice.word(f'effect_note.{effect}')}</small>"
        "</span></a></li>"
        for effect, count in counts.items()
    )


def fold(result: Result, voice: Voice) -> str:
    """Beside each other: what blocks, and where everything is."""
    return f'<div class="fold">\n{_blockers(result, voice)}{_areas(result, voice)}</div>\n'


def _blockers(result: Result, voice: Voice) -> str:
    first: dict[str, Case] = {}
    for case in result.cases:
        if case.effect is Effect.BLOCKED:
            first.setdefault(case.rule.id, case)
    counts = Counter(case.rule.id for case in result.cases)
    head = f'<section id="blockers" class="blockers"><h2>{voice.word("head.blockers")}</h2>'
    if not first:
        none = voice.word("head.blockers_none")
        note = f'<p class="hint">{voice.word("head.blockers_none_note")}</p>'
        return f"{head}<ol><li><span><strong>{none}</strong></span></li></ol>{note}</section>\n"
    items = "".join(_blocker(case, counts[case.rule.id], voice) for case in list(first.values())[:BLOCKERS_MAX])
    more = len(first) - BLOCKERS_MAX
    rest = f'<a class="more" href="#all">{voice.word("head.more", count=more)}{icon("chev")}</a>' if more > 0 else ""
    hours = sum(step.hours for step in result.plan if step.rule.id in first)
    days = max(1, round(hours / HOURS[Effort.DAY]))
    note = voice.word("head.blockers_note", count=len(first), days=days)
    return f'{head}<ol>{items}</ol>{rest}<p class="hint">{note}</p></section>\n'


def _blocker(case: Case, count: int, voice: Voice) -> str:
    name = voice(lambda language: title(case.rule, language))
    more = f" +{count - 1}" if count > 1 else ""
    return (
        f'<li><a href="{anchor(case.rule.id)}"><strong>{name}</strong>'
        f'<span class="at mono">{voice(lambda language: place(case, language))}{more}</span></a>'
        f'<span class="fix">{voice.word(f"effort.{case.rule.effort}")}</span></li>'
    )


def _areas(result: Result, voice: Voice) -> str:
    heads = (("area", ""), ("marks", ""), ("found_short", "n"), ("checked_short", "n"), ("unchecked_short", "n"))
    cells = "".join(f'<th scope="col" class="{kind}">{voice.word(f"head.{code}")}</th>' for code, kind in heads)
    rows = "".join(_area(result, score.area, voice) for score in result.scores)
    key = f"<span><i></i>{voice.word('head.key_checked')}</span>"
    key += f'<span><i class="k2"></i>{voice.word("head.key_unchecked")}</span>'
    return (
        f'<section class="areas"><h2>{voice.word("head.areas")}</h2><table><thead><tr>{cells}</tr></thead>'
        f'<tbody>{rows}</tbody><tfoot><tr><th scope="row">{voice.word("head.all")}</th><td class="key">{key}</td>'
        f'<td class="n">{len(result.cases)}</td><td class="n">{len(result.checked)}</td>'
        f'<td class="n">{len(result.unchecked)}</td></tr></tfoot></table></section>\n'
    )


def _area(result: Result, area: Area, voice: Voice) -> str:
    cases = result.of(area)
    checked = [rule for rule in result.checked if rule.area is area]
    unchecked = sum(rule.area is area for rule in result.unchecked)
    rules = {case.rule.id: case.effect for case in cases}
    marks = slips(rules.values(), len(checked) - len(rules), unchecked)
    return (
        f'<tr><th scope="row">{voice.word(f"area.{area}")}</th><td>{marks}</td><td class="n b">{len(cases)}</td>'
        f'<td class="n">{len(checked)}</td><td class="n q">{unchecked}</td></tr>'
    )


GRADES: Final = (Tag.LAW, Tag.PLATFORM, Tag.ADVICE)
