"""How agreement is asked: not ticked beforehand, not bundled, not forced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.facts import CONST, Facts, Tag
from yumen.audit.source.gathered import look
from yumen.audit.source.sites import at, of
from yumen.audit.source.state import starts_true
from yumen.law import Tag as Grade

_BOXES = frozenset({"radio", "switch", "Radio", "Switch", "van-switch", "t-switch", "u-switch", "van-radio", "t-radio"})
_AGREE = re.compile(r"同意|已阅读|隐私|用户协议|服务协议|agree|privacy|terms", re.IGNORECASE)
_PRIVACY = re.compile(r"隐私|个人信息|privacy|用户协议|服务协议", re.IGNORECASE)
_MARKETING = re.compile(
    r"营销|推广(?:信息|短信)?|促销|广告|商业信息|活动信息|marketing|promotion|newsletter", re.IGNORECASE
)
_ABROAD = re.compile(r"境外|出境|海外总部|overseas|abroad|cross-?border", re.IGNORECASE)
_ASKED = re.compile(
    r"隐私(?:政策|协议|保护|授权)|同意(?:并|后|以上|本|《)|请(?:先)?(?:同意|授权)|privacy policy|you agree",
    re.IGNORECASE,
)
_BY_GOING_ON = re.compile(
    r"(?:登录|注册|点击|继续|使用)[^，。]{0,12}(?:即|表示|视为|代表)[^，。]{0,8}同意"
    r"|by (?:logging|signing|continuing)[^.]{0,40}agree",
    re.IGNORECASE,
)
_REFUSES = re.compile(r"不同意|拒绝|refuse|decline|disagree", re.IGNORECASE)
_BOUND = re.compile(r"\{\{\s*!?\s*([\w$.]+)\s*\}\}")
_DRAWN = re.compile(r"radio|check|select|tick|xuan|gou(?![a-z])|agree", re.IGNORECASE)
_TAPS = ("bindtap", "bind:tap", "catchtap", "catch:tap", "@tap", "@click", "onClick", "bind:click")
_LOOKS = frozenset({"class", ":class", "className", "src", ":src", "type", ":type", "name", ":name"})
_WORDS_AFTER = 8
"""Tags after a box whose words belong to it."""
_TRUE = frozenset({"", "true", "{{true}}", "{{ true }}", "checked"})


@rule(
    "SRC070",
    Area.SOURCE,
    Grade.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.14", "appmethod.1", "wx.consent"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def consent_is_ticked_beforehand(source: SourceEvidence) -> Iterator[Finding]:
    """The box of the agreement is ticked before anybody touched it.

    Consent is an act of the shopper; a box that was ticked for them is none, and the App Violation Method names it.

    Found: the box beside “{words}” starts ticked.

    Way out: Start with an empty box, and let the button explain what is missing instead of ticking it by itself.
    """
    for program in source.programs:
        for file, boxes in program.gathered.told(_boxes):
            if program.is_own(file):
                for tag, words in boxes:
                    if _AGREE.search(words) and _starts_ticked(program, file, tag):
                        yield Finding(at(program, file, tag.start, tag.end), {"words": words[:40]})


@rule(
    "SRC071",
    Area.SOURCE,
    Grade.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.14", "pipl.23"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def consent_is_bundled(source: SourceEvidence) -> Iterator[Finding]:
    """One box agrees to several things that need consents of their own.

    Agreement to the terms cannot carry agreement to advertising, and going abroad, handing to others and sensitive
    data each need a separate consent.

    Found: one box covers “{words}”.

    Way out: One box for each purpose, none of the optional ones a condition for going on.
    """
    for program in source.programs:
        for file, boxes in program.gathered.told(_boxes):
            if program.is_own(file):
                for tag, words in boxes:
                    if (
                        _AGREE.search(words)
                        and _PRIVACY.search(words)
                        and (_MARKETING.search(words) or _ABROAD.search(words))
                    ):
                        yield Finding(at(program, file, tag.start, tag.end), {"words": words[:80]}, Certainty.LIKELY)


@rule(
    "SRC072",
    Area.SOURCE,
    Grade.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.16", "appmethod.4"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def refusal_ends_the_journey(source: SourceEvidence) -> Iterator[Finding]:
    """Who refuses is shown the door.

    A service may not be refused because somebody does not agree to data that it does not need. Looking at goods needs
    none.

    Found: `exitMiniProgram` is called {where}.

    Way out: Close the dialog and let people look around; ask again where the data is needed.
    """
    for program in source.programs:
        for use in program.uses_of("exitMiniProgram"):
            if program.is_own(use.file) and (where := _refused(program, use.file, use.call)):
                yield Finding(of(program, use), {"where": where}, Certainty.LIKELY)
        for file, tag, type_ in program.gathered.openings:
            target = tag.get("target")
            leaves = type_.text == "exit" and target is not None and target.text == "miniProgram"
            if leaves and program.is_own(file) and _REFUSES.search(tag.words):
                yield Finding(at(program, file, tag.start, tag.end), {"where": tag.words[:20]})


@rule(
    "SRC073",
    Area.SOURCE,
    Grade.LAW,
    Effect.RISKY,
    requirements=("pipl.16", "pipl.14"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def dialog_without_a_no(source: SourceEvidence) -> Iterator[Finding]:
    """A dialog about privacy has no way to say no.

    An agreement with one button is no free choice.

    Found: `showModal` with `showCancel: false` says “{words}”.

    Way out: Offer a refusal of the same size, and go on without the data.
    """
    for program in source.programs:
        for use in program.uses_of("showModal"):
            if not program.is_own(use.file) or not any(t.start == "False" for t in program.argument(use, "showCancel")):
                continue
            said = [*program.argument(use, "title"), *program.argument(use, "content")]
            words = " ".join(one.start for one in said)
            if _ASKED.search(words):
                yield Finding(of(program, use), {"words": words[:60]}, Certainty.LIKELY)


@rule(
    "SRC074",
    Area.SOURCE,
    Grade.LAW,
    Effect.RISKY,
    requirements=("pipl.14", "wx.consent"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def agreement_by_going_on(source: SourceEvidence) -> Iterator[Finding]:
    """Logging in counts as agreeing.

    A line like “by logging in you agree” is a notice. It shows no will of its own, so it carries no consent where
    consent is the basis.

    Found: the page says “{words}” and has no box beside it.

    Way out: Put an empty box before the sentence, and record the version of the text with the tick.
    """
    for program in source.programs:
        for file, tag in program.gathered.told(_agreed_by_going_on):
            if program.is_own(file):
                yield Finding(at(program, file, tag.start, tag.end), {"words": tag.words[:60]}, Certainty.LIKELY)


@look
def _agreed_by_going_on(facts: Facts) -> Tag | None:
    """The first words of that kind in a template that has no box."""
    found = next((tag for tag in facts.tags if tag.words and _BY_GOING_ON.search(tag.words)), None)
    if found is None or any(_is_box(tag.name) or _is_drawn_box(tag) for tag in facts.tags):
        return None
    return found


@look
def _boxes(facts: Facts) -> list[tuple[Tag, str]]:
    """Boxes with the words beside them."""
    found = []
    for number, tag in enumerate(facts.tags):
        if _is_box(tag.name):
            words = [tag.words]
            for later in facts.tags[number + 1 : number + 1 + _WORDS_AFTER]:
                if _is_box(later.name):
                    break
                words.append(later.words)
            found.append((tag, " ".join(word for word in words if word)))
    return found


@lru_cache(maxsize=1_024)
def _is_box(name: str) -> bool:
    """One of WeChat's boxes, or a component that is called one."""
    return name in _BOXES or re.search(r"check-?box$", name, re.IGNORECASE) is not None


