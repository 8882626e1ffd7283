"""Decide which entries an act makes: pure, points in, lines out, and every set of lines sums to zero.

Credit is positive: `member` is what we owe people, lot by lot; `owed` is what they owe us and stands below zero; the
house's accounts (`issued`, `redeemed`, `expired`, `adjusted`) are the other side. Whatever comes in pays what is owed
first; whatever is taken is taken from what ends first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId

INSUFFICIENT: Final = Code("loyalty.points_insufficient", 409)


class Account(StrEnum):
    MEMBER = "member"
    OWED = "owed"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True)
class Lot:
    """Points of one person that end at one moment: what is left, and what of them ended unspent."""

    id: int
    subject: SubjectId
    expires_at: datetime
    left: int
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: credit is positive."""

    account: Account
    subject: SubjectId
    points: int
    lot: int | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """What a person's family of subjects has: lots in the order in which they end, and what each owes (≥ 0)."""

    lots: Sequence[Lot]
    owed: Mapping[SubjectId, int]

    def live(self, now: datetime) -> list[Lot]:
        return [lot for lot in self.lots if lot.left and lot.expires_at > now]


def credited(books: Books, lot: Lot, points: int, against: Account) -> list[Entry]:
    """Give points: what is owed is paid first, the rest goes into the lot. `against` is the house's account."""
    paid = _paid(books, points)
    rest = points - sum(entry.points for entry in paid)
    kept = [Entry(Account.MEMBER, lot.subject, rest, lot.id)] if rest else []
    return [Entry(against, lot.subject, -points), *paid, *kept]


def taken(books: Books, subject: SubjectId, points: int, against: Account, now: datetime) -> list[Entry]:
    """Take points from the lots that end first. Raises `loyalty.points_insufficient`."""
    live = books.live(now)
    available = sum(lot.left for lot in live)
    if points > available:
        raise INSUFFICIENT(points=points, available=available)
    return [*_drawn(live, points), Entry(against, subject, points)]


def reversed_earning(
    books: Books, subject: SubjectId, origin: Sequence[int], points: int, now: datetime
) -> list[Entry]:
    """Take back what was earned: from its own lots, then what of them ended unspent, then other lots, then as debt.

    `origin` are the numbers of its lots. A lot that ended has cost its person those points already, so they are not
    taken twice: the house moves them from `expired` back to `issued`.
    """
    own = [lot for lot in books.lots if lot.id in origin]
    others = [lot for lot in books.live(now) if lot.id not in origin]
    lines, missing = _up_to(((lot, lot.left) for lot in own), points, Account.MEMBER)
    ended, missing = _up_to(((lot, lot.expired) for lot in own), missing, Account.EXPIRED)
    drawn, missing = _up_to(((lot, lot.left) for lot in others), missing, Account.MEMBER)
    debt = [Entry(Account.OWED, subject, -missing)] if missing else []
    return [*lines, *ended, *drawn, *debt, Entry(Account.ISSUED, subject, points)]


def restored(books: Books, subject: SubjectId, taken_of: Mapping[int, int], points: int) -> list[Entry]:
    """Give back what was redeemed, into the lots it came from, those that end last first; what is owed is paid first.

    `taken_of` says how many points of each lot are still out.
    """
    paid = _paid(books, points)
    rest = points - sum(entry.points for entry in paid)
    back: list[Entry] = []
    for lot in reversed(books.lots):
        part = min(rest, taken_of.get(lot.id, 0))
        if part:
            back.append(Entry(Account.MEMBER, lot.subject, part, lot.id))
            rest -= part
    return [Entry(Account.REDEEMED, subject, -points), *paid, *back]


def ended(lot: Lot) -> list[Entry]:
    """What is left of a lot whose time is over."""
    return [
        Entry(Account.MEMBER, lot.subject, -lot.left, lot.id),
        Entry(Account.EXPIRED, lot.subject, lot.left, lot.id),
    ]


def _paid(books: Books, points: int) -> list[Entry]:
    lines, rest = [], points
    for debtor, owed in sorted(books.owed.items()):
        part = min(rest, owed)
        if part:
            lines.append(Entry(Account.OWED, debtor, part))
            rest -= part
    return lines


def _drawn(lots: Iterable[Lot], points: int) -> list[Entry]:
    lines, _ = _up_to(((lot, lot.left) for lot in lots), points, Account.MEMBER)
    return lines


def _up_to(parts: Iterable[tuple[Lot, int]], points: int, account: Account) -> tuple[list[Entry], int]:
    """Draw on each in turn until `points` are found; answers the lines and what is missing."""
    lines, missing = [], points
    for lot, there in parts:
        part = min(missing, there)
        if part:
            lines.append(Entry(account, lot.subject, -part, lot.id))
            missing -= part
    return lines, missing
