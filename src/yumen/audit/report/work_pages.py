"""What an engineer and a lawyer work from: whose rule it is, the plan, every finding with its place and its way out."""

from __future__ import annotations

from functools import partial
from html import escape
from itertools import groupby
from typing import Final

from yumen.audit.pages import page
from yumen.audit.report import words
from yumen.audit.report.first_screen import GRADES, anchor
from yumen.audit.report.markup import Voice, code_lines, effect_icon, icon
from yumen.audit.requirements import clause, review_on
from yumen.audit.result import Case, PlanStep, Result
from yumen.audit.rule import HOURS, Effect, Effort
from yumen.law import Tag

GRADE_ICONS: Final = {Tag.LAW: "scales", Tag.PLATFORM: "gate-shut", Tag.ADVICE: "sev-advice"}
VOICE_RULES: Final = 4
STEPS_SHOWN: Final = 15
PLACES_SHOWN: Final = 8
PLACES_MAX: Final = 200
SNIPPETS_MAX: Final = 3


def voices(result: Result, voice: Voice) -> str:
    """Law, platform and advice beside each other, never one figure."""
    columns = "".join(_voice(result, grade, voice) for grade in GRADES)
    head = f"<h2>{voice.word('head.voices')}</h2>"
    return f'<section id="law" class="voices">{head}<div class="cols">{columns}</div></section>\n'


def _voice(result: Result, grade: Tag, voice: Voice) -> str:
    cases = [case for case in result.cases if case.rule.grade is grade]
    rules = list({case.rule.id: case.rule for case in cases}.values())
    items = "".join(
        f'<li>{effect_icon(rule.effect)}<a href="{anchor(rule.id)}">'
        f"{voice(partial(words.title, rule))}</a>"
        f"<cite>{voice(clause(rule.requirements[0]).article)}</cite></li>"
        for rule in rules[:VOICE_RULES]
    )
    more = len(rules) - VOICE_RULES
    rest = f'<a class="more" href="#all">{voice.word("head.more", count=more)}{icon("chev")}</a>' if more > 0 else ""
    return (
        f"<article><h3>{icon(GRADE_ICONS[grade])}{voice.word(f'grade.{grade}')}<b>{len(cases)}</b></h3>"
        f'<p class="lead">{voice.word(f"grade_note.{grade}")}</p><ul>{items}</ul>{rest}</article>'
    )


def plan(result: Result, voice: Voice) -> str:
    """The steps with owner, effort, day, and what is left after each."""
    if not result.plan:
        return ""
    heads = (("step", ""), ("closes", ""), ("owner", ""), ("effort", "n"), ("due", "n"), ("left", "left"))
    cells = "".join(f'<th scope="col" class="{kind}">{voice.word(f"head.{code}")}</th>' for code, kind in heads)
    longest = max(1, len(result.cases))
    rows = [_step(result, number, step, longest, voice) for number, step in enumerate(result.plan, 1)]
    head = f'<thead><tr><th scope="col" class="n">#</th>{cells}</tr></thead>'
    more = len(rows) - STEPS_SHOWN
    rest = (
        f'<details class="more-places"><summary>{voice.word("head.more", count=more)}</summary>'
        f"<table>{head}<tbody>{''.join(rows[STEPS_SHOWN:])}</tbody></table></details>"
        if more > 0
        else ""
    )
    return (
        f'<section class="plan"><h2>{voice.word("head.plan")}<small>{voice.word("head.plan_note")}</small></h2>'
        f"<table>{head}<tbody>{''.join(rows[:STEPS_SHOWN])}</tbody></table>{rest}"
        f'<p class="hint">{_plan_sum(result, voice)}</p></section>\n'
    )


def _plan_sum(result: Result, voice: Voice) -> str:
    """How much it is together, and after which step nothing blocks the launch any more."""
    days = max(1, round(sum(step.hours for step in result.plan) / HOURS[Effort.DAY]))
    last = max((number for number, step in enumerate(result.plan, 1) if step.rule.effect is Effect.BLOCKED), default=0)
    if not last:
        return voice.word("head.plan_sum", steps=len(result.plan), days=days)
    return voice.word("head.plan_sum_blocked", steps=len(result.plan), days=days, last=last)