def _is_drawn_box(tag: Tag) -> bool:
    """A text or picture that is tapped and looks like a box by its class or file."""
    drawn = any(one.name in _LOOKS and _DRAWN.search(one.text) for one in tag.attributes)
    return drawn and tag.get(*_TAPS) is not None


def _starts_ticked(program: Program, file: int, tag: Tag) -> bool:
    checked = tag.get("checked", ":checked", "value", ":value", "model:value", "v-model", "model:checked")
    if checked is None:
        return False
    if checked.value >= 0:
        return program.facts[file].values[checked.value] == (CONST, True)
    text = checked.text.strip()
    if checked.name in {"checked", ":checked"} and text in _TRUE:
        return True
    found = _BOUND.fullmatch(text) if "{{" in text else re.fullmatch(r"([\w$.]+)", text)
    return found is not None and "!" not in text and starts_true(program, file, found[1])


def _refused(program: Program, file: int, call: object) -> str:
    """Does the call stand where a privacy question was answered with no?"""
    facts = program.facts[file]
    condition = getattr(call, "condition", -1)
    inside = getattr(call, "inside", 0)
    no = re.compile(r"disagree|refus|reject|decline|cancel|deny|不同意|拒绝", re.IGNORECASE)
    while condition >= 0:
        one = facts.conditions[condition]
        yes = re.search(r"confirm|agree|authSetting|privacy", one.text, re.IGNORECASE)
        if (one.holds and no.search(one.text)) or (not one.holds and yes):
            return one.text[:40]
        condition = one.around
    while inside > 0:
        if no.search(facts.functions[inside].name):
            return facts.functions[inside].name
        inside = facts.functions[inside].parent
    return ""
