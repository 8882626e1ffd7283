"""The report on a terminal, by Rich: the sentence first, then what was found, what was not looked at, the plan."""

from __future__ import annotations

import io
from collections import Counter
from typing import Final, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from yumen.audit.report import words
from yumen.audit.requirements import clause
from yumen.audit.result import Case, PlanStep, Result
from yumen.audit.rule import Effect
from yumen.kit.i18n import Language

MARKS: Final = {Effect.BLOCKED: "■", Effect.ILLEGAL: "◆", Effect.RISKY: "▲", Effect.ADVICE: "○"}
STYLES: Final = {Effect.BLOCKED: "bold", Effect.ILLEGAL: "red", Effect.RISKY: "yellow", Effect.ADVICE: "blue"}
SAME_RULE_MAX: Final = 5
"""Places of one rule that are listed; the rest is counted."""
STEPS_MAX: Final = 20
OTHERS_MAX: Final = 40
PIPE_WIDTH: Final = 100
STEP_WIDTH_MIN: Final = 20


def render(result: Result, languages: tuple[Language, ...], width: int = 100) -> str:
    """As plain text."""
    console = Console(file=io.StringIO(), width=width, force_terminal=False, color_system=None, emoji=False)
    show(result, languages, console)
    file = console.file
    return file.getvalue() if isinstance(file, io.StringIO) else ""


def show(result: Result, languages: tuple[Language, ...], console: Console) -> None:
    """On that console, once in each language; a pipe that tells no width gets a wide one."""
    if not console.is_terminal:
        console.width = max(console.width, PIPE_WIDTH)
    for number, language in enumerate(languages):
        if number:
            console.print()
        _one(result, language, console)


def _one(result: Result, language: Language, console: Console) -> None:
    first, second = words.headline(result, language)
    _line(console, f"{words.say('head.title', language)} · {result.subject} {result.version}".rstrip())
    _line(console, first, "bold")
    _line(console, second)
    if result.comparison is not None:
        facts = {"closed": len(result.comparison.closed), "new": result.comparison.new}
        since = words.say("head.since", language, day=result.comparison.taken_at[:10])
        _line(console, f"{since}: {words.say('head.change', language, **facts)}")
    _cases(result, language, console)
    _others(result, language, console)
    _plan(result, language, console)
    _unchecked(result, language, console)
    for one in result.lapsed:
        told = words.say(f"lapsed.{one.code}", language, **one.facts)
        _line(console, f"! {one.rule} {one.place}: {words.say('head.lapsed', language)}: {told}", "yellow")
    _line(console, "")
    _line(console, words.say("head.foot", language), "dim")


def _cases(result: Result, language: Language, console: Console) -> None:
    shown: Counter[str] = Counter()
    for case in result.cases:
        shown[case.rule.id] += 1
        if shown[case.rule.id] == 1:
            _head(case, language, console)
        if shown[case.rule.id] <= SAME_RULE_MAX:
            _place(case, language, console)
    for rule, count in sorted(shown.items()):
        if count > SAME_RULE_MAX:
            _line(console, f"  {rule}: {words.say('head.more', language, count=count - SAME_RULE_MAX)}", "dim")


def _head(case: Case, language: Language, console: Console) -> None:
    effect = case.effect
    line = Text(f"\n{MARKS[effect]} ", style=STYLES[effect])
    line.append(f"{case.rule.id} {words.title(case.rule, language)}", style="bold")
    line.append(f"  [{words.say(f'effect.{effect}', language)} · {words.say(f'grade.{case.rule.grade}', language)}]")
    console.print(line, soft_wrap=True)
    if case.rule.requirements:
        _line(console, f"  {clause(case.rule.requirements[0]).article(language)}", "dim")


def _place(case: Case, language: Language, console: Console) -> None:
    _line(console, f"  {words.place(case, language)}")
    _line(console, f"    {words.found(case, language)}")


def _others(result: Result, language: Language, console: Console) -> None:
    """What stands in somebody else's code: a line for each rule and package, with its count."""
    if result.others:
        _line(console, f"\n{words.say('head.others', language)}", "bold")
    for one in result.others[:OTHERS_MAX]:
        _line(
            console, f"  {one.package}  {one.case.rule.id} ×{one.count}  {words.title(one.case.rule, language)}", "dim"
        )
    if len(result.others) > OTHERS_MAX:
        _line(console, f"  {words.say('head.more', language, count=len(result.others) - OTHERS_MAX)}", "dim")


def _plan(result: Result, language: Language, console: Console) -> None:
    if not result.plan:
        return
    table = Table(title=words.say("head.plan", language), title_justify="left", box=None, pad_edge=False)
    rows = [_step(result, step, language) for step in result.plan[:STEPS_MAX]]
    for number, head in enumerate(("step", "closes", "owner", "effort", "due", "left")):
        told = words.say(f"head.{head}", language)
        side: Literal["left", "right"] = "right" if head in {"closes", "left"} else "left"
        wide = max(cell_len(cell) for cell in (told, *(row[number] for row in rows)))
        if head == "step":  # of all columns only the title wraps
            table.add_column(told, min_width=min(wide, STEP_WIDTH_MIN))
        else:
            table.add_column(told, justify=side, no_wrap=True, min_width=wide)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print()
    console.print(table)
    if len(result.plan) > STEPS_MAX:
        _line(console, words.say("head.more", language, count=len(result.plan) - STEPS_MAX), "dim")


def _step(result: Result, step: PlanStep, language: Language) -> tuple[str, ...]:
    return (
        f"{step.rule.id} {words.title(step.rule, language)}",
        str(step.cases),
        words.owner(result, step.owner, language),
        words.effort(step.hours, language),
        words.short_day(step.due, language),
        str(step.left),
    )


def _unchecked(result: Result, language: Language, console: Console) -> None:
    whole = Counter(one.need for one in result.missing if not one.partly)
    if whole or result.unread:
        _line(console, "")
        _line(console, words.say("head.not_checked", language), "bold")
    for need, count in sorted(whole.items()):
        _line(console, f"  {count:>3}  {words.say(f'need.{need}', language)}   {words.supply(need, language)}")
    for told in sorted({f"{one.rule.id}: {words.missing(one, language)}" for one in result.missing if one.partly}):
        _line(console, f"    ·  {told}", "dim")
    for unread in result.unread:
        _line(console, f"    ·  {unread.name}: {words.unread(unread, language)}", "dim")


def _line(console: Console, said: str, style: str = "") -> None:
    """A line as it stands: nothing in it is markup, and it wraps in the terminal, not here."""
    console.print(Text(said, style=style), soft_wrap=True)
