"""The terminal: the sentence first, then findings, plan, and what was not looked at."""

import io

from rich.console import Console

from yumen.audit.report import as_text, words


def test_the_first_lines_hold_the_figures(result):
    lines = as_text.render(result, ("en",)).splitlines()
    assert lines[0] == "Readiness audit · Orvane <b>shop</b> 3.8.0"
    assert lines[1].startswith(f"{len(result.cases)} findings among {len(result.checked)} checked.")
    assert lines[2].startswith(f"{len(result.unchecked)} not checked. As of 26 November 2026.")


def test_every_rule_that_found_something_is_told_once(result):
    said = as_text.render(result, ("zh",))
    for rule in {case.rule.id for case in result.cases}:
        assert sum(line[2:].startswith(f"{rule} ") and line[0] in "■◆▲○" for line in said.splitlines()) == 1


def test_nothing_that_was_read_is_taken_for_markup(audit):
    files = {"yumen-audit.toml": '[domains]\nrequest = ["[red]*.example.com"]\n'}
    assert "[red]*.example.com" in as_text.render(audit(files, only=("HST001",)), ("en",))


def test_colours_are_the_consoles_choice(result):
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=100)
    as_text.show(result, ("en",), console)
    assert "\x1b[" in console.file.getvalue()
    assert "\x1b[" not in as_text.render(result, ("en",))


def test_the_plan_wraps_titles_and_nothing_else(result):
    said = as_text.render(result, ("en",), width=100)
    head, first = said[said.index("Plan of action") :].splitlines()[1:3]
    assert head.split() == ["Step", "Closes", "Owner", "Effort", "Due", "Left", "after"]
    assert first.split()[-1] == str(result.plan[0].left)
    assert words.owner(result, result.plan[0].owner, "en") in first
