"""What an app must offer its shoppers, told by the absence of every trace of it."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.apis import names
from yumen.audit.source.sites import setting
from yumen.law import Tag

PAGES_MIN = 3
"""A program of fewer pages is a demonstration or a part: absence says nothing about it."""

_PLAIN = frozenset({"login", "getPhoneNumber", "getUserProfile", "getUserInfo", "chooseAddress"})
"""Interfaces that tell who somebody is, rather than one thing of theirs."""


@rule(
    "SRC080",
    Area.SOURCE,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("ecom.24", "ndsmr.24", "pipl.47", "appmethod.6"),
    effort=Effort.DAYS,
)
def no_way_to_close_the_account(source: SourceEvidence) -> Iterator[Finding]:
    """Nothing in the app closes an account.

    Who may open an account must be able to close it without unreasonable conditions, within 15 working days. In the
    lists of 2026 it is the most frequent finding of the authorities.

    Found: the app logs people in (`{api}`), and nothing speaks of closing an account (注销).

    Way out: Put “Close account” on the settings page, say what is deleted and what must be kept for how long, and do
    it.
    """
    for program in _grown(source):
        api = _logs_in(program)
        if api and program.speaks_of("account_deletion") is None:
            yield Finding(setting(program), {"api": api}, Certainty.LIKELY, key="none")


@rule("SRC081", Area.SOURCE, Tag.LAW, Effect.ILLEGAL, requirements=("pipl.15",), effort=Effort.DAYS)
def no_way_to_withdraw_consent(source: SourceEvidence) -> Iterator[Finding]:
    """Nothing in the app withdraws a consent.

    Withdrawing must be as easy as giving. A sentence in the policy with a mail address is not.

    Found: the app collects personal data (`{api}`), and nothing speaks of withdrawing (撤回).

    Way out: Show the given consents on one page with a switch each, and call `wx.openSetting` for those of WeChat.
    """
    for program in _grown(source):
        if program.uses_of("openSetting") or _opens_settings(program):
            continue
        yield from _missing(program, "consent_withdrawal")


@rule(
    "SRC082",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("ndsmr.21", "appmethod.1"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def no_list_of_personal_information(source: SourceEvidence) -> Iterator[Finding]:
    """Nothing leads to the lists of what is collected and what is shared.

    The Network Data Regulations want both as lists; reviewers look for them beside the privacy policy.

    Found: the app collects personal data (`{api}`), and nothing leads to such a list (信息清单).

    Way out: Add the two lists as pages or sections of the policy, with a link on the settings page.
    """
    yield from _absent(source, "personal_information_list")


@rule("SRC083", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("appmethod.6", "pipl.44"), effort=Effort.HALF_DAY)
def no_way_to_complain(source: SourceEvidence) -> Iterator[Finding]:
    """Nothing in the app takes a complaint or a request.

    Requests about personal data need an answer within 15 working days, so there must be a way to make them.

    Found: the app collects personal data (`{api}`), and nothing offers service, feedback or complaint.

    Way out: Add `open-type="contact"` or a form on the settings page.
    """
    yield from _absent(source, "complaint")


@rule(
    "SRC084", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("iis.12",), owner=Owner.COMPLIANCE, effort=Effort.HOUR
)
def filing_number_is_not_shown(source: SourceEvidence) -> Iterator[Finding]:
    """No page shows the filing number.

    The ICP number must be shown and link to the ministry's page. WeChat shows the number of the mini-program on its
    own page; a web page in a web-view must show its own.

    Found: the app has {pages} pages, and none shows a number of the form 沪ICP备…号.

    Way out: Put the number at the foot of “About” or “Mine”.
    """
    for program in _grown(source):
        if program.speaks_of("icp_number") is None and program.uses:
            facts = {"pages": len(program.app.pages)}
            yield Finding(setting(program), facts, Certainty.LIKELY, key="none")


@rule(
    "SRC085", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("ecom.15",), owner=Owner.COMPLIANCE, effort=Effort.HOUR
)
def business_licence_is_not_shown(source: SourceEvidence) -> Iterator[Finding]:
    """The app sells, and no page shows the business licence.

    Sellers show the licence, or a link to it, on the home page all the time.

    Found: `{api}` takes payments, and nothing speaks of the business licence (营业执照).

    Way out: Link the licence from the foot of the home page or from “About”.
    """
    for program in _grown(source):
        paid = [use for use in program.uses_of("requestPayment", "requestVirtualPayment") if program.is_own(use.file)]
        if paid and program.speaks_of("business_licence") is None:
            yield Finding(setting(program), {"api": paid[0].name}, Certainty.LIKELY, key="none")


def _absent(source: SourceEvidence, subject: str) -> Iterator[Finding]:
    for program in _grown(source):
        yield from _missing(program, subject)


def _missing(program: Program, subject: str) -> Iterator[Finding]:
    api = _collects(program)
    if api and program.speaks_of(subject) is None:
        yield Finding(setting(program), {"api": api}, Certainty.LIKELY, key="none")


def _grown(source: SourceEvidence) -> Iterator[Program]:
    """Programs large enough for an absence to say something."""
    return (one for one in source.programs if len(one.app.pages) >= PAGES_MIN)


def _collects(program: Program) -> str:
    """The interface by which the app knows a person, the plainest first; empty if none."""
    known = names().sources
    used = {use.name for use in program.uses if use.name == "login" or use.name in known}
    plain = sorted(name for name in used if name in _PLAIN)
    return min(plain, default="") or _phone_button(program) or min(used, default="")


def _logs_in(program: Program) -> str:
    """What shows that people have an account here: a login, a number asked for, or a way to log out."""
    if program.uses_of("login"):
        return "login"
    return _phone_button(program) or ("logout" if program.speaks_of("session") is not None else "")


def _phone_button(program: Program) -> str:
    types = (one.type.text for one in program.gathered.openings)
    return next((text for text in types if "PhoneNumber" in text), "")


def _opens_settings(program: Program) -> bool:
    return any(one.type.text == "openSetting" for one in program.gathered.openings)
