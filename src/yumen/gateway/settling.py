"""What the recipient said of each record, written down record by record; a batch is never done as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from yumen.border import State, filings, transfers
from yumen.gateway import cases, flight_store, put_off_store
from yumen.gateway.connectors.connector import Outcome, Settled
from yumen.gateway.flight import Flight
from yumen.gateway.flight_store import Landing
from yumen.gateway.gate import Gate, Recipient
from yumen.kit.work import UnitOfWork


class Sorted(Struct, frozen=True):
    """A batch by what became of it; `again` are flights that the recipient could not take now."""

    arrived: int
    rejected: int
    again: tuple[Flight, ...]


async def settle_batch(
    uow: UnitOfWork, recipient: Recipient, said: Sequence[tuple[Flight, Settled]], keep_days: int
) -> Sorted:
    """Arrived ones leave the queue, rejected ones become cases, the others stay where they are.

    The recipient may keep what arrives so many days; each transfer begins the time anew.
    """
    done = [(flight, one) for flight, one in said if one.outcome is Outcome.DONE]
    refused = [(flight, one) for flight, one in said if one.outcome is Outcome.REJECTED]
    again = [flight for flight, one in said if one.outcome is Outcome.RETRY]
    await _land(uow, recipient, done, keep_days)
    if refused:
        await transfers.settle(uow, [key for flight, _ in refused for key in flight.keys], State.REJECTED)
        await transfers.leave_queue(uow, [place for flight, _ in refused for place in flight.places])
        rows = [(flight.subject, flight.key, one.code, one.place) for flight, one in refused]
        await cases.open_many(uow, recipient.contract, rows)
    await ground(uow, [*(flight for flight, _ in refused), *again])
    return Sorted(len(done), len(refused), tuple(again))


async def ground(uow: UnitOfWork, flights: Sequence[Flight]) -> None:
    """The recipient has nothing of these: they are no longer on the way."""
    if flights:
        await flight_store.ground(uow.conn, [(one.presence, one.key) for one in flights])


async def settle_arrived(uow: UnitOfWork, recipient: Recipient, flights: Sequence[Flight]) -> None:
    """The recipient has these already, just as they are."""
    if not flights:
        return
    await transfers.settle(uow, [key for one in flights for key in one.keys], State.ARRIVED)
    await transfers.leave_queue(uow, [place for one in flights for place in one.places])
    await cases.close_arrived(uow, recipient.contract, [one.subject for one in flights])


async def keep_days(uow: UnitOfWork, gate: Gate, recipient: Recipient) -> int:
    """How many days the recipient may keep what arrives, by the contract in force; none without one."""
    rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
    days = [one.draft.retention.days for one in rules.contracts.values() if one.draft.id == recipient.contract]
    return min(days, default=0)


async def _land(uow: UnitOfWork, recipient: Recipient, done: Sequence[tuple[Flight, Settled]], keep_days: int) -> None:
    if not done:
        return
    until = uow.now + timedelta(days=keep_days)
    landed = [Landing(flight.presence, flight.key, flight.place, one.remote_id) for flight, one in done]
    await flight_store.land(uow.conn, landed, uow.now, until)
    await put_off_store.forget(uow.conn, recipient.handler, recipient.contract, [one.subject for one, _ in done])
    await settle_arrived(uow, recipient, [flight for flight, _ in done])
