"""Before anything personal: the privacy authorisation, and what is asked at the start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.answers import listens_without_answer
from yumen.audit.source.apis import names
from yumen.audit.source.program import Use
from yumen.audit.source.sites import at, of, package, setting
from yumen.audit.source.starts import page_files
from yumen.law import Tag

_QUIET = frozenset({"setClipboardData", "getRecorderManager", "createCameraContext"})
"""Named in the privacy table, but nothing is read at that moment."""
_GUARD = re.compile(r"privacy|authSetting|scope\.|hasAuth|agreed|consent|同意", re.IGNORECASE)
_PHONE = frozenset({"getPhoneNumber", "getRealtimePhoneNumber"})
_LOGIN = re.compile(r"/?(?:[\w-]+/)*(?:login|auth|authorize|register|signin|phone)[\w-]*", re.IGNORECASE)
_WHO = re.compile(r"token|log(?:ged)?_?in|is_?auth|user|session|member|phone|mobile|openid", re.IGNORECASE)
_ANSWER = re.compile(r"code|status|40[13]|err|res(?:ponse)?\b", re.IGNORECASE)
_MOVES = ("redirectTo", "reLaunch", "navigateTo")


@rule("SRC060", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("appmethod.4", "wx.privacy.gate"), effort=Effort.DAY)
def privacy_call_at_the_start(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is asked for as soon as the app opens.

    Before the shopper has done anything, no purpose is there that could need it. WeChat holds the call back until the
    privacy guide is agreed to, so that its dialog is the first thing a new shopper sees; many leave. Collection before
    consent is the first item of the App Violation Method.

    Found: `{api}` is called from `{hook}`.

    Way out: Call it from the button of the feature that needs it, after `wx.requirePrivacyAuthorize`.
    """
    for program in source.programs:
        told: set[str] = set()
        for use in program.uses:
            gated = use.name in names().privacy and use.name not in _QUIET and use.name != "getClipboardData"
            hook = program.starts(use) if gated and use.name not in told else ""
            if hook and not _is_guarded(program, use):
                told.add(use.name)
                yield Finding(of(program, use), {"api": use.name, "hook": hook}, key=use.name)


@rule("SRC061", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("appmethod.4", "pipl.16"), effort=Effort.DAY)
def phone_asked_on_the_first_page(source: SourceEvidence) -> Iterator[Finding]:
    """The first page asks for the telephone number.

    Looking at goods needs no number. Asked at the door, it reads as a condition of entry; the list of necessary data
    for shops allows it for an order, not for a look.

    Found: the first page has a button with `open-type="{type}"`.

    Way out: Let people in, and ask when an order or a membership needs the number.
    """
    for program in source.programs:
        for file in _first_page(program):
            for tag in program.facts[file].tags:
                kind = tag.get("open-type", "openType")
                types = set(kind.text.split("|")) & _PHONE if kind is not None else set()
                if types:
                    yield Finding(at(program, file, tag.start, tag.end), {"type": min(types)})
                    break


