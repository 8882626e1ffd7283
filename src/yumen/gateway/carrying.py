"""Carry one batch to its recipient, until each of its records is settled or must wait for the next round.

NotSent: the same again, later. Unsettled: ask first. Rejected: the connection stops, and people look. Before every
attempt the batch is judged and opened anew.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from yumen.gateway import connection_store, connections, presence_store
from yumen.gateway.asking import found_of, settled_of
from yumen.gateway.connectors.connector import Settled
from yumen.gateway.departing import CLOSED, ENDED, prepare_batch
from yumen.gateway.flight import Flight, Ready
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.pace import Pace, Patience, retry_after_s
from yumen.gateway.settling import settle_batch
from yumen.gateway.tally import Tally
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code, NotSent, Problem, Rejected, Unsettled
from yumen.kit.work import Work

QUOTA: Final = Code("gateway.quota_spent", 429)
REFUSED: Final = Code("gateway.call_refused", 502)
ENDS_ROUND: Final = frozenset({CLOSED, ENDED, QUOTA, REFUSED})
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

    async def carry(self, flights: Sequence[Flight], *, bulk: bool = False) -> None:
        """Raises Problem of `ENDS_ROUND`: nothing more may be sent in this round."""
        for attempt in range(1, self._patience.attempts_max + 1):
            async with self._pace.place():
                flights = await self._once(flights, bulk=bulk)
            if not flights:
                return
            await self._patience.sleep(self._patience.wait_s(attempt))
        self.tally.left += len(flights)

    async def _once(self, flights: Sequence[Flight], *, bulk: bool) -> Sequence[Flight]:
        """One attempt; answers who is to be sent again."""
        try:
            ready = await prepare_batch(self._work, self._gate, self._recipient, self._contract_id, flights)
        except Problem as refused:
            if refused.code.name not in LATER:
                raise
            return flights
        if not ready.records:
            return ()
        try:
            await self._afford()
            return await self._settle(ready, await self._send(ready, bulk=bulk))
        except NotSent as failure:
            return await self._not_sent(ready, failure.code, retry_after_s(failure))
        except Problem:
            await self._not_sent(ready, QUOTA.name, 0.0)
            raise
        except Unsettled as failure:
            return await self._unsettled(ready, failure.code)
        except Rejected as failure:
            await self._refused(ready, failure.upstream or failure.code)
            raise REFUSED(contract=self._recipient.contract) from failure

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
            day = shanghai_day(uow.now)
            await connection_store.spend(uow.conn, uow.handler, self._recipient.contract, day, 1)
            await connection_store.note_up(uow.conn, uow.handler, self._recipient.contract)
        self.tally.arrived += sorted_out.arrived
        self.tally.rejected += sorted_out.rejected
        self._pace.was_too_much() if sorted_out.again else self._pace.went_well()
        self._tell("settled", len(ready.records), len(sorted_out.again))
        return sorted_out.again

    async def _not_sent(self, ready: Ready, code: str, after_s: float) -> Sequence[Flight]:
        """The recipient has not acted: the names are not flying, and the same batch goes again."""
        self._pace.was_too_much(after_s)
        recipient = self._recipient
        async with self._work.begin(recipient.actor) as uow:
            keys = [flight.key for flight in ready.flights]
            await presence_store.ground(uow.conn, recipient.handler, recipient.contract, keys)
            await connection_store.note_down(uow.conn, uow.handler, recipient.contract, code, uow.now)
        self.tally.failures += 1
        self._tell(code, len(ready.records), len(ready.records))
        return ready.flights

    async def _unsettled(self, ready: Ready, code: str) -> Sequence[Flight]:
        """Wait for whatever the recipient may still do, ask, and send again only what is absent."""
        self._pace.was_too_much()
        self.tally.failures += 1
        self._tell(code, len(ready.records), 0)
        await self._patience.sleep(self._patience.grace_s)
        found = await found_of(self._recipient, [one.external_id for one in ready.records], self._patience)
        if found is None:
            self.tally.unknown += len(ready.records)
            return ()
        return await self._settle(
            ready, [settled_of(flight.place, one) for flight, one in zip(ready.flights, found, strict=True)]
        )

    async def _refused(self, ready: Ready, code: str) -> None:
        recipient = self._recipient
        async with self._work.begin(recipient.actor) as uow:
            keys = [flight.key for flight in ready.flights]
            await presence_store.ground(uow.conn, recipient.handler, recipient.contract, keys)
            await connections.stop(uow, recipient.contract, code)
        self.tally.failures += 1
        self._tell(code, len(ready.records), len(ready.records))

    async def _afford(self) -> None:
        """Raises `gateway.quota_spent` when the recipient's calls, or ours, are used up."""
        recipient = self._recipient
        if recipient.calls_a_day_max:
            async with self._work.begin(recipient.actor) as uow:
                day = shanghai_day(uow.now)
                spent = await connection_store.find_spent(uow.conn, uow.handler, recipient.contract, day)
            if spent >= recipient.calls_a_day_max:
                raise QUOTA(contract=recipient.contract)
        budget = await recipient.connector.budget()
        if budget.calls_left is not None and budget.calls_left <= recipient.calls_left_min:
            raise QUOTA(contract=recipient.contract)

    def _tell(self, outcome: str, records: int, again: int) -> None:
        log.info("batch for %s: %s, %d records, %d again", self._recipient.contract, outcome, records, again)
