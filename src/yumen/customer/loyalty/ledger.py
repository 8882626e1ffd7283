"""Book points in double entry: earn, redeem, reverse, adjust. What was booked is never changed, only answered.

Each act stands for a source and is booked once: a repeat answers the first posting and leaves no leaf. A person's
family of subjects (merges) is held and read together; nothing of it is rewritten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from yumen.customer.identity import subjects
from yumen.customer.loyalty import ledger_store as store
from yumen.customer.loyalty.events import PointsMoved
from yumen.customer.loyalty.ledger_store import Posting
from yumen.customer.loyalty.movement import Account, Books, Entry, Lot, credited, restored, reversed_earning, taken
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes

T = TypeVar("T")

POINTS_UNFIT: Final = Code("loyalty.points_unfit", 422)
SOURCE_USED: Final = Code("loyalty.source_used", 409)
SOURCE_UNKNOWN: Final = Code("loyalty.source_unknown", 404)
REVERSED_ALREADY: Final = Code("loyalty.reversed_already", 409)

EARNED: Final = trail.LeafKind("points.earned", "posting", "source", "points", "lines")
REDEEMED: Final = trail.LeafKind("points.redeemed", "posting", "source", "points")
REVERSED: Final = trail.LeafKind("points.reversed", "posting", "reverses", "points", "owed")
RESTORED: Final = trail.LeafKind("points.restored", "posting", "reverses", "points")
ADJUSTED: Final = trail.LeafKind("points.adjusted", "posting", "points", "reason", "approval")

ADJUST: Final = "loyalty.adjust"
POINTS_MAX: Final = 1_000_000_000
NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""When points end that do not."""

Explanation = Sequence[Mapping[str, str | int]]


@dataclass(frozen=True, slots=True)
class Source:
    """What an act stands for: a kind of ours (`order`), its reference (an id or code, nothing personal), a rule."""

    kind: str
    reference: str
    rule: str = ""


class UnbalancedError(AssertionError):
    """The lines of a posting do not sum to zero: our defect, and nothing was written."""


@dataclass(frozen=True, slots=True)
class Held:
    """A person's points, held until commit: the person meant, their family of subjects, and what each owes."""

    person: SubjectId
    family: Sequence[SubjectId]
    owed: Mapping[SubjectId, int]


async def hold(uow: UnitOfWork, subject: SubjectId) -> Held:
    """Let nobody else book on this person's points until commit. Raises `subject.not_found`."""
    family = await store.list_family(uow.conn, uow.handler, subject)
    if not family:
        raise subjects.NOT_FOUND()
    return Held(family[0], family, await store.lock_balances(uow.conn, uow.handler, family[0], family))


async def hold_with(uow: UnitOfWork, subject: SubjectId, ask: Callable[[], Awaitable[T]]) -> tuple[Held, T]:
    """The same, with a statement that `ask` sends behind the lock. Raises `subject.not_found`."""
    family, owed, asked = await store.hold(uow.conn, uow.handler, subject, ask)
    if not family:
        raise subjects.NOT_FOUND()
    return Held(family[0], family, owed), asked


@recorded
async def earn(
    uow: UnitOfWork,
    subject: SubjectId | Held,
    source: Source,
    points: int,
    expires_at: datetime = NEVER,
    explanation: Explanation | None = None,
) -> Posting:
    """Give points that end at that moment; what the person owes is paid first.

    Whoever hands in `Held` has asked whether the source was booked.

    Raises `loyalty.points_unfit`, `loyalty.source_used`, `subject.not_found`.
    """
    check_points(points)
    held = subject if isinstance(subject, Held) else await hold(uow, subject)
    before = None if isinstance(subject, Held) else await booked(uow, held, source)
    if before is not None:
        return uow.unchanged(_same(before, "earn", points))
    person = held.person
    posting = _posting(uow, person, "earn", source, points, explanation=explanation)
    await _credit(uow, held, posting, points, Account.ISSUED, expires_at)
    lines = len(explanation or ())
    await trail.record(uow, EARNED.name, person, posting=posting.id, source=source.kind, points=points, lines=lines)
    return posting


@recorded
async def redeem(uow: UnitOfWork, subject: SubjectId, source: Source, points: int) -> Posting:
    """Spend points, those that end first; never more than there are.

    Raises `loyalty.points_insufficient`, `loyalty.points_unfit`, `loyalty.source_used`, `subject.not_found`.
    """
    check_points(points)
    person, books, before = await _open(uow, subject, source)
    if before is not None:
        return uow.unchanged(_same(before, "redeem", points))
    posting = _posting(uow, person, "redeem", source, points)
    await _write(uow, posting, taken(books, person, points, Account.REDEEMED, uow.now))
    await trail.record(uow, REDEEMED.name, person, posting=posting.id, source=source.kind, points=points)
    return posting


