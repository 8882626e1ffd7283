"""Whoever a recipient could not take just now waits, longer each time; whom it never takes becomes a case for people.

A lock or a moment's load passes within a round. What outlasts a round would otherwise be sent again every second, for
ever, at the cost of the recipient's quota, and nobody would see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.gateway import departing
from yumen.gateway import put_off_store as store
from yumen.gateway.flight import Flight
from yumen.gateway.gate import Recipient
from yumen.kit.work import UnitOfWork

ROUNDS_MAX: Final = 12
"""With the waits of the store about five hours: an org that is locked for a night's work is waited for."""


async def put_off(uow: UnitOfWork, recipient: Recipient, refused: Sequence[tuple[Flight, str]]) -> int:
    """They wait for a later round; answers how many became cases, with the recipient's last code, instead."""
    codes = {flight.subject: code[:64] for flight, code in sorted(refused, key=lambda one: one[0].subject)}
    tried = await store.put_off(uow.conn, uow.handler, recipient.contract, codes, uow.now)
    worn = [(flight, code) for flight, code in refused if tried[flight.subject] >= ROUNDS_MAX]
    if worn:
        await departing.refuse(uow, recipient, worn)
        await store.forget(uow.conn, uow.handler, recipient.contract, [flight.subject for flight, _ in worn])
    return len(worn)