def _step(result: Result, number: int, step: PlanStep, longest: int, voice: Voice) -> str:
    name = voice(lambda language: words.title(step.rule, language))
    return (
        f'<tr><td class="n">{number}</td>'
        f'<th scope="row"><a href="{anchor(step.rule.id)}">{step.rule.id}</a> {name}</th>'
        f'<td class="st"><span class="cl">{effect_icon(step.rule.effect)}{step.cases}</span></td>'
        f"<td>{voice(lambda language: words.owner(result, step.owner, language))}</td>"
        f'<td class="n">{voice(lambda language: words.effort(step.hours, language))}</td>'
        f'<td class="n">{voice(lambda language: words.short_day(step.due, language))}</td>'
        f'<td class="left"><i style="--v:{step.left};--max:{longest}"></i>{step.left}</td></tr>'
    )


def findings(result: Result, voice: Voice) -> str:
    """Every finding, by rule, worst first."""
    if not result.cases:
        return ""
    number, parts = 1, []
    for _, group in groupby(result.cases, key=lambda case: case.rule.id):
        cases = list(group)
        parts.append(_rule(result, cases, number, voice))
        number += len(cases)
    note = voice.word("head.details_note")
    return (
        f'<section id="all" class="all"><h2>{voice.word("head.findings")}</h2><p>{note}</p>{_filter(result, voice)}'
        f"</section>\n{''.join(parts)}"
    )


def _filter(result: Result, voice: Voice) -> str:
    """Buttons that leave the findings of one effect or area; without script all of them stand there."""
    effects = [(f"effect-{one}", f"effect.{one}", result.count(one)) for one in Effect]
    areas = [(f"area-{one.area}", f"area.{one.area}", len(result.of(one.area))) for one in result.scores]
    buttons = "".join(
        f'<button data-only="{kind}" aria-pressed="false">{voice.word(code)} <b>{count}</b></button>'
        for kind, code, count in (*effects, *areas)
        if count
    )
    return f'<div class="filter" role="group" aria-label="{escape(_both(voice, "head.filter"))}">{buttons}</div>'


def _both(voice: Voice, code: str) -> str:
    return " ".join(words.say(code, language) for language in voice.languages)


def _rule(result: Result, cases: list[Case], number: int, voice: Voice) -> str:
    rule, first = cases[0].rule, cases[0]
    name = voice(lambda language: words.title(rule, language))
    count = voice.word("head.finding_of", number=number, all=len(result.cases))
    # the certainty orders cases inside an effect, so a rule may come twice; the first keeps the anchor
    mark = rule.id.lower() if number == _first_number(result, rule.id) else f"{rule.id.lower()}-{number}"
    return (
        f'<section id="{mark}" class="finding effect-{rule.effect} area-{rule.area}">'
        f'<div class="fh"><p class="tagline">'
        f'<span class="chip s-{rule.effect}">{icon(f"sev-{rule.effect}")}{voice.word(f"effect.{rule.effect}")}</span>'
        f'<span class="chip line">{icon(GRADE_ICONS[rule.grade])}{voice.word(f"grade.{rule.grade}")}</span>'
        f'<span class="mono">{rule.id}</span><span>{count}</span>{_state(first, voice)}</p><h2>{name}</h2></div>'
        f'<div class="fgrid"><div class="proof">{_proof(cases, voice)}{_way_out(first, voice)}</div>'
        f'<aside class="why">{_why(result, first, voice)}</aside></div></section>\n'
    )


def _first_number(result: Result, rule: str) -> int:
    return next(number for number, case in enumerate(result.cases, 1) if case.rule.id == rule)


def _state(case: Case, voice: Voice) -> str:
    return f'<span class="state">{voice.word("state.known")}</span>' if case.state == "known" else ""