@recorded
async def reverse(uow: UnitOfWork, of: Source, source: Source, points: int | None = None) -> Posting:
    """Take an earning or a redemption back, whole or in part; `source` is why (a refund), `points` None is the rest.

    An earning is taken from its own lot, then from others, and what was spent is owed; a redemption goes back into the
    lots it came from, with their old end. Raises `loyalty.source_unknown`, `loyalty.reversed_already`,
    `loyalty.points_unfit`, `loyalty.source_used`.
    """
    origin = await find(uow, of)
    if origin is None or origin.act not in ("earn", "redeem"):
        raise SOURCE_UNKNOWN(kind=of.kind)
    lines = await store.list_entries(uow.conn, [origin.id])
    lots = [entry.lot for entry in lines if entry.account is Account.MEMBER and entry.lot is not None]
    person, books, before = await _open(uow, origin.subject, source, named=lots)
    act = "reverse" if origin.act == "earn" else "restore"
    if before is not None:
        return uow.unchanged(_same(before, act, points or before.points))
    earlier = await store.list_reversals(uow.conn, origin.id)
    rest = origin.points - sum(earlier.values())
    points = rest if points is None else points
    if rest == 0 or points > rest:
        raise REVERSED_ALREADY(points=points, left=rest)
    check_points(points)
    posting = _posting(uow, person, act, source, points, reverses=origin.id)
    if act == "reverse":
        entries = reversed_earning(books, person, lots, points, uow.now)
        owed = -sum(entry.points for entry in entries if entry.account is Account.OWED)
        await _write(uow, posting, entries)
        await trail.record(uow, REVERSED.name, person, posting=posting.id, reverses=origin.id, points=points, owed=owed)
        return posting
    back = await store.list_entries(uow.conn, list(earlier))
    await _write(uow, posting, restored(books, person, _still_out([*lines, *back]), points))
    await trail.record(uow, RESTORED.name, person, posting=posting.id, reverses=origin.id, points=points)
    return posting


@recorded
async def adjust(
    uow: UnitOfWork,
    ref: str,
    source: Source,
    points: int,
    reason: str,
    approval: str | None,
    expires_at: datetime = NEVER,
) -> Posting:
    """Give (above zero) or take (below) points by hand, for a reason (a code), as a second person approved.

    Raises `approval.…`, `loyalty.points_insufficient`, `loyalty.points_unfit`, `subject.not_found`.
    """
    check_points(abs(points))
    subject = (await subjects.get_by_ref(uow, ref, at="/subject")).id
    held = await hold(uow, subject)
    before = await booked(uow, held, source)
    if before is not None:
        return uow.unchanged(_same(before, "adjust", points))
    facts = adjust_facts(ref, source.reference, points, reason)
    await four_eyes.consume(uow, approval, ADJUST, four_eyes.facts_hash(facts))
    person = held.person
    posting = _posting(uow, person, "adjust", source, points, reason=reason)
    if points > 0:
        await _credit(uow, held, posting, points, Account.ADJUSTED, expires_at)
    else:
        books = Books(await store.list_lots(uow.conn, held.family), held.owed)
        await _write(uow, posting, taken(books, person, -points, Account.ADJUSTED, uow.now))
    await trail.record(uow, ADJUSTED.name, person, posting=posting.id, points=points, reason=reason, approval=approval)
    return posting


def adjust_facts(ref: str, reference: str, points: int, reason: str) -> four_eyes.Facts:
    """What the second person approves."""
    return {"subject": ref, "reference": reference, "points": points, "reason": reason}


async def find(uow: UnitOfWork, source: Source) -> Posting | None:
    """What was booked for this source, if anything."""
    return await store.find_posting(uow.conn, uow.handler, source.kind, source.reference, source.rule)


async def _open(
    uow: UnitOfWork, subject: SubjectId, source: Source, named: Sequence[int] = ()
) -> tuple[SubjectId, Books, Posting | None]:
    """Hold the person's points and read what is booked: the person meant, their books, and an earlier posting."""
    held = await hold(uow, subject)
    before = await booked(uow, held, source)
    if before is not None:
        return held.person, Books([], {}), before
    return held.person, Books(await store.list_lots(uow.conn, held.family, named), held.owed), None


async def booked(uow: UnitOfWork, held: Held, source: Source) -> Posting | None:
    """What was booked for this source before; for somebody else it may not be (`loyalty.source_used`)."""
    before = await find(uow, source)
    if before is not None and before.subject not in held.family:
        raise SOURCE_USED(kind=source.kind)
    return before


async def _credit(
    uow: UnitOfWork, held: Held, posting: Posting, points: int, against: Account, expires_at: datetime
) -> None:
    lot = Lot(store.NEW_LOT, held.person, expires_at, 0)
    await _write(uow, posting, credited(Books([], held.owed), lot, points, against), expires_at)


async def _write(
    uow: UnitOfWork, posting: Posting, entries: Sequence[Entry], expires_at: datetime | None = None
) -> None:
    check_balanced(posting, entries)
    await store.write(uow.conn, uow.handler, posting, entries, expires_at)
    await uow.emit(PointsMoved(posting.subject, uow.handler))


def check_balanced(posting: Posting, entries: Sequence[Entry]) -> None:
    """Raises UnbalancedError."""
    if sum(entry.points for entry in entries) != 0:
        raise UnbalancedError(posting.act)


def _posting(
    uow: UnitOfWork,
    person: SubjectId,
    act: str,
    source: Source,
    points: int,
    *,
    reverses: str | None = None,
    reason: str | None = None,
    explanation: Explanation | None = None,
) -> Posting:
    return Posting(
        new_id("pst"), person, act, source.kind, source.reference, source.rule, points, uow.now,
        reverses, reason, explanation,
    )  # fmt: skip


def _same(before: Posting, act: str, points: int) -> Posting:
    """A repeat says the same as the first time. Raises `loyalty.source_used`."""
    if before.act != act or before.points != points:
        raise SOURCE_USED(kind=before.kind)
    return before


def _still_out(entries: Sequence[Entry]) -> dict[int, int]:
    """How many points of each lot a redemption took and did not give back yet."""
    out: dict[int, int] = {}
    for entry in entries:
        if entry.account is Account.MEMBER and entry.lot is not None:
            out[entry.lot] = out.get(entry.lot, 0) - entry.points
    return out


def check_points(points: int) -> None:
    """Raises `loyalty.points_unfit`."""
    if not 0 < points <= POINTS_MAX:
        raise POINTS_UNFIT(points_max=POINTS_MAX)
