"""What a privacy policy must not say, and what it promises against the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from yumen.audit.declaration import Flows
from yumen.audit.evidence.policy import PolicyFile, PolicyText
from yumen.audit.finding import Certainty, Finding, InFile
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.world import AsOf
from yumen.law import Tag, number

BUNDLED: Final = re.compile(
    r"(使用|访问|继续使用|登录|注册).{0,20}(即|则)(视为|表示|代表).{0,20}(同意|接受)"
    r"|by (using|accessing|continuing|signing in).{0,60}(you|constitutes?|deemed).{0,20}(agree|consent|accept)",
    re.IGNORECASE,
)
STAYS: Final = re.compile(
    r"(不会|不|未).{0,8}(向境外|出境|跨境|传输至境外|提供给境外)"
    r"|(do|does|will) not (transfer|send|provide|share)"
    r"[^.]{0,60}(abroad|overseas|outside (of )?(mainland )?china|cross.border)",
    re.IGNORECASE,
)
TERM: Final = re.compile(
    r"(\d{1,3}|三十|六十|二十|三十五|四十五)\s?(?:个)?(工作日|自然日|日|天)内.{0,12}(答复|回复|处理|响应|核查|完成)"
    r"|(?:respond|reply|answer)[^.]{0,40}within\s(\d{1,3})\s(working|business|calendar)?\s?days",
    re.IGNORECASE,
)
HAN_NUMBERS: Final = {"二十": 20, "三十": 30, "三十五": 35, "四十五": 45, "六十": 60}
MAY_CHANGE: Final = re.compile(
    r"(随时|有权).{0,12}(修改|变更|更新).{0,40}(无需|不再|不另行|毋须).{0,8}(通知|告知)", re.IGNORECASE
)
CALENDAR_PER_WORKING: Final = 1.4
"""Fifteen working days are about twenty-one calendar days."""


def spots(policy: PolicyText, pattern: re.Pattern[str]) -> Iterator[tuple[PolicyFile, re.Match[str]]]:
    """Every place in every text where the pattern is found, line by line."""
    for file in policy.files:
        for found in pattern.finditer(file.text):
            yield file, found


def placed(file: PolicyFile, found: re.Match[str]) -> InFile:
    return InFile(file.path, file.offset(found.start()), file.offset(found.end()))


@rule(
    "PRV020",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.14", "appmethod.1"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def use_is_taken_for_consent(policy: PolicyText) -> Iterator[Finding]:
    """The policy takes use for consent.

    Consent is an act of its own, made freely after the notice. "By using the service you agree" is none, and reviewers
    search for the sentence.

    Found: "{words}".

    Way out: Strike the sentence and ask with a box that is not ticked.
    """
    for file, found in spots(policy, BUNDLED):
        yield Finding(placed(file, found), {"words": found.group()[:60]})


@rule(
    "PRV021",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.17", "pipl.39"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def promise_to_stay_contradicts_flows(policy: PolicyText, flows: Flows) -> Iterator[Finding]:
    """The policy promises that nothing goes abroad, and flows abroad are declared.

    A notice that is wrong is no notice: consent that rests on it does not hold.

    Found: "{words}", and {recipient} in {country} receives data.

    Way out: Tell the truth in the text, or stop the flow.
    """
    for file, found in spots(policy, STAYS):
        for flow in flows.listed[:1]:
            facts = {"words": found.group()[:60], "recipient": flow.recipient, "country": flow.country}
            yield Finding(placed(file, found), facts)


@rule(
    "PRV022",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("appmethod.6",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def promised_term_is_too_long(policy: PolicyText, day: AsOf) -> Iterator[Finding]:
    """The promised term for requests is longer than fifteen working days.

    Correction, deletion, closing of accounts and complaints are done within fifteen working days; a longer promise
    does not count.

    Found: "{words}", at most {max} working days are allowed.

    Way out: Promise fifteen working days, and keep them.
    """
    longest = number("rights.response", day.on).value
    for file, found in spots(policy, TERM):
        days, unit = _term(found)
        allowed = longest if unit in {"工作日", "working", "business"} else round(longest * CALENDAR_PER_WORKING)
        if days > allowed:
            yield Finding(placed(file, found), {"words": found.group()[:60], "max": longest}, Certainty.LIKELY)


@rule(
    "PRV023",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.14", "pipl.17"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def changes_without_notice(policy: PolicyText) -> Iterator[Finding]:
    """The policy allows itself to change without telling.

    A change of what was told is told again; a change of purpose, method or kinds needs a new consent.

    Found: "{words}".

    Way out: Say how changes are told and that consent is asked again where the law wants it.
    """
    for file, found in spots(policy, MAY_CHANGE):
        yield Finding(placed(file, found), {"words": found.group()[:60]})


def _term(found: re.Match[str]) -> tuple[int, str]:
    said, unit = (found[1], found[2]) if found[1] else (found[4], found[5] or "days")
    return HAN_NUMBERS.get(said) or int(said), unit.lower()
