"""Let those be judged anew for whom something may be otherwise now: new rules, a new day, a new year.

Nobody of them did anything, so no act wrote them down.
"""

from __future__ import annotations

from typing import Final

from yumen.border import filings, transfers
from yumen.gateway import connection_store, connections
from yumen.gateway.capture import note_subjects
from yumen.gateway.gate import Gate, gateway_actor
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Work

PAGE: Final = 5_000


async def wake_held(work: Work, gate: Gate, handler: HandlerId) -> int:
    """Whoever waits for the handler (no room, no filing, no notice), under every contract; answers how many."""
    async with work.begin(gateway_actor(handler)) as uow:
        rules = await filings.rules(uow, gate.data_map, gate.what_is(handler))
    woken = 0
    for contract in rules.contracts:
        after: SubjectId | None = SubjectId(0)
        while after is not None:
            async with work.begin(gateway_actor(handler)) as uow:
                page = await transfers.held(uow, contract, after, PAGE)
                if page:
                    await note_subjects(uow, page)
            woken += len(page)
            after = page[-1] if len(page) == PAGE else None
    return woken


async def follow_rules(work: Work, gate: Gate, handler: HandlerId, contract: str) -> bool:
    """New rules since this connection was looked through: everybody is judged anew. Answers whether they were new."""
    async with work.begin(gateway_actor(handler)) as uow:
        await connection_store.ensure(uow.conn, handler, contract, uow.now)
        rules = await filings.rules(uow, gate.data_map, gate.what_is(handler))
        known = await connection_store.find(uow.conn, handler, contract)
    if known is not None and known.rules_version == rules.version:
        return False
    await connections.resync(work, handler)  # first, so that a crash in between repeats it
    async with work.begin(gateway_actor(handler)) as uow:
        return await connection_store.set_rules(uow.conn, handler, contract, rules.version)
