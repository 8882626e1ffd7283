"""Write one answer down: the row, its leaf, its event, together or not at all."""

from __future__ import annotations

from typing import Final

from yumen.customer.consent import store
from yumen.customer.consent.events import ConsentGranted, ConsentRefused, ConsentWithdrawn
from yumen.customer.consent.store import Answer, Cause, Shown, State
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork
from yumen.security import trail
from yumen.security.trail import LeafKind

LEAVES: Final = {
    state: LeafKind(f"consent.{state}", "answer", "purpose", "notice", "version", "language", "cause")
    for state in State
}
EVENTS: Final = {
    State.GIVEN: ConsentGranted,
    State.REFUSED: ConsentRefused,
    State.WITHDRAWN: ConsentWithdrawn,
}


async def write_down(uow: UnitOfWork, subject: SubjectId, shown: Shown, state: State, cause: Cause) -> None:
    """One step of a `@recorded` story. The answer's row keeps the key of its leaf, for proofs."""
    answer = Answer(new_id("cns"), subject, shown.purpose, state, cause, shown.notice_id, shown.language, uow.now)
    await trail.record(
        uow,
        LEAVES[state].name,
        subject=subject,
        answer=answer.id,
        purpose=shown.purpose.value,
        notice=shown.notice_hash.hex(),
        version=shown.version,
        language=shown.language,
        cause=cause.value,
    )
    await store.insert_answer(uow.conn, uow.handler, answer, await trail.last_entry(uow))
    await uow.emit(EVENTS[state](handler=uow.handler, subject=subject, purpose=shown.purpose.value, answer=answer.id))
