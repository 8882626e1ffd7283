"""Every night: count the ledger anew from its entries, and put what was found into the trail.

Every posting sums to zero, every cached balance and lot is what its entries say. The digest is over the totals, so that
a later count of the same entries can be compared with what stands in the trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from yumen.customer.loyalty import check_store
from yumen.customer.loyalty.events import LedgerUnsound
from yumen.kit.crypto import sm3
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail

CHECKED: Final = trail.LeafKind("loyalty.checked", "postings", "entries", "unbalanced", "balances", "lots", "digest")


@dataclass(frozen=True, slots=True)
class Recount:
    """What was counted. `totals` is by account; `unbalanced`, `balances` and `lots` say how many are amiss."""

    postings: int
    entries: int
    newest: str
    totals: Mapping[str, int]
    unbalanced: int
    balances: int
    lots: int

    @property
    def sound(self) -> bool:
        return self.unbalanced == self.balances == self.lots == 0 and sum(self.totals.values()) == 0

    def digest(self) -> bytes:
        """SM3 over the counts, the newest posting and the totals as JSON with sorted names."""
        return sm3(msgspec.json.encode([self.postings, self.entries, self.newest, dict(self.totals)], order="sorted"))


@recorded
async def check(uow: UnitOfWork) -> Recount:
    """Count the ledger of this handler and record it; a difference is also an event (`LedgerUnsound`)."""
    found = Recount(**await check_store.recount(uow.conn, uow.handler))
    await trail.record(
        uow,
        CHECKED.name,
        postings=found.postings,
        entries=found.entries,
        unbalanced=found.unbalanced,
        balances=found.balances,
        lots=found.lots,
        digest=found.digest().hex(),
    )
    if not found.sound:
        await uow.emit(LedgerUnsound(uow.handler, found.unbalanced, found.balances, found.lots))
    return found


async def check_job(work: Work, args: Arguments) -> None:
    """Arguments: `handler`."""
    async with work.begin(Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))) as uow:
        await check(uow)