def _proof(cases: list[Case], voice: Voice) -> str:
    first = cases[0]
    told = f'<p class="found">{voice.prose(lambda language: words.found(first, language))}</p>'
    shown = f"<h3>{voice.word('head.code')}</h3>" + "".join(_snippet(case, voice) for case in cases[:SNIPPETS_MAX])
    return told + _way(first, voice) + shown + _places(cases[1:], voice)


def _way(case: Case, voice: Voice) -> str:
    if not case.stations:
        return ""
    last = len(case.stations) - 1
    items = "".join(
        f"<li{' class=end' if number == last else ''}>"
        f'<b class="mono">{escape(_short(one.place))}{f":{one.line}" if one.line else ""}</b>'
        f"<span>{voice.prose(partial(words.station, one))}</span></li>"
        for number, one in enumerate(case.stations)
    )
    return f'<h3>{voice.word("head.way")}</h3><ol class="path">{items}</ol>'


def _short(place: str) -> str:
    """The last part of a path: the way is read across."""
    return place.rpartition("/")[2]


def _snippet(case: Case, voice: Voice) -> str:
    place = f'<figcaption class="mono">{voice(lambda language: words.place(case, language))}</figcaption>'
    if case.snippet is None:
        return f'<figure class="code">{place}</figure>'
    return (
        f'<figure class="code">{place}{code_lines(case.snippet.first, case.snippet.lines, case.snippet.hit)}</figure>'
    )


def _places(cases: list[Case], voice: Voice) -> str:
    if not cases:
        return ""
    items = [
        f'<li><span class="mono">{voice(partial(words.place, case))}</span>'
        f"<span>{voice.prose(partial(words.found, case))}{_state(case, voice)}</span></li>"
        for case in cases[:PLACES_MAX]
    ]
    rest = len(cases) - PLACES_MAX
    if rest > 0:
        items.append(f"<li>{voice.word('head.more', count=rest)}</li>")
    head = f"<h3>{voice.word('head.places')}</h3>"
    shown = f'<ul class="places">{"".join(items[:PLACES_SHOWN])}</ul>'
    if len(items) <= PLACES_SHOWN:
        return head + shown
    more = voice.word("head.more", count=len(cases) - PLACES_SHOWN)
    hidden = f'<ul class="places">{"".join(items[PLACES_SHOWN:])}</ul>'
    return f'{head}{shown}<details class="more-places"><summary>{more}</summary>{hidden}</details>'


def _way_out(case: Case, voice: Voice) -> str:
    way = voice.prose(lambda language: page(case.rule, language).way)
    return f'<h3>{voice.word("head.out")}</h3><p>{way}</p><p class="cmd mono">yumen audit . --only {case.rule.id}</p>'


def _why(result: Result, case: Case, voice: Voice) -> str:
    rule = case.rule
    why = voice.prose(lambda language: page(rule, language).why)
    laws = "".join(_law(name, voice) for name in rule.requirements)
    note = voice.word("head.law_note", day=review_on().isoformat())
    due = next(step.due for step in result.plan if step.rule.id == rule.id)
    rows = [
        ("owner", voice(lambda language: words.owner(result, rule.owner, language))),
        ("due", voice(lambda language: words.day(due, language))),
        ("effort", voice.word(f"effort.{rule.effort}")),
        ("certainty", voice.word(f"certainty.{case.finding.certainty}")),
    ]
    listed = "".join(f"<div><dt>{voice.word(f'head.{code}')}</dt><dd>{said}</dd></div>" for code, said in rows)
    return (
        f"<h3>{voice.word('head.why')}</h3><p>{why}</p><h3>{voice.word('head.law')}</h3>"
        f"<blockquote>{laws}<footer><small>{note}</small></footer></blockquote><dl>{listed}</dl>"
    )


def _law(name: str, voice: Voice) -> str:
    one = clause(name)
    sure = "" if one.sure == "sourced" else f" <small>({voice.word(f'sure.{one.sure}')})</small>"
    chinese = "" if one.grade is not Tag.LAW else f'<p class="binds en" lang="zh-CN">{escape(one.title("zh"))}</p>'
    return f"{chinese}<p>{voice(one.title)}</p><footer>{voice(one.article)}{sure}</footer>"
