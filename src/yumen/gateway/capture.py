"""An act that changes what may leave writes the person's number down, in its own transaction, as part of its event.

    for event in TOUCHING:
        bus.tap(event, capture.note)

No job for each person: the judging run reads the rows in batches. Somebody who waits is not written twice; somebody who
is just being judged is, since the run may have read them before the act.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from yumen.customer import consent, identity, loyalty, orders, profile
from yumen.gateway import change_store as store
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork

TOUCHING: Final[tuple[type, ...]] = (
    identity.SubjectEnrolled,
    consent.ConsentGranted,
    consent.ConsentRefused,
    consent.ConsentWithdrawn,
    profile.PhoneBound,
    profile.PhonesTakenOver,
    profile.ProfileChanged,
    profile.SubjectsMerged,
    profile.SubjectsUnmerged,
    loyalty.MemberEnrolled,
    loyalty.PointsMoved,
    loyalty.PointsTakenOver,
    loyalty.TierChanged,
    orders.AddressesChanged,
    orders.OrderPaid,
    orders.OrderShipped,
    orders.OrderCompleted,
    orders.OrderRefunded,
)
"""What happens to people that a verdict or an exported value may depend on."""
PAGE: Final = 5_000


async def note(conn: Conn, event: Any) -> None:
    """Write down whom that event is about."""
    await store.note(conn, HandlerId(event.handler), _about(event))


async def note_subjects(uow: UnitOfWork, subjects: Sequence[SubjectId]) -> None:
    """Let these be judged anew."""
    await store.note(uow.conn, uow.handler, subjects)


async def note_page(uow: UnitOfWork, after: SubjectId) -> SubjectId | None:
    """Let the next `PAGE` living persons of the handler be judged anew; answers the last, None when all are noted."""
    page = await identity.people.page(uow.conn, uow.handler, after, PAGE)
    if page:
        await store.note(uow.conn, uow.handler, page)
    return page[-1] if len(page) == PAGE else None


def _about(event: Any) -> list[SubjectId]:
    if isinstance(event, profile.PhonesTakenOver | loyalty.PointsTakenOver):
        return sorted(event.subjects)
    if isinstance(event, profile.SubjectsMerged | profile.SubjectsUnmerged):
        return sorted([event.winner, event.loser])
    return [SubjectId(event.subject)]
