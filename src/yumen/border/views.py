"""What counts as viewing from abroad: where somebody sits is abroad until known; seen or within reach, both counted.

PIPL knows no difference between sending and letting somebody abroad query, open or download (CAC answers of 2025-10-31,
question 5). Persons opened and persons reachable are both counted; which of the two takes headroom is a setting that
names who decided.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec
from msgspec import Struct

from yumen.border.booking import Way
from yumen.border.contract import MAINLAND
from yumen.border.verdict import UNLIMITED, Allow, Counter, Room, Verdict


class Books(StrEnum):
    """Which persons take headroom: those whose record was opened, or all whom a role could open."""

    OPENED = "opened"
    REACHABLE = "reachable"


class ViewRule(Struct, frozen=True):
    """The setting. There is no default: somebody decided it on some day."""

    books: Books
    decided_by: str
    decided_on: date


def is_abroad(country: str | None) -> bool:
    """Does somebody who sits there act abroad? Unknown is abroad; Hong Kong, Macao and Taiwan are."""
    return country != MAINLAND


def as_view(verdict: Verdict, way: Way, rule: ViewRule) -> Verdict:
    """The verdict of a transfer as that of a view: counted beside, and taking headroom only if the rule says so."""
    if not isinstance(verdict, Allow):
        return verdict
    seen = Counter.OPENED if way is Way.OPENED else Counter.REACHABLE
    if (way is Way.OPENED) == (rule.books is Books.OPENED):
        return msgspec.structs.replace(verdict, counters=verdict.counters | seen)
    free = Room(UNLIMITED, UNLIMITED, UNLIMITED)
    return msgspec.structs.replace(verdict, counters=seen, room=free)
