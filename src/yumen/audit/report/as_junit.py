"""The report as JUnit XML: a rule is a test, a finding a failure, what was not checked is skipped."""

from __future__ import annotations

import re
from collections import defaultdict
from xml.sax.saxutils import quoteattr

from yumen.audit.report import words
from yumen.audit.result import Case, Missing, Result, State
from yumen.audit.rule import Rule
from yumen.kit.i18n import Language

NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: Result, language: Language) -> str:
    """One suite an area, in that language. Known findings (of the baseline) do not fail."""
    by_rule: dict[str, list[Case]] = defaultdict(list)
    for case in result.cases:
        if case.state is State.NEW:
            by_rule[case.rule.id].append(case)
    missing = {one.rule.id: one for one in result.missing if not one.partly}
    suites = []
    for score in result.scores:
        rules = [rule for rule in result.rules if rule.area is score.area]
        failed = sum(rule.id in by_rule for rule in rules)
        skipped = sum(rule.id in missing for rule in rules)
        tests = "".join(_test(rule, by_rule.get(rule.id, []), missing.get(rule.id), language) for rule in rules)
        suites.append(
            f'<testsuite name={_attribute(words.say(f"area.{score.area}", language))} tests="{len(rules)}" '
            f'failures="{failed}" skipped="{skipped}" errors="0" time="0">\n{tests}</testsuite>\n'
        )
    name = _attribute(words.say("head.title", language))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={name}>\n{"".join(suites)}</testsuites>\n'


def _test(rule: Rule, cases: list[Case], missing: Missing | None, language: Language) -> str:
    name = _attribute(f"{rule.id} {words.title(rule, language)}")
    head = f'<testcase classname="yumen.audit.{rule.area}" name={name} time="0"'
    if cases:
        told = "\n".join(f"{words.place(case, language)}: {words.found(case, language)}" for case in cases)
        message = _attribute(words.found(cases[0], language))
        return f'{head}><failure type="{rule.effect}" message={message}>{_text(told)}</failure></testcase>\n'
    if missing is not None:
        return f"{head}><skipped message={_attribute(words.missing(missing, language))}/></testcase>\n"
    return f"{head}/>\n"


def _attribute(said: str) -> str:
    return quoteattr(NOT_XML.sub("\ufffd", said))


def _text(said: str) -> str:
    return NOT_XML.sub("\ufffd", said).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
