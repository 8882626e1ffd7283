"""When two subjects turn out to be one person, every no wins; a merge never makes a yes."""

from __future__ import annotations

from typing import Final

from yumen.customer.consent import store
from yumen.customer.consent.store import Cause, Standing, State
from yumen.customer.consent.writing import write_down
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded

STRICTNESS: Final = (None, State.GIVEN, State.REFUSED, State.WITHDRAWN)


def stricter(a: State | None, b: State | None) -> State | None:
    """The answer that holds for both: withdrawn before refused before given; given only if nobody is still unasked."""
    if None in (a, b) and State.GIVEN in (a, b):
        return None
    return max(a, b, key=STRICTNESS.index)


async def merge(uow: UnitOfWork, winner: SubjectId, loser: SubjectId) -> int:
    """Let the winner take over every no of the loser; answers how many purposes changed.

    The winner's own yes stands where the loser was never asked; the loser's yes is not taken over, so the winner is
    asked. Undo a merge with `merge(uow, winner=loser, loser=winner)`: what was refused while they were one stays so.
    """
    await store.lock_subject(uow.conn, min(winner, loser))
    await store.lock_subject(uow.conn, max(winner, loser))
    own = {standing.purpose: standing for standing in await store.list_standings(uow.conn, uow.handler, winner)}
    changed = 0
    for theirs in await store.list_standings(uow.conn, uow.handler, loser):
        mine = own.get(theirs.purpose)
        state = stricter(theirs.state, None if mine is None else mine.state)
        if state in (State.REFUSED, State.WITHDRAWN) and (mine is None or mine.state is not state):
            await _take_over(uow, winner, theirs, state)
            changed += 1
    return changed


@recorded
async def _take_over(uow: UnitOfWork, winner: SubjectId, theirs: Standing, state: State) -> None:
    await write_down(uow, winner, theirs, state, Cause.MERGE)
