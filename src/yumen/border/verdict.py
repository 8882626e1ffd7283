"""The answers of the border, each with its code and article; and which counters and lines a passing person meets."""

from __future__ import annotations

from enum import IntFlag
from typing import Final

from msgspec import Struct

from yumen.kit.i18n import Language, text
from yumen.law import article

UNLIMITED: Final = 2**62


class Counter(IntFlag):
    """What is counted, persons once a year each. The exempt are counted apart and take no headroom."""

    GENERAL = 1
    SENSITIVE = 2
    ZONE = 4
    ROUND_TRIP = 8
    CONTRACT = 16
    EMPLOYEES = 32
    EMERGENCY = 64
    OPENED = 128
    REACHABLE = 256


LIMITED: Final = (Counter.GENERAL, Counter.SENSITIVE, Counter.ZONE)
"""The counters that have a line. `OPENED` and `REACHABLE` are views from abroad, counted beside."""


class Room(Struct, frozen=True):
    """How many persons a year each limited counter may reach under the mechanism at hand (the last that passes)."""

    general_max: int = UNLIMITED
    sensitive_max: int = UNLIMITED
    zone_max: int = UNLIMITED


class Allow(Struct, frozen=True):
    """It may leave, if there is headroom: the booking alone decides that. `code` says by which right.

    `line` is the article that holds whoever comes when there is no more room.
    """

    code: str
    article: str
    counters: Counter
    room: Room
    line: str


class Hold(Struct, frozen=True):
    """Not now: the handler can put it right."""

    code: str
    article: str


class Deny(Struct, frozen=True):
    """No: this person's data does not leave under this contract."""

    code: str
    article: str


Verdict = Allow | Hold | Deny

FULL: Final = {
    Counter.GENERAL: "export.general_full",
    Counter.SENSITIVE: "export.sensitive_full",
    Counter.ZONE: "export.zone_full",
}
"""The code of the Hold that an Allow becomes when there is no headroom."""


def severity(verdict: Verdict) -> int:
    """0 passes, 1 waits, 2 never: for comparing."""
    return 0 if isinstance(verdict, Allow) else 1 if isinstance(verdict, Hold) else 2


def explain(verdict: Verdict, language: Language) -> str:
    """The verdict as a sentence with its article."""
    kind = text(f"verdict.{('allow', 'hold', 'deny')[severity(verdict)]}", language)
    reason = text(verdict.code, language)
    return text("verdict.sentence", language, kind=kind, reason=reason, article=article(verdict.article).text(language))
