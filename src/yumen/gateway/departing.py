"""Make a batch ready to be sent: nothing is opened for whom the verdict has changed since the booking.

First it is committed that these are on their way (`SENT`); then everybody is judged again, and only then opened. An
erasure or withdrawal that commits before the second step is seen by it; one that commits later finds the person on the
way and plans a recall. Names are written down before the call, so that a recall finds them whatever becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from yumen.border import Allow, DeclaredReader, ExportContract, Payload, State, filings, prepare, transfers
from yumen.gateway import cases, closing, flight_store, presence_store, retraction, standings
from yumen.gateway.capture import note_subjects
from yumen.gateway.connectors.connector import Record
from yumen.gateway.fields import EXTERNAL_ID
from yumen.gateway.flight import Flight, Ready, flights_of
from yumen.gateway.flight_store import Departure
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.presence_store import Presence
from yumen.gateway.settling import settle_arrived
from yumen.kit.clock import shanghai_day
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, Work
from yumen.security import vault
from yumen.security.vault import Vault

CLOSED: Final = Code("gateway.border_closed", 409)
ENDED: Final = Code("gateway.contract_ended", 409)


async def prepare_batch(
    work: Work, gate: Gate, recipient: Recipient, contract_id: int, flights: Sequence[Flight]
) -> Ready:
    """What of these may be sent now. Whoever may not is taken out of the queue, is a case, or waits (a recall first).

    Raises `gateway.border_closed`, `gateway.contract_ended`, `vault.budget_spent`.
    """
    async with work.begin(recipient.actor) as uow:
        flights = await _take_off(uow, flights)
    async with work.begin(recipient.actor) as uow:
        if await closing.is_closed(uow):
            raise CLOSED()
        contract, flying = await _still_cleared(uow, gate, recipient, contract_id, flights)
        going = {one.key for one in flying}
        await withdraw(uow, [one for one in flights if one.key not in going])
        records = await _open(uow, gate, recipient, contract, flying)
        days = contract.draft.retention.days
        return Ready(tuple(one for one, _ in records), tuple(one for _, one in records), days)


async def rehearse(uow: UnitOfWork, gate: Gate, recipient: Recipient, contract_id: int, limit: int) -> list[Record]:
    """What would be sent of those who wait first, if nobody changed. Nothing is written, and nobody departs.

    Raises `gateway.contract_ended`, `vault.budget_spent`.
    """
    waiting = await transfers.waiting(uow, contract_id, limit=limit)
    flights = flights_of(waiting, frozenset(), last_state_wins=True)
    contract, flying = await _still_cleared(uow, gate, recipient, contract_id, flights)
    opened, _ = await _read(uow, gate, recipient, contract, flying)
    return [_record(flight, payload) for flight, payload in opened]


async def withdraw(uow: UnitOfWork, flights: Sequence[Flight]) -> None:
    """They leave the queue unsent, and are judged anew."""
    if not flights:
        return
    keys = [key for one in flights for key in one.keys]
    await transfers.settle(uow, keys, State.RECALL_PLANNED)
    await transfers.settle(uow, keys, State.RECALLED)
    await transfers.leave_queue(uow, [place for one in flights for place in one.places])
    await note_subjects(uow, sorted({one.subject for one in flights}))


async def _take_off(uow: UnitOfWork, flights: Sequence[Flight]) -> list[Flight]:
    """Say that these are on their way; what was settled meanwhile (a recall) leaves the queue."""
    sent = set(await transfers.settle(uow, [key for one in flights for key in one.keys], State.SENT))
    if others := [one.key for one in flights if one.key not in sent]:
        sent |= {str(key) for key, state in (await transfers.states(uow, others)).items() if state is State.SENT}
    settled = [place for one in flights if one.key not in sent for place in one.places]
    if settled:
        await transfers.leave_queue(uow, settled)
    return [one for one in flights if one.key in sent]


async def _still_cleared(
    uow: UnitOfWork, gate: Gate, recipient: Recipient, contract_id: int, flights: Sequence[Flight]
) -> tuple[ExportContract, list[Flight]]:
    """The contract as it is in force, and who may leave under it today. Raises `gateway.contract_ended`."""
    rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
    contract = rules.contracts.get(contract_id)
    if contract is None:
        raise ENDED()
    people = await standings.read(uow, gate, [one.subject for one in flights])
    prepared = prepare(contract, rules.mechanisms, shanghai_day(uow.now))
    naming = await standings.naming(uow, contract)
    allowed = {one.subject for one in people.before(naming) if isinstance(prepared.judge(one), Allow)}
    # somebody who stands for another person since the booking is judged as that person
    return contract, [
        one for one in flights if one.subject in allowed and people.persons.get(one.subject) == one.subject
    ]


async def _open(
    uow: UnitOfWork, gate: Gate, recipient: Recipient, contract: ExportContract, flights: Sequence[Flight]
) -> list[tuple[Flight, Record]]:
    opened, unfit = await _read(uow, gate, recipient, contract, flights)
    await refuse(uow, recipient, [(one, cases.UNFIT) for one in unfit])
    return await _name(uow, recipient, opened)


async def _read(
    uow: UnitOfWork, gate: Gate, recipient: Recipient, contract: ExportContract, flights: Sequence[Flight]
) -> tuple[list[tuple[Flight, Payload]], list[Flight]]:
    """What the contract lets out of each, and of whom nothing can be let out."""
    reader = DeclaredReader(contract, gate.openers, recipient.salt)
    payloads, unfit = await reader.read(uow, [one.waiting.cleared for one in flights])
    by_key = {one.waiting.cleared.key: one for one in flights}
    return [(by_key[one.key], one) for one in payloads], [by_key[one.key] for one in unfit]


async def _name(
    uow: UnitOfWork, recipient: Recipient, opened: Sequence[tuple[Flight, Payload]]
) -> list[tuple[Flight, Record]]:
    """Hold each name against who is there under it, and write down who departs."""
    index = uow.use(Vault).index
    names = [index(uow.handler, EXTERNAL_ID, str(payload.external_id)) for _, payload in opened]
    subjects = [flight.subject for flight, _ in opened]
    near = await presence_store.find_near(uow.conn, recipient.handler, recipient.contract, subjects, names)
    by_name = {one.external_index: one for one in near}
    deleted = {one.subject for one in near if one.lost_at is not None}
    going: list[tuple[Flight, Payload, bytes, bytes]] = []
    arrived: list[Flight] = []
    lost = [flight for flight, _ in opened if flight.subject in deleted]
    shared: list[Flight] = []
    taken: set[bytes] = set()
    for (flight, payload), name in zip(opened, names, strict=True):
        there = by_name.get(name)
        if flight.subject in deleted:
            continue
        if name in taken or (there is not None and there.recalling):
            continue  # waits for the other, or for the recall, and is looked at again in the next round
        if there is not None and there.subject != flight.subject:
            shared.append(flight)
            continue
        taken.add(name)
        said = index(uow.handler, EXTERNAL_ID, _said(payload))
        if there is not None and (there.version > flight.place or there.values_hash == said):
            arrived.append(flight)  # just so, or a later transfer of the person was first
        else:
            going.append((flight, payload, name, said))
    there_by_name = {one.subject for one in arrived} | {flight.subject for flight, *_ in going}
    old = [one for one in near if one.external_index not in taken and one.subject in there_by_name]
    await retraction.plan_names(uow, old)
    await refuse(uow, recipient, [(one, cases.SHARED) for one in shared] + [(one, cases.DELETED) for one in lost])
    await settle_arrived(uow, recipient, arrived)
    known = await _depart(uow, recipient, going, by_name)
    return [(flight.known_as(known[flight.key]), _record(flight, payload)) for flight, payload, *_ in going]


async def refuse(uow: UnitOfWork, recipient: Recipient, refused: Sequence[tuple[Flight, str]]) -> None:
    """They are not sent: a case for people."""
    if not refused:
        return
    await transfers.settle(uow, [key for one, _ in refused for key in one.keys], State.REJECTED)
    await transfers.leave_queue(uow, [place for one, _ in refused for place in one.places])
    await cases.open_many(uow, recipient.contract, [(one.subject, one.key, code, "") for one, code in refused])


async def _depart(
    uow: UnitOfWork,
    recipient: Recipient,
    going: Sequence[tuple[Flight, Payload, bytes, bytes]],
    by_name: dict[bytes, Presence],
) -> Mapping[str, int]:
    """Write them down; answers the number of each one's row, by key."""
    fresh = [(f.subject, EXTERNAL_ID, str(p.external_id)) for f, p, name, _ in going if name not in by_name]
    sealed = dict(
        zip([subject for subject, *_ in fresh], await vault.seal_many(uow, fresh) if fresh else [], strict=True)
    )
    departures = [
        Departure(flight.key, flight.place, flight.subject, name, sealed.get(flight.subject), said)
        for flight, _, name, said in going
    ]
    if not departures:
        return {}
    return await flight_store.depart(uow.conn, recipient.handler, recipient.contract, departures)


def _said(payload: Payload) -> str:
    """A hash of the values, to be keyed: enough to see that nothing changed, useless to whoever reads it."""
    return sm3(msgspec.json.encode(payload.values, order="sorted")).hex()


def _record(flight: Flight, payload: Payload) -> Record:
    return Record(payload.key, str(payload.external_id), flight.place, payload.values)
