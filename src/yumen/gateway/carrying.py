"""Carry one batch to its recipient, until each of its records is settled or must wait for the next round.

NotSent: the same again, later. Unsettled: ask first. Rejected: the connection stops, and people look. Before every
attempt the batch is judged and opened anew. Only the call itself takes one of the recipient's places: a batch is made
ready before, and settled after, while others fly.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from yumen.gateway import connection_store, connections, putting_off
from yumen.gateway.asking import ABSENT, found_of, settled_of
from yumen.gateway.connectors.connector import Outcome, Settled
from yumen.gateway.departing import CLOSED, ENDED, prepare_batch
from yumen.gateway.flight import Flight, Ready
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.lockout import LOCKED_OUT, raise_if_locked_out
from yumen.gateway.pace import Pace, Patience, retry_after_s
from yumen.gateway.settling import ground, settle_batch
from yumen.gateway.tally import Tally
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code, NotSent, Problem, Rejected, Unsettled
from yumen.kit.work import UnitOfWork, Work

QUOTA: Final = Code("gateway.quota_spent", 429)
REFUSED: Final = Code("gateway.call_refused", 502)
ENDS_ROUND: Final = frozenset({CLOSED, ENDED, QUOTA, REFUSED, LOCKED_OUT})
LATER: Final = frozenset({"vault.no_key", "keys.shredded", "vault.budget_spent", "lane.busy"})
"""Somebody was erased just now, or we are at a limit of our own: the batch is looked at again."""

log = logging.getLogger("yumen.gateway")


class Carrier:
    """Carries the batches of one round. `tally` tells what became of them."""

    def __init__(
        self, work: Work, gate: Gate, recipient: Recipient, contract_id: int, pace: Pace, patience: Patience
    ) -> None:
        self.tally = Tally()
        self._work = work
        self._gate = gate
        self._recipient = recipient
        self._contract_id = contract_id
        self._pace = pace
        self._patience = patience
        self._busy: dict[str, str] = {}
        """By key: the code with which the recipient could not take somebody just now."""

    async def prepare(self, flights: Sequence[Flight]) -> Ready | None:
        """What of these may be sent now. None: they are to be looked at again. Raises Problem of `ENDS_ROUND`."""
        try:
            return await prepare_batch(self._work, self._gate, self._recipient, self._contract_id, flights)
        except Problem as refused:
            if refused.code.name not in LATER:
                raise
            return None

    async def carry(self, flights: Sequence[Flight], ready: Ready | None, *, bulk: bool = False) -> None:
        """`ready`: what was made ready of them a moment ago. Raises Problem of `ENDS_ROUND`."""
        for attempt in range(1, self._patience.attempts_max + 1):
            ready = ready or await self.prepare(flights)
            if ready is not None:
                flights, ready = await self._once(ready, bulk=bulk), None
            if not flights:
                return
            await self._patience.sleep(self._patience.wait_s(attempt))
        await self._leave(flights)

    async def _once(self, ready: Ready, *, bulk: bool) -> Sequence[Flight]:
        """One attempt; answers who is to be sent again."""
        if not ready.records:
            return ()
        try:
            said = await self._call(ready, bulk=bulk)
        except NotSent as failure:
            again = await self._not_sent(ready, failure.code)
            raise_if_locked_out(self._recipient, failure)
            return again
        except Problem as ended:
            await self._not_sent(ready, ended.code.name)
            raise
        except Rejected as failure:
            await self._refused(ready, failure.upstream or failure.code)
            raise REFUSED(contract=self._recipient.contract) from failure
        return () if said is None else await self._settle(ready, said)

    async def _call(self, ready: Ready, *, bulk: bool) -> Sequence[Settled] | None:
        """The recipient's word on each, or its answer to the question; None when it could not be asked.

        Raises NotSent, Rejected, `gateway.quota_spent`, `gateway.locked_out`.
        """
        lost: Unsettled | None = None
        async with self._pace.place():
            await self._afford()
            call = self._pace.begin()
            try:
                said = await self._send(ready, bulk=bulk)
            except NotSent as failure:
                self._pace.was_too_much(call, retry_after_s(failure))
                raise
            except Unsettled as failure:
                self._pace.was_too_much(call, retry_after_s(failure))
                lost = failure
        if lost is not None:
            with self._pace.asking(call):
                return await self._asked(ready, lost.code)
        self._pace.answered()
        if any(one.outcome is Outcome.RETRY for one in said):
            self._pace.was_too_much(call)
        else:
            self._pace.went_well()
        return said

    async def _send(self, ready: Ready, *, bulk: bool) -> list[Settled]:
        """Raises NotSent, Rejected, Unsettled; an answer that does not fit the question settles nothing."""
        connector = self._recipient.connector
        said = await (connector.send_bulk(ready.records) if bulk else connector.send(ready.records))
        if [one.external_id for one in said] != [one.external_id for one in ready.records]:
            raise Unsettled("gateway.answer_unfit")
        return said

    async def _settle(self, ready: Ready, said: Sequence[Settled]) -> Sequence[Flight]:
        async with self._work.begin(self._recipient.actor) as uow:
            pairs = list(zip(ready.flights, said, strict=True))
            sorted_out = await settle_batch(uow, self._recipient, pairs, ready.keep_days)
            await connection_store.note_up(uow.conn, uow.handler, self._recipient.contract)
            if not self._recipient.calls_a_day_max:
                await self._spend(uow)  # last: every batch wants this row
        busy = {flight.key: one.code for flight, one in pairs if one.outcome is Outcome.RETRY and one.code != ABSENT}
        self._busy.update(busy)
        self.tally.arrived += sorted_out.arrived
        self.tally.rejected += sorted_out.rejected
        self._tell("settled", len(ready.records), len(sorted_out.again))
        return sorted_out.again

    async def _leave(self, flights: Sequence[Flight]) -> None:
        """The round goes on without them; whom the recipient itself could not take, not the link, waits for longer."""
        busy = [(one, self._busy[one.key]) for one in flights if one.key in self._busy]
        worn = 0
        if busy:
            async with self._work.begin(self._recipient.actor) as uow:
                worn = await putting_off.put_off(uow, self._recipient, busy)
        self.tally.rejected += worn
        self.tally.left += len(flights) - worn

    async def _not_sent(self, ready: Ready, code: str) -> Sequence[Flight]:
        """The recipient has not acted: the names are not flying, and the same batch goes again."""
        recipient = self._recipient
        async with self._work.begin(recipient.actor) as uow:
            await ground(uow, ready.flights)
            await connection_store.note_down(uow.conn, uow.handler, recipient.contract, code, uow.now)
        self.tally.failures += 1
        self._tell(code, len(ready.records), len(ready.records))
        return ready.flights

    async def _asked(self, ready: Ready, code: str) -> Sequence[Settled] | None:
        """Wait for whatever the recipient may still do, and ask; only what is absent will be sent again."""
        self.tally.failures += 1
        self._tell(code, len(ready.records), 0)
        await self._patience.sleep(self._patience.grace_s)
        found = await found_of(self._recipient, [one.external_id for one in ready.records], self._patience)
        if found is None:
            self.tally.unknown += len(ready.records)
            async with self._work.begin(self._recipient.actor) as uow:
                await connection_store.note_down(uow.conn, uow.handler, self._recipient.contract, code, uow.now)
            return None
        self._pace.answered()
        return [settled_of(flight.place, one) for flight, one in zip(ready.flights, found, strict=True)]

    async def _refused(self, ready: Ready, code: str) -> None:
        recipient = self._recipient
        async with self._work.begin(recipient.actor) as uow:
            await ground(uow, ready.flights)
            await connections.stop(uow, recipient.contract, code)
        self.tally.failures += 1
        self._tell(code, len(ready.records), len(ready.records))

    async def _afford(self) -> None:
        """Raises `gateway.quota_spent` when the recipient's calls, or ours, are used up."""
        recipient = self._recipient
        if recipient.calls_a_day_max:
            async with self._work.begin(recipient.actor) as uow:
                if await self._spend(uow) > recipient.calls_a_day_max:
                    raise QUOTA(contract=recipient.contract)
        budget = await recipient.connector.budget()
        if budget.calls_left is not None and budget.calls_left <= recipient.calls_left_min:
            raise QUOTA(contract=recipient.contract)

    async def _spend(self, uow: UnitOfWork) -> int:
        """One more call of this day; answers how many there are now. Where they are bounded: before it is made."""
        day = shanghai_day(uow.now)
        return await connection_store.spend(uow.conn, uow.handler, self._recipient.contract, day, 1)

    def _tell(self, outcome: str, records: int, again: int) -> None:
        log.info("batch for %s: %s, %d records, %d again", self._recipient.contract, outcome, records, again)
