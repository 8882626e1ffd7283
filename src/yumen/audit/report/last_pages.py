"""The end of the page: the score explained line by line, what was not checked, what was read and what was not."""

from __future__ import annotations

from collections import Counter
from functools import partial
from html import escape

from yumen.audit.report import words
from yumen.audit.report.first_screen import GRADES
from yumen.audit.report.markup import Voice, effect_icon, points_bar
from yumen.audit.result import AreaScore, Line, Missing, Result


def scores(result: Result, voice: Voice) -> str:
    """Points by area, law, platform and advice apart, with each line that explains them."""
    areas = "".join(_score(area, voice) for area in result.scores)
    head = f"<h2>{voice.word('head.score')}</h2><p>{voice.word('head.score_note')}</p>"
    return f'<section class="score">{head}{areas}</section>\n'


def _score(score: AreaScore, voice: Voice) -> str:
    cells = ""
    for grade in GRADES:
        earned, possible = score.points(grade)
        told = voice.word("head.points", earned=earned, all=possible) if possible else "—"
        named = f"<span>{voice.word(f'grade.{grade}')}<i>{told}</i></span>"
        cells += f'<span class="pts">{named}{points_bar(earned, possible)}</span>'
    rows = "".join(_line(line, voice) for line in score.lines)
    return (
        f"<details><summary><b>{voice.word(f'area.{score.area}')}</b>{cells}</summary>"
        f"<table><tbody>{rows}</tbody></table></details>"
    )


def _line(line: Line, voice: Voice) -> str:
    mark = {"found": effect_icon(line.rule.effect), "unchecked": effect_icon("none"), "passed": ""}[line.outcome]
    name = voice(lambda language: words.title(line.rule, language))
    return (
        f'<tr><th scope="row" class="mono">{line.rule.id}</th><td>{name}</td>'
        f"<td>{voice.word(f'grade.{line.rule.grade}')}</td>"
        f'<td class="oc">{mark}{voice.word(f"outcome.{line.outcome}")}</td><td class="n">'
        f"{line.points if line.outcome == 'passed' else 0}/{line.points}</td></tr>"
    )


def others(result: Result, voice: Voice) -> str:
    """What stands in somebody else's code: a line for each rule and package, never among the findings."""
    if not result.others:
        return ""
    lines = "".join(
        f'<li><span class="mono">{escape(one.package)}</span><span>{effect_icon(one.case.effect)}'
        f'<span class="mono">{one.case.rule.id}</span> {voice(partial(words.title, one.case.rule))}</span>'
        f"<b>×{one.count}</b></li>"
        for one in result.others
    )
    head = f"<h2>{voice.word('head.others')}</h2><p>{voice.word('head.others_note')}</p>"
    return f'<section id="others" class="papers others">{head}<ul>{lines}</ul></section>\n'


def unchecked(result: Result, voice: Voice) -> str:
    """What was not looked at, as large as what was, with what would supply it."""
    whole = Counter(one.need for one in result.missing if not one.partly)
    items = "".join(
        f"<li><b>{count}</b><span>{voice.word(f'need.{need}')}</span>"
        f"<code>{voice(partial(words.supply, need))}</code></li>"
        for need, count in sorted(whole.items(), key=lambda one: (-one[1], one[0]))
    )
    partly = _partly(result)
    if partly:
        part = f"<span>{voice.word('need.part')}</span><code>{voice.word('supply.part')}</code>"
        items += f"<li><b>{len(partly)}</b>{part}</li>"
    lines = "".join(
        f'<li><span class="mono">{one.rule.id}</span><span>{voice(partial(words.missing, one))}</span></li>'
        for one in partly
    )
    notes = f'<ul class="places notes">{lines}</ul>' if lines else ""
    head = f"<h2>{voice.word('head.not_checked')}</h2>"
    return f'<section id="unchecked" class="unchecked">{head}<ul>{items}</ul>{notes}</section>\n'


def _partly(result: Result) -> list[Missing]:
    """Each gap once."""
    told = {(one.rule.id, words.missing(one, "en")): one for one in result.missing if one.partly}
    return [told[key] for key in sorted(told)]


def papers(result: Result, voice: Voice) -> str:
    """What could not be read, what was suppressed and why, and the hashes of what was read."""
    parts = [
        (
            "unread",
            [(one.name, voice(partial(words.unread, one))) for one in result.unread],
        ),
        ("suppressed", [(f"{one.rule.id} {one.place}", escape(one.reason)) for one in result.suppressed]),
        (
            "lapsed",
            [(f"{one.rule} {one.place}", voice.word(f"lapsed.{one.code}", **one.facts)) for one in result.lapsed],
        ),
        ("digests", [(name, f"<span class=mono>{digest[:16]}…</span>") for name, digest in result.digests.items()]),
    ]
    told = "".join(
        f"<h3>{voice.word(f'head.{head}')}</h3><ul>"
        + "".join(f'<li><span class="mono">{escape(name)}</span><span>{said}</span></li>' for name, said in rows)
        + "</ul>"
        for head, rows in parts
        if rows
    )
    return f'<section class="papers">{told}</section>\n' if told else ""