@rule("SRC062", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.16", "appmethod.4"), effort=Effort.DAYS)
def login_is_the_way_in(source: SourceEvidence) -> Iterator[Finding]:
    """The app sends everybody to a login page as soon as it opens.

    Nobody may be kept out for not giving data that the service at hand does not need, and WeChat's review asks that
    people may look around before they log in.

    Found: `{api}` leads from `{hook}` to {page}.

    Way out: Show the shop without an account, and ask to log in where an account is needed.
    """
    for program in source.programs:
        if _LOGIN.fullmatch(program.app.home):
            continue
        for use in program.uses_of(*_MOVES):
            hook = program.starts(use)
            if not hook or not _asks_who(program, use):
                continue
            for text in program.argument(use, "url"):
                page = text.start.partition("?")[0]
                if _LOGIN.fullmatch(page):
                    yield Finding(of(program, use), {"api": use.name, "hook": hook, "page": page}, Certainty.LIKELY)
                    break


@rule("SRC063", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.privacy.gate",), effort=Effort.HALF_DAY)
def privacy_dialog_never_answers(source: SourceEvidence) -> Iterator[Finding]:
    """The app takes over the privacy dialog and never answers.

    Who registers `wx.onNeedPrivacyAuthorization` must call `resolve`; until then the original call hangs, and the
    shopper sees nothing happen.

    Found: the listener of `onNeedPrivacyAuthorization` never calls or hands on `resolve`.

    Way out: Call `resolve({{ event: 'agree', buttonId }})` after a tap on the agree button and
    `resolve({{ event: 'disagree' }})` after a refusal, or register nothing and let WeChat show its dialog.
    """
    for program in source.programs:
        for use in program.uses_of("onNeedPrivacyAuthorization"):
            if program.is_own(use.file) and listens_without_answer(program, use):
                yield Finding(of(program, use), {})


@rule(
    "SRC064",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.17", "wx.privacy.guide", "appmethod.1"),
    effort=Effort.HALF_DAY,
)
def no_way_to_the_privacy_text(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is used and no page leads to the privacy text.

    The rules must be easy to find at any time, in four taps at most; WeChat's dialog shows them only once.

    Found: `{api}` is used, and nothing in the app speaks of a privacy text or calls `openPrivacyContract`.

    Way out: Put an entry “Privacy” on the page “Mine” that calls `wx.openPrivacyContract`.
    """
    for program in source.programs:
        if program.uses_of("openPrivacyContract") or program.speaks_of("privacy_policy"):
            continue
        use = next((one for one in program.uses if one.name in names().sources), None)
        if use is not None:
            yield Finding(setting(program), {"api": use.name}, Certainty.LIKELY, key="none")


@rule("SRC065", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("appmethod.4",), effort=Effort.HALF_DAY)
def clipboard_is_read_at_the_start(source: SourceEvidence) -> Iterator[Finding]:
    """The clipboard is read as soon as the app opens or comes back.

    What people copied is none of the shop's business; phones tell them who looked. The campaigns of the authorities
    name this again and again.

    Found: `getClipboardData` is called from `{hook}`.

    Way out: Read it after a tap on “paste”.
    """
    for program in source.programs:
        for use in program.uses_of("getClipboardData"):
            if hook := program.starts(use):
                yield Finding(of(program, use), {"hook": hook})
                break


@rule("SRC066", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("appmethod.4", "pipl.28"), effort=Effort.HALF_DAY)
def location_is_more_exact_than_needed(source: SourceEvidence) -> Iterator[Finding]:
    """The exact location is asked for with high accuracy.

    Finding a store needs the district. High accuracy to a few metres, with altitude, is data beyond the need and a
    step towards a track, which is sensitive.

    Found: `{api}` is called with `{option}`.

    Way out: Use `wx.getFuzzyLocation`, or `wx.chooseLocation` where the shopper points at the place.
    """
    for program in source.programs:
        for use in program.uses_of("getLocation"):
            for option in ("isHighAccuracy", "altitude"):
                if any(one.start == "True" for one in program.argument(use, option)):
                    whose = package(program, use.file)
                    yield Finding(of(program, use), {"api": use.name, "option": option}, package=whose)
                    break


@rule("SRC067", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.28", "appmethod.4"), effort=Effort.DAYS)
def track_of_locations(source: SourceEvidence) -> Iterator[Finding]:
    """The app follows where the shopper goes.

    A track of movements (行踪轨迹) is sensitive data: it needs strict necessity and a separate consent. A shop that
    delivers through a courier has no use for it.

    Found: `{api}` is called.

    Way out: Ask for one coarse location when it is needed.
    """
    for program in source.programs:
        uses = [
            u for u in program.uses_of("startLocationUpdate", "startLocationUpdateBackground") if program.is_own(u.file)
        ]
        if uses:
            yield Finding(of(program, uses[0]), {"api": uses[0].name})


def _asks_who(program: Program, use: Use) -> bool:
    """Does nothing stand before it but the question who is logged in? What a server answered is another question."""
    if use.call is None:
        return False
    facts, number = program.facts[use.file], use.call.condition
    while number >= 0:
        text = facts.conditions[number].text
        if _ANSWER.search(text) or not _WHO.search(text):
            return False
        number = facts.conditions[number].around
    return True


def _is_guarded(program: Program, use: Use) -> bool:
    """Stands it behind a question about privacy or permission?"""
    if use.call is None:
        return True
    facts = program.facts[use.file]
    number = use.call.condition
    while number >= 0:
        if _GUARD.search(facts.conditions[number].text):
            return True
        number = facts.conditions[number].around
    inside = use.call.inside
    while inside > 0:  # a callback of requirePrivacyAuthorize, getPrivacySetting, getSetting, authorize
        if inside in program.guarding.get(use.file, ()):
            return True
        inside = facts.functions[inside].parent
    return False


def _first_page(program: Program) -> list[int]:
    if not program.app.home:
        return []
    files = page_files(program.flows_found, program.path, program.app.home)
    template = program.numbers.get(f"{program.path}/{program.app.home}.wxml".lstrip("/"))
    return [*files, *([template] if template is not None else [])]
