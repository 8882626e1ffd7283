"""A finding that somebody answers for: beside the line or in the declaration, with a reason and an end.

    // yumen-ignore SRC012 until 2027-01-31: the vendor ships the fix in January
    <!-- yumen-ignore PRV004 until 2027-01-31: our lawyer is writing it -->

on the finding's line or the one above. Without a reason or an end, or past it, the finding stays and the report says
why the suppression does not count.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from yumen.audit.declaration import Suppression
from yumen.audit.finding import InFile, Place
from yumen.audit.places import Places
from yumen.audit.result import Lapsed

INLINE: Final = re.compile(
    r"yumen-ignore\s+([A-Z]{3}\d{3})(?:\s+until\s+(\d{4}-\d{2}-\d{2}))?(?:\s*[:：]\s*([^\n]{0,300}?))?\s*(?:-->|\*/\}?)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` when it holds, `lapsed` when it was meant to and does not."""

    reason: str = ""
    lapsed: Lapsed | None = None


def judge(
    rule: str, place: Place, line: int | None, places: Places, declared: Sequence[Suppression], on: date
) -> Verdict:
    """Is this finding suppressed on that day?"""
    inline = _inline(rule, place, line, places, on)
    if inline.reason or inline.lapsed:
        return inline
    for one in declared:
        if one.rule == rule and _covers(one, place):
            if one.until < on:
                return Verdict(lapsed=Lapsed(place.name, rule, "expired", {"until": one.until.isoformat()}))
            return Verdict(_reason(one.reason, one.until))
    return Verdict()


def strangers(declared: Sequence[Suppression], known: Container[str]) -> tuple[Lapsed, ...]:
    """Declared suppressions of rules that do not exist: a slip of the pen is not silence."""
    return tuple(Lapsed("[[suppress]]", one.rule, "no_rule") for one in declared if one.rule not in known)


def _inline(rule: str, place: Place, line: int | None, places: Places, on: date) -> Verdict:
    if not isinstance(place, InFile) or line is None:
        return Verdict()
    for number in (line, line - 1):
        found = INLINE.search(places.text(place.path, number))
        if found is not None and found[1] == rule:
            return _read(rule, f"{place.path}:{number}", found[2], (found[3] or "").strip(), on)
    return Verdict()


def _read(rule: str, place: str, until: str | None, reason: str, on: date) -> Verdict:
    if not reason:
        return Verdict(lapsed=Lapsed(place, rule, "no_reason"))
    try:
        end = date.fromisoformat(until or "")
    except ValueError:
        return Verdict(lapsed=Lapsed(place, rule, "no_end"))
    if end < on:
        return Verdict(lapsed=Lapsed(place, rule, "expired", {"until": end.isoformat()}))
    return Verdict(_reason(reason, end))


def _covers(one: Suppression, place: Place) -> bool:
    if one.place is None:
        return True
    return place.name.startswith(one.place) if one.place.endswith("/") else place.name == one.place


def _reason(reason: str, until: date) -> str:
    return f"{reason} ({until.isoformat()})"
